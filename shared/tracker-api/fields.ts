// The kinds of value that messages and answers are made of, each checked the same way wherever it stands.

import * as v from "valibot";
import { isHex } from "../hex.ts";
import { parseHost } from "../hosts.ts";
import { type BookId, isBookId, isReaderId, type ReaderId } from "../ids.ts";
import { SHA256_BYTES } from "../limits.ts";
import { ADDRESSES_PER_READER_MAX, HEARTBEAT_SECONDS_MAX, REFUSAL_LENGTH_MAX, SUBLIST_READERS_MAX } from "./limits.ts";

/** A whole number from 0 that a double holds exactly. */
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export const bookId: v.GenericSchema<string, BookId> = v.pipe(v.string(), v.guard(isBookId));

export const readerId: v.GenericSchema<string, ReaderId> = v.pipe(v.string(), v.guard(isReaderId));

/** 32 bytes that only their owner knows, as lower-case hexadecimal. */
export const secret = v.pipe(
  v.string(),
  v.check((text) => isHex(text, SHA256_BYTES), "Expected 64 lower-case hexadecimal digits"),
);

/** An IPv4 or IPv6 address in its one spelling: no brackets, no zone, never a name to look up, and so at most 39 signs. */
export const host = v.pipe(
  v.string(),
  v.check((text) => parseHost(text) === text, "Expected an IP address in its shortest spelling"),
);

/** A TCP port that can be dialled. */
export const port = v.pipe(count, v.minValue(1), v.maxValue(65_535));

/** Seconds until the next heartbeat. JSON can spell numbers that no clock waits for, and others that are infinite. */
export const heartbeatSeconds = v.pipe(v.number(), v.gtValue(0), v.maxValue(HEARTBEAT_SECONDS_MAX));

/** Where a reader is said to listen. */
export interface ReaderAddress {
  readonly host: string;
  readonly port: number;
}

export const address: v.GenericSchema<unknown, ReaderAddress> = v.object({ host, port });

/** Where one reader is said to listen, each place once. */
export const addresses = v.pipe(v.array(address), v.maxLength(ADDRESSES_PER_READER_MAX), v.readonly());

/** One reader as others are told of it. */
export interface SublistEntry {
  readonly readerId: ReaderId;
  readonly addresses: readonly ReaderAddress[];
  /** True where its port has answered as this reader, or where the addresses are of the asker's own network. */
  readonly dialable: boolean;
  /** True where it cannot be dialled and the asker can: it dials the asker when it is called. */
  readonly callable: boolean;
}

export const sublistEntry: v.GenericSchema<unknown, SublistEntry> = v.object({
  readerId,
  addresses,
  dialable: v.boolean(),
  callable: v.boolean(),
});

/** How a book fares. */
export interface BookHealth {
  /** Readers registered now, the asker among them. */
  readonly readers: number;
  /** How many of them hold every page. */
  readonly complete: number;
}

export const healthFields = { readers: count, complete: count };

/** The part of the reader list that one reader is handed; never the reader itself. */
export const sublistFields = {
  ...healthFields,
  sublist: v.pipe(v.array(sublistEntry), v.maxLength(SUBLIST_READERS_MAX), v.readonly()),
};

/**
 * A refusal: the code for programs, one sentence for people. Any code is let through, because a newer tracker may
 * refuse in ways that this reader does not know; `isRefusalCode` tells.
 */
export const refusalFields = {
  code: v.pipe(v.string(), v.regex(/^[a-z-]{1,40}$/u)),
  message: v.pipe(v.string(), v.maxLength(REFUSAL_LENGTH_MAX)),
};
