// A link between two readers: two ends, and between them the production's frames. What one end says is encoded, waits
// for its uplink, travels, passes the other's downlink and is decoded there, all as on a socket. Page bytes are a token,
// written once into the piece and read once at the other side; they are counted, and never copied.

import type { LinkId, Millis, PageStretch } from "../../peer-node/core/events.ts";
import { type LinkFault, Violation } from "../../shared/faults.ts";
import { PIECE_BYTES } from "../../shared/limits.ts";
import { encodeMessage, writePieceHead } from "../../shared/wire/codec.ts";
import { PIECE_HEAD_BYTES } from "../../shared/wire/flags.ts";
import { FrameDecoder } from "../../shared/wire/frame-decoder.ts";
import type { ReaderMessage } from "../../shared/wire/messages.ts";
import { randomFrom } from "../peer-node/core/puzzle.ts";
import type { Clockwork } from "./clockwork.ts";
import type { Downlink } from "./downlink.ts";
import type { EventQueue, Happening } from "./event-queue.ts";
import { Splitter } from "./splitter.ts";
import type { Tally } from "./tally.ts";
import type { Trace } from "./trace.ts";
import type { Lane, Parcel, Uplink } from "./uplink.ts";

/** The first byte of a piece: what the page's bytes are worth. */
export const RIGHT = 0;
export const WRONG = 1;

/** How long the bytes behind a cut are held back at most. */
const HELD_BACK_MS = 1;

/** What every link has in common. */
export interface Ether {
  readonly clockwork: Clockwork;
  /** One-way delay. */
  readonly delayMs: Millis;
  /** In how many milliseconds a reader is woken at most once, and no more exactly. */
  readonly clockMs: Millis;
  /** Share of the links whose chunks end anywhere, and not where a frame does. */
  readonly splits: number;
  readonly lastFrame: LastFrame;
}

/** The frame of the message that was sent last: what goes to all links of a reader is written once. */
export class LastFrame {
  #message: ReaderMessage | undefined;
  #frame: Uint8Array = new Uint8Array(0);

  of(message: ReaderMessage): Uint8Array {
    if (message !== this.#message) {
      this.#frame = encodeMessage(message);
      this.#message = message;
    }
    return this.#frame;
  }
}

/** Whoever listens at one end. */
export interface Ears {
  received(end: End, message: ReaderMessage): void;
  /** The other side broke the protocol below the level of messages. */
  broken(end: End, violation: Violation): void;
  /** The link is gone, whoever ended it. */
  closed(end: End): void;
  /** Page bytes were sent, as far as the socket says. */
  sent(end: End, stretch: PageStretch): void;
}

/** Where an end stands. */
export interface Site {
  readonly name: string;
  /** True for a production engine, false for a liar's script. */
  readonly isHonest: boolean;
  readonly events: EventQueue;
  /** Of what arrives here. */
  readonly trace: Trace;
  /** Chance of the machine's lines. */
  readonly random: () => number;
  readonly uplink: Uplink;
  readonly downlink: Downlink;
  readonly tally: Tally;
}

/** One end of a link: what a socket is to a reader. */
export class End implements Lane {
  readonly id: LinkId;
  readonly site: Site;
  /** Who hears what comes; set by whoever takes the link. */
  ears: Ears | undefined;
  readonly #ether: Ether;
  #other: End | undefined;
  /** closing: our last word is on its way, and nothing is heard any more. */
  #state: "open" | "closing" | "closed" = "open";
  readonly #decoder = new FrameDecoder();
  /** Undefined where chunks end where frames do. */
  readonly #splitter: Splitter | undefined;

  constructor(ether: Ether, id: number, site: Site) {
    this.#ether = ether;
    this.id = id as LinkId;
    this.site = site;
    const isSplit = ether.splits > 0 && site.random() < ether.splits;
    this.#splitter = isSplit ? new Splitter(randomFrom(Math.floor(site.random() * 2 ** 32))) : undefined;
  }

  /** Makes one link of two ends. */
  join(other: End): void {
    this.#other = other;
    other.#other = this;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  get isCarried(): boolean {
    return this.#state !== "closed";
  }

  /** The other end's reader, when it is honest and its end is open: whoever accuses it is wrong. */
  get honestPeer(): Site | undefined {
    return this.#other?.isOpen && this.#other.site.isHonest ? this.#other.site : undefined;
  }

  get other(): End | undefined {
    return this.#other;
  }

  /** Sends a message; never a piece. */
  send(message: ReaderMessage): void {
    if (this.isOpen) this.#hand(new Frame(this.#ether, this, this.#ether.lastFrame.of(message)));
  }

