// What a tracker's owner may tune, in one table: each variable of the Worker with its default and its bounds.
// The defaults let a school of 200 readers behind one address share a book.

import { DESCRIPTOR_BYTES_MAX } from "../shared/limits.ts";
import { MESSAGE_BYTES_MAX } from "../shared/tracker-api/limits.ts";

interface LimitSpec {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

const LIMITS = {
  /** Bytes of a reader's message; the protocol's own limit is the largest that makes sense. */
  MESSAGE_BYTES: { fallback: MESSAGE_BYTES_MAX, min: 512, max: MESSAGE_BYTES_MAX },

  /** Messages that a socket may send in a second, on average; ten seconds' worth may come at once. */
  MESSAGES_PER_SECOND: { fallback: 5, min: 1, max: 1_000 },

  /** Readers of one book. 5,000 need 500 MB of a local runtime; an object takes at most 32,768 sockets. */
  READERS_PER_BOOK: { fallback: 5_000, min: 1, max: 32_000 },

  /** Readers of one book behind one IPv4 address or in one IPv6 /64. */
  READERS_PER_ADDRESS: { fallback: 1_000, min: 1, max: 32_000 },

  /** Readers of one book that are dialled back in a minute. Who is not dialled then is dialled in a later round. */
  DIALS_PER_MINUTE: { fallback: 2_000, min: 0, max: 60_000 },

  /** Books in the catalog, begun uploads included. Listing reads them all, so this bounds what a listing costs. */
  BOOKS: { fallback: 2_000, min: 1, max: 100_000 },

  /** Bytes of a descriptor. The format's own limit: it is stored, checked and sent slice by slice. */
  DESCRIPTOR_BYTES: { fallback: DESCRIPTOR_BYTES_MAX, min: 1_024, max: DESCRIPTOR_BYTES_MAX },
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
