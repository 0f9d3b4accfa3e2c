// One TCP connection that speaks in frames. It turns bytes into messages and messages into bytes, and reports each
// fact once; what a message means, and whether the link should live, is decided above. It keeps three promises: what
// is sent within one turn of the event loop leaves together, a reader that never reads cannot fill our memory, and
// the close frame gets its chance to arrive.

import { type LinkFault, Violation } from "../../shared/faults.ts";
import { parseHost } from "../../shared/hosts.ts";
import { encodeMessage } from "../../shared/wire/codec.ts";
import { FrameDecoder } from "../../shared/wire/frame-decoder.ts";
import type { ReaderMessage } from "../../shared/wire/messages.ts";
import type { ByteSource } from "./byte-source.ts";
import { CLOSE_GRACE_MS, CLOSING_MAX, CONTROL_BYTES_UNSENT_MAX, CONTROL_FRAMES_UNSENT_MAX } from "./limits.ts";

/** What a link reports, synchronously, from its first `attach` on. */
export interface LinkHandlers {
  /** A whole message arrived. Bytes of a piece are a view that holds only during the call. */
  readonly message: (message: ReaderMessage) => void;
  /** The other side broke the protocol below the level of messages. Nothing follows but `closed`. */
  readonly broken: (fault: LinkFault, message: string) => void;
  /** The link is gone, whoever ended it; reported once. */
  readonly closed: () => void;
}

/** open: all goes. deaf: the other side broke the protocol. closing: we said our last. closed: the socket is gone. */
export type LinkState = "open" | "deaf" | "closing" | "closed";

/** All links of this process that say goodbye, the oldest first: each holds a file, which strangers get for nothing. */
const closing = new Set<Link>();

export class Link {
  /** IPv4 or IPv6 literal of the other side; empty when it was gone before the link was made. */
  readonly host: string;
  readonly #source: ByteSource;
  readonly #decoder = new FrameDecoder();
  readonly #graceMs: number;
  #handlers: LinkHandlers | undefined;
  #state: LinkState = "open";
  #corked = false;
  #frameBytesUnsent = 0;
  #controlFramesUnsent = 0;
  #grace: NodeJS.Timeout | undefined;

  /** @param graceMs - how long a closed link may take to say goodbye */
  constructor(source: ByteSource, graceMs = CLOSE_GRACE_MS) {
    this.#source = source;
    this.#graceMs = graceMs;
    this.host = parseHost(source.socket.remoteAddress ?? "") ?? "";
    source.take = (bytes) => this.#take(bytes);
    source.socket
      .on("error", () => undefined) // "close" follows, and is what counts
      .on("end", () => this.#endSoon())
      .on("close", () => this.#closed());
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Sets who is told from now on, and starts reading. A later call hands the link over, with nothing lost between. */
  attach(handlers: LinkHandlers): void {
    const first = this.#handlers === undefined;
    this.#handlers = handlers;
    if (first) this.#source.socket.resume();
  }

  /** Sends a message; never a piece. Does nothing on a link that has ended. */
  send(message: ReaderMessage): void {
    if (!this.#speaks) return;
    if (this.#controlBytesUnsent > CONTROL_BYTES_UNSENT_MAX || this.#controlFramesUnsent > CONTROL_FRAMES_UNSENT_MAX) {
      this.close("silent", `${this.#controlFramesUnsent} frames were sent and none of them was read`);
      return;
    }
    this.#controlFramesUnsent++;
    this.#write(encodeMessage(message), this.#controlFrameSent);
  }

  /**
   * Sends whole frames from the start of a buffer.
   * @param bytes - how many of the buffer's bytes
   * @param done - called once, when the buffer is free again; true when its bytes left this process
   */
  sendFrames(buffer: Uint8Array, bytes: number, done: (sent: boolean) => void): void {
    if (!this.#speaks) return done(false);
    this.#frameBytesUnsent += bytes;
    this.#write(buffer.subarray(0, bytes), (error) => {
      this.#frameBytesUnsent -= bytes;
      done(error === null || error === undefined);
    });
  }

  /** Says why, lets what was sent before leave, and ends. Nothing is delivered any more but `closed`. */
  close(fault: LinkFault, message: string): void {
    this.endWith({ flag: "close", fault, message });
  }

  /** Sends a last message, and ends as `close` does. */
  endWith(message: ReaderMessage): void {
    if (!this.#speaks) return;
    this.#write(encodeMessage(message));
    this.#source.socket.end();
    // What still arrives is read and thrown away: closing with unread bytes makes the system answer with a reset,
    // which may overtake the close frame.
    this.#source.socket.resume();
    this.#endSoon();
  }

  /** Ends at once, without a word. */
  destroy(): void {
    this.#source.socket.destroy();
  }

  readonly #controlFrameSent = (): void => {
    this.#controlFramesUnsent--;
  };

  get #speaks(): boolean {
    return this.#state === "open" || this.#state === "deaf";
  }

  /** What the socket holds beyond the frames of `sendFrames`, which whoever orders them keeps within bounds. */
  get #controlBytesUnsent(): number {
    return this.#source.socket.writableLength - this.#frameBytesUnsent;
  }

  #write(bytes: Uint8Array, done?: (error?: Error | null) => void): void {
    const { socket } = this.#source;
    if (!this.#corked) {
      this.#corked = true;
      socket.cork();
      process.nextTick(() => {
        this.#corked = false;
        socket.uncork();
      });
    }
    socket.write(bytes, done);
  }

  #take(bytes: Uint8Array): boolean {
    if (this.#state !== "open") return false;
    try {
      this.#decoder.feed(bytes, (message) => {
        this.#handlers?.message(message);
        return this.#state === "open";
      });
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.#state = "deaf";
      this.#handlers?.broken(error.fault, error.message);
    }
    return this.#state === "open" && this.#decoder.isAmidFrame;
  }

  #endSoon(): void {
    if (this.#state === "closed") return;
    this.#state = "closing";
    this.#grace ??= setTimeout(() => this.destroy(), this.#graceMs);
    closing.add(this);
    const [oldest] = closing;
    if (oldest === undefined || closing.size <= CLOSING_MAX) return;
    // At once: many may end in one turn of the event loop, before any of them is gone.
    closing.delete(oldest);
    oldest.destroy();
  }

  #closed(): void {
    clearTimeout(this.#grace);
    closing.delete(this);
    this.#state = "closed";
    this.#handlers?.closed();
  }
}
