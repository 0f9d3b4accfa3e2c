// The readers of one book. Everything that is asked for each message is kept, not computed: a book may have thousands
// of readers, and walking them for every sublist would be the tracker's whole day.

import { networkOf } from "../../shared/hosts.ts";
import type { ReaderId } from "../../shared/ids.ts";
import type { BookHealth } from "../../shared/tracker-api/fields.ts";
import type { Reader } from "./reader.ts";
import { Tally } from "./tally.ts";

/** Readers by id and by ordinal. Invariant: `#ordinals` maps the id of `#readers[i]` to i, and nothing else. */
export class ReaderList {
  readonly #pages: number;
  readonly #readers: Reader[] = [];
  readonly #ordinals = new Map<ReaderId, number>();
  readonly #perPlace = new Tally();
  #complete = 0;

  /** @param pages - pages of the book; a reader that holds as many is complete */
  constructor(pages: number) {
    this.#pages = pages;
  }

  get size(): number {
    return this.#readers.length;
  }

  /** What everybody may know. */
  get health(): BookHealth {
    return { readers: this.#readers.length, complete: this.#complete };
  }

  get(readerId: ReaderId): Reader | undefined {
    const ordinal = this.#ordinals.get(readerId);
    return ordinal === undefined ? undefined : this.#readers[ordinal];
  }

  /** Where a reader stands now; an ordinal holds only until the next removal. */
  ordinalOf(readerId: ReaderId): number | undefined {
    return this.#ordinals.get(readerId);
  }

  /** The reader at an ordinal below `size`. */
  at(ordinal: number): Reader | undefined {
    return this.#readers[ordinal];
  }

  /** How many readers are seen in the place of `host`: at its IPv4 address or in its IPv6 /64. */
  countAt(host: string): number {
    return this.#perPlace.of(networkOf(host));
  }

  /** Adds a reader, or puts it in the place of the entry with its id. */
  put(reader: Reader): void {
    const ordinal = this.#ordinals.get(reader.readerId);
    if (ordinal === undefined) {
      this.#ordinals.set(reader.readerId, this.#readers.length);
      this.#readers.push(reader);
    } else {
      const old = this.#readers[ordinal];
      if (old !== undefined) this.#count(old, -1);
      this.#readers[ordinal] = reader;
    }
    this.#count(reader, 1);
  }

  /** Removes a reader; the last one takes its ordinal. Removing one that is not there changes nothing. */
  remove(readerId: ReaderId): void {
    const ordinal = this.#ordinals.get(readerId);
    const reader = ordinal === undefined ? undefined : this.#readers[ordinal];
    const last = this.#readers.at(-1);
    if (ordinal === undefined || reader === undefined || last === undefined) return;
    this.#readers[ordinal] = last;
    this.#ordinals.set(last.readerId, ordinal);
    this.#readers.pop();
    this.#ordinals.delete(readerId);
    this.#count(reader, -1);
  }

  [Symbol.iterator](): Iterator<Reader> {
    return this.#readers.values();
  }

  #count(reader: Reader, by: 1 | -1): void {
    if (reader.pagesHeld === this.#pages) this.#complete += by;
    this.#perPlace.change(networkOf(reader.hosts[0]), by);
  }
}
