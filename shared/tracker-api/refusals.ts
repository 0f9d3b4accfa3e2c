// Every way in which the tracker says no: one table for HTTP and the socket, so that a reader, a log and a document
// name the same thing. Over HTTP a refusal is its status and {code, message}; over the socket it is a NAY message,
// then a close whose code is 4000 + status and whose reason is the refusal's code.
// PROTOCOL.md lists the same codes; a test compares the two both ways.

interface RefusalSpec {
  /** HTTP status; + 4000 it is the close code of a socket. */
  readonly status: number;
  /** Whether the same wish may succeed later, unchanged; if not, asking again is only noise. */
  readonly retry: boolean;
  readonly meaning: string;
}

/** Why the tracker refuses a request, a message or a reader. */
export const REFUSALS = {
  "bad-request": { status: 400, retry: false, meaning: "the request does not follow the protocol" },
  "bad-message": {
    status: 400,
    retry: false,
    meaning: "a message that is not JSON, not in the table of flags, or binary",
  },
  "wrong-version": { status: 400, retry: false, meaning: "no protocol version that both sides speak" },
  "not-authorised": { status: 401, retry: false, meaning: "the token that this needs is missing or wrong" },
  "publishing-closed": { status: 403, retry: false, meaning: "the tracker's owner has not opened publishing" },
  "foreign-origin": { status: 403, retry: false, meaning: "a page of another origin had a browser ask" },
  "unknown-book": { status: 404, retry: false, meaning: "the tracker does not have this book" },
  "not-found": { status: 404, retry: false, meaning: "nothing stands at this address" },
  evicted: { status: 408, retry: true, meaning: "the reader did not answer a heartbeat, or never registered" },
  replaced: { status: 409, retry: false, meaning: "the same reader registered again on another socket" },
  "out-of-turn": { status: 409, retry: false, meaning: "a message before registering, or a second registration" },
  "book-removed": { status: 410, retry: false, meaning: "the book was taken out of the catalog" },
  "too-large": { status: 413, retry: false, meaning: "a message, a body or a descriptor above its limit" },
  "bad-range": { status: 416, retry: false, meaning: "a range of bytes that the descriptor does not have" },
  "bad-descriptor": { status: 422, retry: false, meaning: "a descriptor that no reader may use" },
  "wrong-slice": { status: 422, retry: true, meaning: "a slice that is not what the book line says" },
  "upgrade-needed": { status: 426, retry: false, meaning: "readers register over a WebSocket" },
  "too-many": { status: 429, retry: true, meaning: "more messages or requests than the tracker takes" },
  "tracker-failed": { status: 500, retry: true, meaning: "the tracker failed; its log says why" },
  "book-full": { status: 503, retry: true, meaning: "the book has as many readers as the tracker takes" },
  "tracker-busy": { status: 503, retry: true, meaning: "the tracker cannot answer now" },
  "catalog-full": { status: 507, retry: true, meaning: "the catalog has as many books as the tracker takes" },
} as const satisfies Record<string, RefusalSpec>;

/** Name of a refusal. */
export type RefusalCode = keyof typeof REFUSALS;

/** True when `code` is in the table; a newer tracker may say no in ways that this version does not know. */
export function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(REFUSALS, code);
}

/**
 * Close code of the socket that ends with `code`: 4400 to 4599, the range that WebSocket leaves to applications.
 * @example closeCodeOf("evicted") // 4408
 */
export function closeCodeOf(code: RefusalCode): number {
  return 4000 + REFUSALS[code].status;
}

/** A no with its reason; thrown on the tracker, sent in one place, and rebuilt by whoever reads it. */
export class Refusal extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "Refusal";
    this.code = code;
  }
}
