// One WebSocket to a tracker, from its opening to its end, as the events of a conversation. Bytes and handshakes stop
// here: what leaves this file is a checked message, a refusal, or the plain fact that the socket is gone.

import type { IncomingMessage } from "node:http";
import * as v from "valibot";
import WebSocket from "ws";
import { isPrivate, parseHost } from "../../shared/hosts.ts";
import type { BookId } from "../../shared/ids.ts";
import { ALIVE_MESSAGE, decodeTrackerMessage, encodeMessage } from "../../shared/tracker-api/codec.ts";
import type { ReaderMessage } from "../../shared/tracker-api/flags.ts";
import { PATHS, refusalSchema } from "../../shared/tracker-api/http.ts";
import { ADDRESSES_PER_READER_MAX, MESSAGE_BYTES_MAX } from "../../shared/tracker-api/limits.ts";
import { isRefusalCode, REFUSALS, Refusal } from "../../shared/tracker-api/refusals.ts";
import { authorization } from "./credential.ts";
import { interfaceAddresses } from "./interfaces.ts";
import { LEAVE_MS_MAX, REGISTER_MS_MAX, UNSENT_BYTES_MAX } from "./limits.ts";
import { ownNetworks, type Vantage, withoutTraps } from "./listed-addresses.ts";
import type { TrackerEvent } from "./tracker-events.ts";
import type { TrackerAddress } from "./tracker-request.ts";

/** What a socket reports. */
export type SocketEvent = Extract<TrackerEvent, { readonly type: "opened" | "received" | "refused" | "dropped" }>;

export class TrackerSocket {
  readonly #socket: WebSocket;
  #report: ((event: SocketEvent) => void) | undefined;
  #vantage: Vantage = { trackerHost: undefined, isNeighbour: () => false };

  /**
   * Opens a socket for the readers of a book.
   * @param report - called until the first `refused` or `dropped`, which is the last, or until `close`
   * @throws TrackerFault "not-private" when the credential must not travel there
   */
  constructor({ tracker, credential }: TrackerAddress, bookId: BookId, report: (event: SocketEvent) => void) {
    this.#report = report;
    this.#socket = new WebSocket(tracker.replace(/^http/, "ws") + PATHS.readers(bookId), {
      headers: authorization(tracker, credential),
      perMessageDeflate: false,
      maxPayload: MESSAGE_BYTES_MAX,
      handshakeTimeout: REGISTER_MS_MAX,
      followRedirects: false,
    });
    this.#socket
      .on("upgrade", ({ socket }) => {
        this.#vantage = { trackerHost: parseHost(socket.remoteAddress ?? ""), isNeighbour: ownNetworks() };
      })
      .on("open", () => this.#report?.({ type: "opened", privateHosts: privateHosts() }))
      .on("message", (data, isBinary) => this.#received(data, isBinary))
      .on("unexpected-response", (_, response) => void this.#refusedUpgrade(response))
      .on("close", (code, reason) => this.#closed(code, reason.toString()))
      .on("error", (error) => this.#last({ type: "dropped", reason: error.message }));
  }

  send(message: ReaderMessage): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    // A tracker that asks without end and never listens would fill our memory with what we answer.
    if (this.#socket.bufferedAmount > UNSENT_BYTES_MAX) return this.#socket.terminate();
    // The tracker's runtime answers this exact text by itself, without waking the tracker.
    this.#socket.send(message.flag === "ALV" ? ALIVE_MESSAGE : encodeMessage(message));
  }

  /** Reports nothing more, and closes. */
  close(): void {
    this.#report = undefined;
    if (this.#socket.readyState === WebSocket.CONNECTING) return this.#socket.terminate();
    this.#socket.close(1000);
    setTimeout(() => this.#socket.terminate(), LEAVE_MS_MAX).unref();
  }

  #received(data: WebSocket.RawData, isBinary: boolean): void {
    if (this.#report === undefined) return;
    try {
      const message = decodeTrackerMessage(isBinary ? data : data.toString());
      this.#report({ type: "received", message: withoutTraps(message, this.#vantage) });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#last({ type: "dropped", reason: `the tracker is not understood: ${error.message}` });
    }
  }

  #closed(code: number, reason: string): void {
    if (isRefusalCode(reason)) this.#last({ type: "refused", code: reason, message: REFUSALS[reason].meaning });
    else this.#last({ type: "dropped", reason: `the socket was closed with ${code}` });
  }

  /** An upgrade that is refused has an HTTP answer; it says why in its body, unless it comes from before the tracker. */
  async #refusedUpgrade(response: IncomingMessage): Promise<void> {
    const reason = `the tracker answers with status ${response.statusCode}`;
    const wordless: SocketEvent =
      // The platform, too, counts what comes: whoever is over its limits must not be hammered.
      response.statusCode === 429
        ? { type: "refused", code: "too-many", message: reason }
        : { type: "dropped", reason };
    try {
      const result = v.safeParse(refusalSchema, JSON.parse(await readShort(response)));
      this.#last(result.success ? { type: "refused", ...result.output } : wordless);
    } catch {
      this.#last(wordless);
    }
  }

  #last(event: SocketEvent): void {
    const report = this.#report;
    this.#report = undefined;
    this.#socket.terminate();
    report?.(event);
  }
}

/** What only the networks of this machine know of it. */
function privateHosts(): readonly string[] {
  return interfaceAddresses().filter(isPrivate).slice(0, ADDRESSES_PER_READER_MAX);
}

async function readShort(response: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > MESSAGE_BYTES_MAX) throw new Error("The answer is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
