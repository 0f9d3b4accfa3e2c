// What a tracker's owner may tune, in one table: each variable of the Worker with its default, its bounds, what it limits
// and how whoever meets it is refused. TRACKER.md has the same table; a test compares the two.
// The defaults let a school of 200 readers behind one address share a book.

import { DESCRIPTOR_BYTES_MAX } from "../shared/limits.ts";
import { MESSAGE_BYTES_MAX } from "../shared/tracker-api/limits.ts";
import type { RefusalCode } from "../shared/tracker-api/refusals.ts";

interface LimitSpec {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
  /** What there may be so many of. */
  readonly what: string;
  /** How more of it is refused; a sentence where nobody is refused for it. */
  readonly refusal: RefusalCode | `${string} ${string}`;
}

/** An address is one IPv4 address or one IPv6 /64. What is limited by the minute may all come at once, then evenly. */
export const LIMITS = {
  /** The protocol's own limit is the largest that makes sense. */
  MESSAGE_BYTES: {
    ...{ fallback: MESSAGE_BYTES_MAX, min: 512, max: MESSAGE_BYTES_MAX },
    what: "bytes of a reader's message",
    refusal: "too-large",
  },
  MESSAGES_PER_SECOND: {
    ...{ fallback: 5, min: 1, max: 1_000 },
    what: "messages of one socket in a second; ten times as many may come at once",
    refusal: "too-many",
  },
  /** The largest descriptor is 1,049 requests to publish, and 200 readers that come at once are some 800. */
  REQUESTS_PER_MINUTE: {
    ...{ fallback: 3_000, min: 1, max: 1_000_000 },
    what: "requests of one address in a minute, by each of the platform's isolates",
    refusal: "too-many",
  },
  REGISTRATIONS_PER_MINUTE: {
    ...{ fallback: 600, min: 1, max: 1_000_000 },
    what: "sockets that one address opens in a minute, by each of the platform's isolates",
    refusal: "too-many",
  },
  /** A search looks at every name, a list without words at its own books. A person who types is well below this. */
  SEARCHES_PER_MINUTE: {
    ...{ fallback: 120, min: 1, max: 1_000_000 },
    what: "searches of one address in a minute, by each of the platform's isolates; five times as many lists without words",
    refusal: "too-many",
  },
  /** 5,000 need 500 MB of a local runtime; an object takes at most 32,768 sockets. */
  READERS_PER_BOOK: {
    ...{ fallback: 5_000, min: 1, max: 32_000 },
    what: "readers of one book",
    refusal: "book-full",
  },
  READERS_PER_ADDRESS: {
    ...{ fallback: 1_000, min: 1, max: 32_000 },
    what: "readers of one book at one address",
    refusal: "book-full",
  },
  REPORTS_PER_MINUTE: {
    ...{ fallback: 6, min: 1, max: 600 },
    what: "reports of one reader in a minute; ten times as many of one address",
    refusal: "received, without an effect",
  },
  CHALLENGES_PER_MINUTE: {
    ...{ fallback: 1, min: 1, max: 6 },
    what: "proofs of life that reports ask of one reader in a minute",
    refusal: "received, without an effect",
  },
  /** 0 dials nobody: only readers behind one router are then listed to one another as dialable. */
  DIALS_PER_MINUTE: {
    ...{ fallback: 2_000, min: 0, max: 60_000 },
    what: "readers of one book that are dialled back in a minute; at one address a quarter as many, or 10",
    refusal: "dialled in a later round",
  },
  /** Searching reads them all, so this bounds what a search costs. */
  BOOKS: {
    ...{ fallback: 2_000, min: 1, max: 100_000 },
    what: "books in the catalog, begun uploads included",
    refusal: "catalog-full",
  },
  /** The format's own limit: a descriptor is stored, checked and sent slice by slice. */
  DESCRIPTOR_BYTES: {
    ...{ fallback: DESCRIPTOR_BYTES_MAX, min: 1_024, max: DESCRIPTOR_BYTES_MAX },
    what: "bytes of a descriptor",
    refusal: "too-large",
  },
} as const satisfies Record<string, LimitSpec>;

/** Seconds of a fixed heartbeat; without the variable the period adapts. Below a second a round could not end. */
const HEARTBEAT_SECONDS = { min: 1, max: 3_600 };

/** Name of a variable that this table reads. */
export type LimitName = keyof typeof LIMITS | "HEARTBEAT_SECONDS";

type LimitVariables = Readonly<Partial<Record<LimitName, string>>>;

/** The limits of one tracker. */
export type Limits = { readonly [Name in keyof typeof LIMITS]: number } & {
  /** undefined: the period adapts to what the readers do. */
  readonly HEARTBEAT_SECONDS: number | undefined;
};

/**
 * Reads the limits from the Worker's variables.
 * @throws RangeError when a variable is no number within its bounds: a tracker with a mistyped limit does not start
 */
export function limitsOf(variables: LimitVariables): Limits {
  const names = Object.keys(LIMITS) as (keyof typeof LIMITS)[];
  const numbers = names.map((name) => {
    const { fallback, min, max } = LIMITS[name];
    return [name, numberOf(name, variables[name], min, max) ?? fallback];
  });
  const { min, max } = HEARTBEAT_SECONDS;
  const heartbeat = numberOf("HEARTBEAT_SECONDS", variables.HEARTBEAT_SECONDS, min, max);
  return { ...Object.fromEntries(numbers), HEARTBEAT_SECONDS: heartbeat };
}

function numberOf(name: LimitName, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined || text === "") return undefined;
  const number = Number(text);
  if (Number.isFinite(number) && number >= min && number <= max) return number;
  throw new RangeError(`The variable ${name} is ${JSON.stringify(text)}, not a number from ${min} to ${max}`);
}