  /** Sends part of a page as pieces, which are worth `token`. */
  sendPage(stretch: PageStretch, token: number): void {
    if (!this.isOpen) return;
    const { page, offset } = stretch;
    const end = offset + stretch.bytes;
    for (let at = offset; at < end; at += PIECE_BYTES) {
      const bytes = Math.min(PIECE_BYTES, end - at);
      this.#hand(
        new Frame(this.#ether, this, {
          page,
          offset: at,
          bytes,
          token,
          ends: at + bytes === end ? stretch : undefined,
        }),
      );
    }
  }

  /** Says why, lets what was sent before leave, and ends; nothing is heard any more. */
  close(fault: LinkFault, message: string): void {
    if (!this.isOpen) return;
    this.send({ flag: "close", fault, message });
    this.#hand(new Frame(this.#ether, this, undefined));
    this.#state = "closing";
    this.site.events.after(0, () => this.ears?.closed(this));
  }

  /** Gone at once, with all that had not left. The other end hears of it after a delay, or never. */
  vanish(isHeard: boolean): void {
    if (!this.isCarried) return;
    this.#state = "closed";
    const other = this.#other;
    if (isHeard) other?.site.events.at(this.site.events.now + this.#ether.delayMs, () => other.hangUp());
  }

  /** The line is dead, and this end notices. */
  hangUp(): void {
    if (!this.isOpen) return;
    this.vanish(false);
    this.ears?.closed(this);
  }

  /** A frame has come through to this end. */
  arrived(frame: Frame): void {
    if (!this.isOpen) return;
    const { piece, chunk } = frame;
    const { trace, events } = this.site;
    trace.note(events.now, this.id, piece === undefined ? (chunk?.[4] ?? 0) : piece.page * 8 + 1_024);
    const bytes = chunk ?? (piece === undefined ? undefined : pieceFrame(piece));
    if (bytes !== undefined) return this.#take(bytes);
    // The socket's last word comes behind all others.
    this.#flush();
    this.hangUp();
  }

  /** What was said last has left. */
  hushed(): void {
    this.#state = "closed";
  }

  #hand(frame: Frame): void {
    this.site.uplink.hand(frame);
  }

  #take(bytes: Uint8Array): void {
    const splitter = this.#splitter;
    if (splitter === undefined) return this.#feed(bytes);
    this.#feed(splitter.cut(bytes));
    this.site.events.after(HELD_BACK_MS, () => this.#flush());
  }

  #flush(): void {
    const rest = this.#splitter?.flush();
    if (rest !== undefined && this.isOpen) this.#feed(rest);
  }

  #feed(chunk: Uint8Array): void {
    try {
      this.#decoder.feed(chunk, (message) => {
        this.ears?.received(this, message);
        return this.isOpen;
      });
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.ears?.broken(this, error);
    }
  }
}

/** Part of a page on its way. */
interface PieceToken {
  readonly page: number;
  readonly offset: number;
  readonly bytes: number;
  readonly token: number;
  /** The stretch that is sent with it; undefined before its last piece. */
  readonly ends: PageStretch | undefined;
}

/** A frame on its way. Without content it is the socket's own last word. */
export class Frame implements Parcel, Happening {
  readonly lane: End;
  readonly bytes: number;
  readonly chunk: Uint8Array | undefined;
  readonly piece: PieceToken | undefined;
  readonly #ether: Ether;
  #isThrough = false;

  constructor(ether: Ether, from: End, content: Uint8Array | PieceToken | undefined) {
    this.#ether = ether;
    this.lane = from;
    this.chunk = content instanceof Uint8Array ? content : undefined;
    this.piece = content instanceof Uint8Array ? undefined : content;
    this.bytes = this.chunk?.length ?? (this.piece === undefined ? 0 : PIECE_HEAD_BYTES + this.piece.bytes);
  }

  get isControl(): boolean {
    return this.piece === undefined;
  }

  taken(): void {
    const stretch = this.piece?.ends;
    if (stretch !== undefined && this.lane.isOpen) this.lane.ears?.sent(this.lane, stretch);
  }

  leaves(at: Millis): void {
    const { tally } = this.lane.site;
    const pageBytes = this.piece?.bytes ?? 0;
    tally.left(pageBytes, this.bytes - pageBytes);
    if (this.piece?.ends !== undefined) tally.stretchLeft(this.piece.ends);
    if (this.bytes === 0) this.lane.hushed();
    this.lane.other?.site.events.put(at + this.#ether.delayMs, this);
  }

  happen(now: Millis): void {
    const to = this.lane.other;
    if (to === undefined || !to.isOpen) return;
    if (!this.#isThrough) {
      this.#isThrough = true;
      const through = to.site.downlink.through(this.bytes, now);
      if (through > now) return to.site.events.put(through, this);
    }
    to.arrived(this);
  }
}

/** The bytes of every piece: nobody looks at them but for the head and the token. */
const SCRATCH = new Uint8Array(PIECE_HEAD_BYTES + PIECE_BYTES);

function pieceFrame(piece: PieceToken): Uint8Array {
  writePieceHead(SCRATCH, 0, piece);
  SCRATCH[PIECE_HEAD_BYTES] = piece.token;
  return SCRATCH.subarray(0, PIECE_HEAD_BYTES + piece.bytes);
}
