// Numbers that only the reader-to-tracker protocol needs, each with its unit and where it comes from.
// What a tracker's owner may tune stands in tracker-worker/limits.ts; these bound what both sides must be ready for.

/** Version that a reader names when it registers. Protocol. */
export const TRACKER_API_VERSION = 1;

/** Bytes of one message in either direction. Protocol; the largest, a registration's answer, needs about 2 KiB. */
export const MESSAGE_BYTES_MAX = 16 * 1024;

/** Readers in one sublist. Protocol; the original project's number. */
export const SUBLIST_READERS_MAX = 5;

/**
 * Addresses of one reader in a sublist. Protocol; one for each address family is the rule, and a tracker on the
 * readers' own network may name every interface of a machine that it sees only as loopback.
 */
export const ADDRESSES_PER_READER_MAX = 8;

/** Milliseconds in which a heartbeat is never judged, whatever the period. Chosen; a slow line answers in far less. */
export const HEARTBEAT_GRACE_MS = 10_000;

/** Seconds between two heartbeats at most. Protocol; an owner may fix no longer period, and no reader waits longer. */
export const HEARTBEAT_SECONDS_MAX = 3_600;

/** Books in one answer of the catalog. Chosen; some 50 KiB of JSON. */
export const BOOKS_PER_ANSWER_MAX = 200;

/** Characters of a catalog query. Chosen; a book's name is at most 255 bytes. */
export const QUERY_LENGTH_MAX = 255;

/**
 * Characters of the text that says where a list goes on. Chosen; it may hold a name as searches compare it, which
 * compatibility forms make longer than the name by a factor of six in characters for each byte.
 */
export const CURSOR_LENGTH_MAX = 2_048;

/** Characters of the sentence in a refusal. Chosen; a sentence, not an essay. */
export const REFUSAL_LENGTH_MAX = 512;
