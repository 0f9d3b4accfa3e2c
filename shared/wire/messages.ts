// What two readers say to each other, member by member. Page numbers are as the other side sent them: only the
// session, which knows the book, turns them into a PageIndex.

import type { LinkFault } from "../faults.ts";
import type { Host } from "../hosts.ts";
import type { BookId, ReaderId } from "../ids.ts";
import type { Refusal } from "./flags.ts";

/** Opens the conversation, the dialler first. */
export interface Hello {
  readonly flag: "hello";
  readonly version: number;
  readonly bookId: BookId;
  /** Who speaks: on an incoming link only a claim. */
  readonly from: ReaderId;
  /** Who is meant. */
  readonly to: ReaderId;
  /** TCP port on which the speaker listens; 0 when it does not. */
  readonly port: number;
  /** Asks that the speaker accepts as open on this link. */
  readonly asks: number;
}

/** Says why the link ends, and is the last frame on it. */
export interface Close {
  readonly flag: "close";
  readonly fault: LinkFault;
  readonly message: string;
}

/** Asks for a pong, so that a quiet link is known to live. */
export interface Ping {
  readonly flag: "ping";
}

/** Answers a ping. */
export interface Pong {
  readonly flag: "pong";
}

/** Asks whether a reader listens here, in place of a hello: a tracker's dial back, and no session follows. */
export interface Probe {
  readonly flag: "probe";
  readonly version: number;
  readonly bookId: BookId;
  /** Who is meant. */
  readonly to: ReaderId;
  /** NONCE_BYTES random bytes, to be echoed. */
  readonly nonce: Uint8Array;
}

/** Answers a probe: the reader that was meant listens here. */
export interface Proof {
  readonly flag: "proof";
  readonly from: ReaderId;
  /** The probe's own. */
  readonly nonce: Uint8Array;
}

/** The speaker holds every page. */
export interface HeldAll {
  readonly flag: "heldAll";
}

/** The speaker holds no page yet. */
export interface HeldNone {
  readonly flag: "heldNone";
}

/** The speaker holds the pages whose bits are set; bit 0x80 of the first byte is page `first`, a multiple of 8. */
export interface HeldSet {
  readonly flag: "heldSet";
  readonly first: number;
  readonly bits: Uint8Array;
}

/** The speaker has come to hold these pages. */
export interface Have {
  readonly flag: "have";
  readonly pages: readonly number[];
}

/** The speaker no longer holds these pages: their file changed or vanished. */
export interface Lost {
  readonly flag: "lost";
  readonly pages: readonly number[];
}

/** Orders pages; each gets exactly one final answer, its last piece or a refusal. */
export interface Ask {
  readonly flag: "ask";
  readonly pages: readonly number[];
}

/** Takes orders back; each still ends, with bytes already under way or the refusal "cancelled". */
export interface Cancel {
  readonly flag: "cancel";
  readonly pages: readonly number[];
}

/** Part of a page's bytes. Pieces of one page come in order; the last one answers the ask. */
export interface Piece {
  readonly flag: "piece";
  readonly page: number;
  /** Byte offset of the piece in its page. */
  readonly offset: number;
  /** 1 to PIECE_BYTES bytes; a view that holds only until the decoder is fed again. */
  readonly bytes: Uint8Array;
}

/** An asked page is the next to be sent. The ask stays open; who has asked elsewhere too can take that back in time. */
export interface Next {
  readonly flag: "next";
  readonly page: number;
}

/** Answers an ask without bytes. */
export interface Refuse {
  readonly flag: "refuse";
  readonly page: number;
  readonly reason: Refusal;
}

/** Does not answer an ask yet: the speaker does not hold these pages and fetches them for the asker. */
export interface Wait {
  readonly flag: "wait";
  readonly pages: readonly number[];
}

/** Asks for readers, because there is no tracker to ask. */
export interface Seek {
  readonly flag: "seek";
}

/** A reader that the speaker has reached itself, at this address: a hint, and no proof of who is there. */
export interface MetReader {
  readonly reader: ReaderId;
  readonly host: Host;
  readonly port: number;
}

/** Answers a seek. */
export interface Meet {
  readonly flag: "meet";
  readonly readers: readonly MetReader[];
}

/** Everything that one reader can say to another. */
export type ReaderMessage =
  | Hello
  | Close
  | Ping
  | Pong
  | Probe
  | Proof
  | HeldAll
  | HeldNone
  | HeldSet
  | Have
  | Lost
  | Ask
  | Cancel
  | Piece
  | Next
  | Refuse
  | Wait
  | Seek
  | Meet;
