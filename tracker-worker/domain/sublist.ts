// Who is told of whom: with five readers or fewer known in all, every other one; with more, five others at random, all
// equally likely, so that the links among readers form a random graph whatever the order in which they came.

import type { ReaderId } from "../../shared/ids.ts";
import { SUBLIST_READERS_MAX } from "../../shared/tracker-api/limits.ts";
import type { Reader } from "./reader.ts";
import type { ReaderList } from "./reader-list.ts";

/** A number from 0, included, to 1, excluded, all equally likely. */
export type Random = () => number;

/**
 * Draws the sublist of one reader; never the reader itself.
 * @returns at most five readers, in no particular order
 */
export function drawSublist(readers: ReaderList, asker: ReaderId, random: Random): readonly Reader[] {
  const self = readers.ordinalOf(asker);
  const others = self === undefined ? readers.size : readers.size - 1;
  const ordinals =
    readers.size <= SUBLIST_READERS_MAX
      ? Array.from({ length: others }, (_, ordinal) => ordinal)
      : drawOrdinals(others, SUBLIST_READERS_MAX, random);
  // The asker's own ordinal is stepped over: what is drawn counts only the others.
  return ordinals
    .map((ordinal) => readers.at(self !== undefined && ordinal >= self ? ordinal + 1 : ordinal))
    .filter((reader) => reader !== undefined);
}

/** `amount` different numbers below `bound`, every set equally likely; Floyd's algorithm, one draw for each. */
function drawOrdinals(bound: number, amount: number, random: Random): readonly number[] {
  const drawn = new Set<number>();
  for (let last = bound - amount; last < bound; last++) {
    const ordinal = Math.floor(random() * (last + 1));
    drawn.add(drawn.has(ordinal) ? last : ordinal);
  }
  return [...drawn];
}
