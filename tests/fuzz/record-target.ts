// The targets that read back what a process wrote down before it died, or what somebody made of it since.

import { crc32 } from "node:zlib";
import { READERS_REMEMBERED_MAX } from "../../peer-node/core/policy.ts";
import { Inventory } from "../../peer-node/storage/inventory.ts";
import { entryBytesMax, type RecordEntry, readEntries, writeEntry } from "../../peer-node/storage/record-entry.ts";
import { formatReaders, parseReaders } from "../../peer-node/storage/remembered-readers.ts";
import { parseHost } from "../../shared/hosts.ts";
import { DIALLED_PORT_MIN } from "../../shared/limits.ts";
import { PageSet } from "../../shared/page-set.ts";
import { readerId } from "../peer-node/core/puzzle.ts";
import { inventBook } from "../peer-node/invented-book.ts";
import { bytesOf, must, type Target, textOf } from "./target.ts";

const { book, pages, image } = inventBook({ "a.png": 300_000, "b.png": 0, "c.png": 5, "d.png": 600_000 });
const stamp = { bytes: 300_000, mtimeNs: 1_700_000_000_000_000_000n, ino: 77n };

const ENTRIES: readonly RecordEntry[] = [
  ...pages.map((page) => ({ kind: "page", page }) as const),
  { kind: "boot", id: "a boot" },
  { kind: "written", image: image(0), stamp },
  { kind: "image", image: image(2), stamp },
  { kind: "synced", position: 40 },
  { kind: "part", image: image(3), stamp },
  { kind: "lost", image: image(3) },
  { kind: "damaged", image: image(0), stamp },
  { kind: "refused", image: image(2) },
  { kind: "pages", set: PageSet.full(book.pageCount) },
];

function written(entries: Iterable<RecordEntry>): Buffer {
  return Buffer.concat(
    Array.from(entries, (entry) => {
      const bytes = Buffer.alloc(entryBytesMax(entry));
      return bytes.subarray(0, writeEntry(entry, bytes, 0));
    }),
  );
}

/** Entries with right checksums out of any bytes: a kind, a length, a body, and again. */
function sealed(bytes: Uint8Array): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at + 2 <= bytes.length; ) {
    const body = bytes.subarray(at + 2, at + 2 + ((bytes[at + 1] ?? 0) % 40));
    const head = Buffer.from([bytes[at] ?? 0, 0, 0, 0, body.length]);
    const entry = Buffer.concat([head, body, Buffer.alloc(4)]);
    entry.writeUInt32BE(crc32(entry.subarray(0, -4)), entry.length - 4);
    parts.push(entry);
    at += 2 + body.length;
  }
  return Buffer.concat(parts);
}

function readBack(bytes: Buffer): Inventory {
  const inventory = new Inventory(book);
  let last = 0;
  for (const { entry, start, end } of readEntries(bytes, 0, book)) {
    must(start === last && end > start && end <= bytes.length, "entries follow one another");
    inventory.apply(entry, start);
    last = end;
  }
  return inventory;
}

/** All that an inventory knows, to compare. */
function told(inventory: Inventory): string {
  const images = Array.from(book.images(), ({ index }) => {
    const stamps = [inventory.stampOf(index), inventory.partStampOf(index), inventory.damagedStampOf(index)];
    return [inventory.missingOf(index), ...stamps.map((each) => each && `${each.bytes} ${each.mtimeNs} ${each.ino}`)];
  });
  return JSON.stringify([[...inventory.held], [...inventory.refused].sort(), images]);
}

const record: Target = {
  promise: "a record is read up to its first entry that is not whole, and what was read, written anew, reads the same",
  seeds: () => [
    Buffer.concat([Uint8Array.of(0), written(ENTRIES)]),
    Buffer.concat([
      Uint8Array.of(1),
      ...ENTRIES.map((entry) => written([entry])).map((bytes) =>
        Buffer.concat([Uint8Array.of(bytes[0] ?? 0, bytes.length - 9), bytes.subarray(5, -4)]),
      ),
    ]),
  ],
  bytesMax: 700,
  weight: 8,
  take(input) {
    const rest = Buffer.from(input.subarray(1));
    const inventory = readBack((input[0] ?? 0) % 2 === 0 ? rest : sealed(rest));
    must(
      [...inventory.held].length === inventory.held.count && inventory.held.count <= book.pageCount,
      "held pages are the book's",
    );
    for (const { index, pageCount } of book.images()) {
      must(
        inventory.missingOf(index) === pageCount - inventory.heldOf(index).length,
        "missing pages are counted right",
      );
    }
    must(told(readBack(written(inventory.retold()))) === told(inventory), "a record written anew says the same");
  },
};

const memory: Target = {
  promise: "readers that are remembered are few, each at an address that may be dialled, and each as it was written",
  seeds: () => [
    bytesOf(
      formatReaders([1, 2].map((number) => ({ reader: readerId(number), host: `192.0.2.${number}`, port: 4_000 }))),
    ),
    bytesOf(formatReaders([{ reader: readerId(3), host: "2001:db8::1", port: 65_535 }])),
  ],
  words: [" ", "\n", "\r", "::1", "::ffff:1.2.3.4", "0x1000", "4e3", "1023", "65536", "-1", "a".repeat(64)],
  bytesMax: 600,
  weight: 8,
  take(input) {
    const text = textOf(input);
    const readers = parseReaders(text);
    must(readers.length <= READERS_REMEMBERED_MAX, "readers that are remembered are few");
    for (const { host, port } of readers) {
      must(parseHost(host) === host && port >= DIALLED_PORT_MIN && port <= 0xff_ff, "an address may be dialled");
    }
    const lines = text.split("\n");
    must(
      readers.every((reader) => lines.includes(formatReaders([reader]).trimEnd())),
      "a line has one spelling",
    );
  },
};

export const RECORD_TARGETS = { record, memory };
