// Every number of the transport, with its unit and why. All are chosen by us: the protocol does not know them.

/** Bytes of the one buffer that every link of the process reads into; larger ones were slower (2.9 against 2.3 GB/s at 256 KiB). */
export const READ_BYTES = 64 * 1024;

/** Bytes below which a read is short. A quarter of a piece: what fast lines deliver at once is more (W1 reads 64 KiB). */
export const SHORT_READ_BYTES = 16 * 1024;

/** Milliseconds at most that a socket rests: 10 Mbit/s bring two or three packets in them, and a page's time hides them. */
export const REST_MS = 3;

/** Bytes of control frames that a link may hold unsent. The largest honest burst, the held sets of the largest book, is below 1 MB. */
export const CONTROL_BYTES_UNSENT_MAX = 4 * 1024 * 1024;

/** Milliseconds in which a closed link may still deliver what it was told to, its close frame above all. */
export const CLOSE_GRACE_MS = 2_000;

/** Control frames that a link may hold unsent, as each costs more memory than its few bytes. The largest honest burst is 12,000. */
export const CONTROL_FRAMES_UNSENT_MAX = 32_768;

/** Links that may be saying goodbye at once; who has said it longest is cut off. Chosen: strangers are sent away for nothing. */
export const CLOSING_MAX = 256;

/** Milliseconds in which whoever connects must have said hello. */
export const HELLO_TIMEOUT_MS = 5_000;

/** Connections that may be waiting for their hello at once. */
export const WAITING_MAX = 256;

/** Those of them from one IPv4 address or one IPv6 /64; a school arrives together, and each waits one round trip. */
export const WAITING_PER_NETWORK_MAX = 64;

/** Milliseconds in which a dial must have connected, whatever the number of addresses. */
export const DIAL_TIMEOUT_MS = 5_000;

/** Milliseconds after which the next address is tried beside the ones that have not answered (RFC 8305 says 250). */
export const DIAL_STAGGER_MS = 250;

/** Bytes of page buffers that wait in the pool to be used again; beyond it they are left to the collector. */
export const POOL_BYTES_MAX = 32 * 1024 * 1024;
