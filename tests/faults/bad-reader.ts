// A reader without manners: a bare socket that says whatever a behaviour wants, well-formed or not, and notes what it
// is told. Each comes from a loopback address of its own, so that what one does is not laid to another.

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { LinkFault } from "../../shared/faults.ts";
import { type BookId, parseReaderId, type ReaderId } from "../../shared/ids.ts";
import { encodeMessage } from "../../shared/wire/codec.ts";
import { FrameDecoder } from "../../shared/wire/frame-decoder.ts";
import type { Hello, ReaderMessage } from "../../shared/wire/messages.ts";

/** An honest process under attack, as its attackers know it. */
export interface Victim {
  readonly bookId: BookId;
  readonly id: ReaderId;
  readonly port: number;
  readonly pages: number;
}

/** How a connection ended: the fault of the other side's close, or none when it went without a word. */
export type Ending = LinkFault | "no word";

type MessageOf<Flag extends ReaderMessage["flag"]> = Extract<ReaderMessage, { readonly flag: Flag }>;

let addresses = 0;

/** An address of this machine that nobody used before. */
export function freshAddress(): string {
  addresses++;
  return `127.66.${addresses >> 8}.${addresses & 255}`;
}

export function freshId(): ReaderId {
  return parseReaderId(randomBytes(32).toString("hex"));
}

export interface DialOptions {
  readonly id?: ReaderId;
  readonly address?: string;
  /** False: what is sent back piles up with the system. */
  readonly reads?: boolean;
}

export class BadReader {
  readonly victim: Victim;
  readonly id: ReaderId;
  readonly address: string;
  readonly socket: Socket;
  /** Everything heard and not taken, pieces copied. */
  readonly heard: ReaderMessage[] = [];
  readonly #watchers = new Set<() => void>();
  #ending: Ending | undefined;

  static async dial(
    victim: Victim,
    { id = freshId(), address = freshAddress(), reads = true }: DialOptions = {},
  ): Promise<BadReader> {
    const socket = connect({
      host: "127.0.0.1",
      port: victim.port,
      localAddress: address,
      allowHalfOpen: true,
      noDelay: true,
    });
    const reader = new BadReader(victim, socket, id, address);
    await once(socket, "connect");
    if (!reads) socket.pause();
    return reader;
  }

  private constructor(victim: Victim, socket: Socket, id: ReaderId, address: string) {
    this.victim = victim;
    this.socket = socket;
    this.id = id;
    this.address = address;
    const decoder = new FrameDecoder();
    socket
      .on("data", (bytes) => {
        decoder.feed(new Uint8Array(bytes), (message) => {
          this.#hear(message);
          return true;
        });
      })
      .on("error", () => undefined)
      .on("end", () => this.#end("no word"))
      .on("close", () => this.#end("no word"));
  }

  /** A hello for the victim's book, changed as a behaviour likes. */
  hello(changes: Partial<Hello> = {}): Hello {
    const { bookId, id } = this.victim;
    return { flag: "hello", version: 1, bookId, from: this.id, to: id, port: 0, asks: 2_000, ...changes };
  }

  /** Becomes a session as an honest reader would. @param holds - what it says it holds */
  async greet(holds: "all" | "none" | readonly number[] = "none", changes: Partial<Hello> = {}): Promise<this> {
    this.say(this.hello(changes));
    await this.next("hello");
    if (holds === "all") this.say({ flag: "heldAll" });
    else if (holds === "none") this.say({ flag: "heldNone" });
    else this.say({ flag: "heldSet", first: 0, bits: this.bits(holds) });
    return this;
  }

  /** The bits of these pages. */
  bits(pages: readonly number[]): Uint8Array {
    const bits = new Uint8Array(Math.ceil(this.victim.pages / 8));
    for (const page of pages) bits[page >> 3] = (bits[page >> 3] ?? 0) | (0x80 >> (page & 7));
    return bits;
  }

  say(...messages: readonly ReaderMessage[]): void {
    this.write(Buffer.concat(messages.map(encodeMessage)));
  }

  /** Bytes as they are. */
  write(bytes: Uint8Array): void {
    if (this.socket.writable) this.socket.write(bytes);
  }

  /** A frame with any head. @param length - what it declares, its flag's byte included */
  frame(flag: number, body: Uint8Array = new Uint8Array(), length: number = body.length + 1): void {
    const bytes = new Uint8Array(5 + body.length);
    new DataView(bytes.buffer).setUint32(0, length >>> 0);
    bytes[4] = flag;
    bytes.set(body, 5);
    this.write(bytes);
  }

  /** The next message with a flag that was not taken before. @throws Error when the connection ends first */
  async next<Flag extends ReaderMessage["flag"]>(flag: Flag): Promise<MessageOf<Flag>> {
    for (;;) {
      const at = this.heard.findIndex((message) => message.flag === flag);
      const [message] = at < 0 ? [] : this.heard.splice(at, 1);
      if (message !== undefined) return message as MessageOf<Flag>;
      if (this.#ending !== undefined) throw new Error(`It ended with ${this.#ending} before a ${flag} came`);
      await this.#news();
    }
  }

  /** Pages that the victim asks for, as they come. */
  async *asks(): AsyncGenerator<number> {
    for (;;) yield* (await this.next("ask")).pages;
  }

  /** Settles when the victim has ended the connection. */
  async ending(): Promise<Ending> {
    while (this.#ending === undefined) await this.#news();
    return this.#ending;
  }

  /** Settles when the victim has answered a ping: all that was said before has been taken. */
  async stays(): Promise<Ending | "stays"> {
    this.say({ flag: "ping" });
    while (this.#ending === undefined) {
      const at = this.heard.findIndex(({ flag }) => flag === "pong");
      if (at >= 0) {
        this.heard.splice(at, 1);
        return "stays";
      }
      await this.#news();
    }
    return this.#ending;
  }

  leave(): void {
    this.socket.destroy();
  }

  #hear(message: ReaderMessage): void {
    if (message.flag === "close") return this.#end(message.fault);
    this.heard.push(message.flag === "piece" ? { ...message, bytes: message.bytes.slice() } : message);
    this.#wake();
  }

  #end(ending: Ending): void {
    this.#ending ??= ending;
    this.#wake();
  }

  #news(): Promise<void> {
    return new Promise((resolve) => this.#watchers.add(resolve));
  }

  #wake(): void {
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const wake of watchers) wake();
  }
}
