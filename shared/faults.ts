// What the other side can do wrong, each with a code that logs, tests and documents share.
// A Violation is the remote's fault and never ours: our own mistakes are assertions, the world's are typed errors.
// PROTOCOL.md lists the same codes; a test compares the two both ways.

/** Why a reader closes a link. The number is what travels in a close frame. */
export const LINK_FAULTS = {
  "not-bookswarm": { code: 1, meaning: "the first frame is not a bookswarm hello" },
  "wrong-version": { code: 2, meaning: "no protocol version that both sides speak" },
  "unknown-book": { code: 3, meaning: "this node does not serve the book that was named" },
  "wrong-reader": { code: 4, meaning: "the listener is not the reader that the dialler meant" },
  self: { code: 5, meaning: "the dialler reached itself" },
  "duplicate-link": { code: 6, meaning: "these two readers already share a link" },
  "too-many-links": { code: 7, meaning: "the reader has as many links as it takes" },
  banned: { code: 8, meaning: "the reader sent wrong pages before" },
  "frame-length": { code: 9, meaning: "a frame's declared length is outside its flag's bounds" },
  "unknown-flag": { code: 10, meaning: "a frame's flag is not in the table" },
  malformed: { code: 11, meaning: "a frame's body does not follow its flag's layout" },
  "out-of-turn": { code: 12, meaning: "a frame that the state of the session does not allow" },
  "no-such-page": { code: 13, meaning: "a page number that the book does not have" },
  "not-asked": { code: 14, meaning: "page bytes that were not asked for" },
  "too-many-asks": { code: 15, meaning: "more open asks than the handshake allowed" },
  "wrong-bytes": { code: 16, meaning: "page bytes that do not have the page's SHA-1" },
  silent: { code: 17, meaning: "nothing heard in the time allowed" },
  "not-useful": { code: 18, meaning: "dropped to make room for a more useful link" },
  leaving: { code: 19, meaning: "the reader is leaving the book" },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>;

/** Name of a reason to close a link. */
export type LinkFault = keyof typeof LINK_FAULTS;

/** The other reader broke the reader-to-reader protocol; caught in one place and turned into a close with this reason. */
export class Violation extends Error {
  readonly fault: LinkFault;

  constructor(fault: LinkFault, message: string) {
    super(message);
    this.name = "Violation";
    this.fault = fault;
  }
}

/** Why a descriptor is refused. */
export const DESCRIPTOR_FAULTS = {
  "not-a-descriptor": "the first line is not a bookswarm book line",
  "not-canonical": "a line is not spelt the one way the format allows",
  "too-large": "the descriptor, or one of its lines, is longer than the format allows",
  "bad-name": "the book's name is empty, too long, or not well-formed text",
  "bad-tracker": "a tracker address is not a plain http or https address without credentials",
  "bad-path": "an image's path could climb out of its folder or cannot be the name of an image",
  "bad-order": "images are not in the order of their paths' bytes, or one path stands twice",
  "bad-count": "counts or sizes do not add up",
  "wrong-id": "the book line does not have the id that was asked for",
  "wrong-slice": "a slice of the body does not have the SHA-256 that the book line gives",
  "cut-short": "the descriptor ends too early or goes on too long",
} as const satisfies Record<string, string>;

/** Name of a reason to refuse a descriptor. */
export type DescriptorFault = keyof typeof DESCRIPTOR_FAULTS;

/** A descriptor that no reader may use; the message is one sentence that says what stands where. */
export class DescriptorRefused extends Error {
  readonly fault: DescriptorFault;

  constructor(fault: DescriptorFault, message: string) {
    super(message);
    this.name = "DescriptorRefused";
    this.fault = fault;
  }
}
