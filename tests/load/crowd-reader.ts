// One reader of a crowd: a real WebSocket, no port, no pages.

import { createHash, randomBytes } from "node:crypto";
import WebSocket from "ws";
import { type BookId, parseReaderId, type ReaderId } from "../../shared/ids.ts";
import { ALIVE_MESSAGE, decodeTrackerMessage, encodeMessage } from "../../shared/tracker-api/codec.ts";
import type { ReaderMessage, TrackerMessage } from "../../shared/tracker-api/flags.ts";
import { PATHS } from "../../shared/tracker-api/http.ts";

export interface CrowdReaderOptions {
  /** Base address of the tracker. */
  readonly url: string;
  readonly bookId: BookId;
  readonly port?: number;
  readonly pagesHeld?: number;
}

export class CrowdReader {
  readonly readerId: ReaderId;
  readonly #secret = randomBytes(32);
  /** Whether it answers heartbeats. */
  answers = true;
  /** How often each flag was heard. */
  readonly heard = new Map<TrackerMessage["flag"], number>();
  /** Why its socket ended; undefined while it is open. */
  ended: { readonly code: number; readonly reason: string } | undefined;
  /** What the tracker said last of how many read. */
  readers = 0;
  readonly #options: CrowdReaderOptions;
  #socket: WebSocket | undefined;
  readonly #watchers = new Set<() => void>();

  constructor(options: CrowdReaderOptions) {
    this.#options = options;
    this.readerId = parseReaderId(createHash("sha256").update(this.#secret).digest("hex"));
  }

  /** Opens its socket and registers; again after the socket has ended, as the same reader. */
  async join(): Promise<this> {
    const { url, bookId, port = 0, pagesHeld = 0 } = this.#options;
    const socket = new WebSocket(url.replace(/^http/, "ws") + PATHS.readers(bookId), { perMessageDeflate: false });
    this.#socket = socket;
    this.ended = undefined;
    this.heard.clear();
    socket.on("open", () => {
      const secret = this.#secret.toString("hex");
      this.say({ flag: "CON", version: 1, secret, port, privateHosts: [], pagesHeld, silent: false });
    });
    socket.on("message", (data) => this.#received(String(data)));
    socket.on("error", () => undefined);
    socket.on("close", (code, reason) => {
      if (this.#socket === socket) this.ended = { code, reason: reason.toString() };
      this.#wake();
    });
    await this.until(() => this.count("CON") > 0);
    return this;
  }

  say(message: ReaderMessage): void {
    this.#socket?.send(message.flag === "ALV" ? ALIVE_MESSAGE : encodeMessage(message));
  }

  /** How often a flag was heard since the reader joined. */
  count(flag: TrackerMessage["flag"]): number {
    return this.heard.get(flag) ?? 0;
  }

  /** Settles once `accepts` holds. @throws Error when the socket ends before */
  async until(accepts: () => boolean): Promise<void> {
    while (!accepts()) {
      if (this.ended !== undefined) throw new Error(`The socket ended with ${this.ended.code} ${this.ended.reason}`);
      await this.#change();
    }
  }

  /** Settles once the socket has ended. */
  async end(): Promise<{ readonly code: number; readonly reason: string }> {
    while (this.ended === undefined) await this.#change();
    return this.ended;
  }

  /** Deregisters. */
  async leave(): Promise<void> {
    this.say({ flag: "DRG" });
    await this.end();
  }

  /** Cuts the line, without a word. */
  terminate(): void {
    this.#socket?.terminate();
  }

  #received(text: string): void {
    const message = decodeTrackerMessage(text);
    this.heard.set(message.flag, this.count(message.flag) + 1);
    if ("readers" in message) this.readers = message.readers;
    if (message.flag === "HBT" && this.answers) this.say({ flag: "ALV" });
    this.#wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#watchers.add(resolve));
  }

  #wake(): void {
    for (const resolve of this.#watchers) resolve();
    this.#watchers.clear();
  }
}
