// The record: a file that only grows, one entry for each thing that happened, written right after it happened. Bytes
// that a process wrote survive its death at any moment, so a restart trusts what it reads here up to the first entry
// that is not whole. Writes go to a known position, so that what a full disk cut short is written over, not continued.

import { constants, fdatasyncSync, ftruncateSync, openSync } from "node:fs";
import type { Book } from "../../shared/book.ts";
import { closeFile } from "./close-file.ts";
import { onDisk } from "./disk-fault.ts";
import { Inventory } from "./inventory.ts";
import { bookClosed } from "./page-store.ts";
import { readOwnFile } from "./read-own-file.ts";
import { entryBytesMax, type RecordEntry, readEntries, writeEntry } from "./record-entry.ts";
import { replaceFile } from "./replace-file.ts";
import { writeFully } from "./write-fully.ts";

/** A record this many times longer than it need be is written anew when it is opened. Chosen. */
const EXCESS_MAX = 2;

/** No record shorter than this is worth writing anew. Chosen, bytes. */
const EXCESS_BYTES_MIN = 256 * 1024;

/** No record is longer: that of the largest book takes a third of it. Chosen, bytes. */
const RECORD_BYTES_MAX = 1024 ** 3;

/** Bytes of an "image" entry, the bulk of a record's need. */
const IMAGE_ENTRY_BYTES = 37;

/** A link that somebody has put in its place is not written through; Windows has neither flag. */
const { O_RDWR, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

export class BookRecord {
  readonly inventory: Inventory;
  readonly #path: string;
  #descriptor: number | undefined;
  #length: number;
  #buffer = Buffer.alloc(4096);
  #isClosed = false;

  private constructor(path: string, inventory: Inventory, length: number) {
    this.#path = path;
    this.inventory = inventory;
    this.#length = length;
  }

  /**
   * Opens the record of a book, or begins one.
   * @throws DiskFault when the file cannot be read or written
   */
  static open(path: string, book: Book): BookRecord {
    const { inventory, length, bytes } = readRecord(path, book);
    const record = new BookRecord(path, inventory, length);
    if (length === 0 || record.#isExcessive()) record.#rewrite(headerOf(book));
    else if (length < bytes) onDisk("mend", path, () => ftruncateSync(record.#open(), length));
    return record;
  }

  /**
   * What the record of a book says, for whoever does not have the folder's lock: nothing is mended.
   * @throws DiskFault when the file cannot be read
   */
  static peek(path: string, book: Book): Inventory {
    return readRecord(path, book).inventory;
  }

  /** Bytes so far; where the next entry will start. */
  get length(): number {
    return this.#length;
  }

  /**
   * Writes entries down, then follows them. When the disk refuses, nothing has happened.
   * @throws DiskFault
   */
  commit(...entries: readonly RecordEntry[]): void {
    this.write(...entries);
    this.follow(...entries);
  }

  /** Writes entries down without following them yet: the intention, before an act that may fail. */
  write(...entries: readonly RecordEntry[]): void {
    const bytes = this.#encode(entries);
    try {
      onDisk("write", this.#path, () => writeFully(this.#open(), bytes, this.#length));
    } catch (error) {
      // The folder may come back under another descriptor.
      this.#letGo();
      throw error;
    }
    this.#length += bytes.length;
  }

  /** Follows entries that were written before. */
  follow(...entries: readonly RecordEntry[]): void {
    // They lie before the end of the record; just where is of no interest, as only a later end is compared with it.
    for (const entry of entries) this.inventory.apply(entry, this.#length - 1);
  }

  /** True once nothing more will be written: the record may be another process's by now. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Waits until the record itself has reached the disk, and lets go of it for good. */
  close(): void {
    this.#isClosed = true;
    const descriptor = this.#descriptor;
    if (descriptor === undefined) return;
    try {
      onDisk("write", this.#path, () => fdatasyncSync(descriptor));
    } finally {
      this.#letGo();
    }
  }

  /** Lets go of it for good, and of the disk's word for it: where opening a book failed, nothing rests on it yet. */
  abandon(): void {
    this.#isClosed = true;
    this.#letGo();
  }

  #open(): number {
    if (this.#isClosed) throw bookClosed(this.#path);
    this.#descriptor ??= onDisk("open", this.#path, () => openSync(this.#path, O_RDWR | O_NOFOLLOW | O_NONBLOCK));
    return this.#descriptor;
  }

  #letGo(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    // What the system loses of a record, its checksums tell.
    if (descriptor !== undefined) closeFile(descriptor);
  }

  #encode(entries: Iterable<RecordEntry>, from = 0): Buffer {
    let end = from;
    for (const entry of entries) {
      const needed = end + entryBytesMax(entry);
      if (needed > this.#buffer.length) this.#buffer = Buffer.concat([this.#buffer], needed * 2);
      end = writeEntry(entry, this.#buffer, end);
    }
    return this.#buffer.subarray(0, end);
  }

  #isExcessive(): boolean {
    const need = this.inventory.wholeCount * IMAGE_ENTRY_BYTES + this.inventory.held.size / 8;
    return this.#length > Math.max(EXCESS_BYTES_MIN, need * EXCESS_MAX);
  }

  /** Writes the record anew, beside the old one, and puts it in its place. */
  #rewrite(header: Buffer): void {
    header.copy(this.#buffer);
    const bytes = this.#encode(this.inventory.retold(), header.length);
    onDisk("write", this.#path, () => replaceFile(this.#path, bytes, { isSynced: true }));
    this.#length = bytes.length;
    this.inventory.wasRetold(this.#length);
    this.#buffer = Buffer.alloc(4096);
  }
}

/** Reads a record. @returns how many of its bytes are whole entries, 0 when it is none of this book's, of how many */
function readRecord(
  path: string,
  book: Book,
): { readonly inventory: Inventory; readonly length: number; readonly bytes: number } {
  const bytes = readOwnFile(path, RECORD_BYTES_MAX) ?? Buffer.alloc(0);
  const header = headerOf(book);
  const inventory = new Inventory(book);
  let length = 0;
  if (bytes.subarray(0, header.length).equals(header)) {
    length = header.length;
    for (const { entry, start, end } of readEntries(bytes, length, book)) {
      inventory.apply(entry, start);
      length = end;
    }
  }
  return { inventory, length, bytes: bytes.length };
}

function headerOf(book: Book): Buffer {
  return Buffer.from(`bookswarm record 1 ${book.id}\n`, "latin1");
}
