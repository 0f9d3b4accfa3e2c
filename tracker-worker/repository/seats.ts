// The sockets of one book and the reader that each speaks for: the reader list joined to the platform's sockets. All of
// it is memory over attachments; waking from hibernation builds it again. Sockets end here and nowhere else.

import type { Host } from "../../shared/hosts.ts";
import type { ReaderId } from "../../shared/ids.ts";
import { encodeMessage } from "../../shared/tracker-api/codec.ts";
import type { TrackerMessage } from "../../shared/tracker-api/flags.ts";
import { closeCodeOf, type Refusal } from "../../shared/tracker-api/refusals.ts";
import type { Patient } from "../domain/heartbeat.ts";
import type { Reader } from "../domain/reader.ts";
import { ReaderList } from "../domain/reader-list.ts";
import type { Told } from "../domain/told.ts";
import { attach, attachmentOf } from "./attachment.ts";
import { SocketsByPlace } from "./sockets-by-place.ts";

/** A reader, with its socket, as a round of heartbeats sees it. */
export interface Sitter extends Patient {
  readonly reader: Reader;
  readonly socket: WebSocket;
  /** From where this socket is seen; the reader may be known at another address beside it. */
  readonly host: Host;
}

/** Close code of RFC 6455's registry: the other side may come back, and should not do so at once with all others. */
const SERVICE_RESTART = 1012;

export class Seats {
  readonly readers: ReaderList;
  /** What the catalog was told last; undefined when that is not known. */
  told: Told | undefined;
  readonly #ctx: DurableObjectState;
  readonly #sockets = new Map<ReaderId, WebSocket>();
  /** Sockets that have not registered yet. */
  readonly #waiting = new SocketsByPlace();
  /** Sockets that were told to go and have not gone: nobody's any more, and held by the platform all the same. */
  readonly #leaving = new SocketsByPlace();

  /** @param pages - pages of the book */
  constructor(ctx: DurableObjectState, pages: number) {
    this.#ctx = ctx;
    this.readers = new ReaderList(pages);
    for (const socket of ctx.getWebSockets()) {
      const attachment = attachmentOf(socket);
      if (attachment === undefined) {
        // Its reader registers anew at once, and with it comes an attachment that is understood.
        attach(socket, { state: "evicted" });
        close(socket, SERVICE_RESTART, "the tracker was renewed");
        continue;
      }
      if (attachment.state === "waiting") this.#waiting.add(socket, attachment.host);
      if (attachment.state === "evicted" && attachment.host !== undefined) this.#leaving.add(socket, attachment.host);
      if (attachment.state !== "registered") continue;
      const { reader, told } = attachment;
      this.readers.put(reader);
      this.#sockets.set(reader.readerId, socket);
      if (told !== undefined && told.at >= (this.told?.at ?? 0)) this.told = told;
    }
  }

  /** Sockets that are counted: those of readers, and those that have not registered yet. */
  get size(): number {
    return this.#sockets.size + this.#waiting.size;
  }

  /** Sockets that have not registered yet. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Of all that are counted, how many are seen in the place of `host`: at its IPv4 address or in its IPv6 /64. */
  countAt(host: Host): number {
    return this.readers.countAt(host) + this.#waiting.countAt(host);
  }

  /** Sockets that the platform holds: those that are counted, and those that were told to go and have not gone. */
  get held(): number {
    return this.size + this.#leaving.size;
  }

  /** Of all that are held, how many are seen in the place of `host`. */
  heldAt(host: Host): number {
    return this.countAt(host) + this.#leaving.countAt(host);
  }

  /** Takes a new socket in; it has yet to register. */
  accept(socket: WebSocket, host: Host, now: number): void {
    this.#ctx.acceptWebSocket(socket);
    attach(socket, { state: "waiting", host, since: now });
    this.#waiting.add(socket, host);
  }

  /** Seats a reader on its socket, or keeps what has changed of a seated one. */
  seat(socket: WebSocket, host: Host, reader: Reader): void {
    attach(socket, { state: "registered", host, reader, ...(this.told !== undefined && { told: this.told }) });
    this.#waiting.delete(socket);
    this.#sockets.set(reader.readerId, socket);
    this.readers.put(reader);
  }

  /** Keeps what has changed of a reader that somebody else than itself has caused; nothing when it is not here. */
  revise(readerId: ReaderId, change: (reader: Reader) => Reader): void {
    const socket = this.#sockets.get(readerId);
    const seat = socket && attachmentOf(socket);
    if (socket !== undefined && seat?.state === "registered") this.seat(socket, seat.host, change(seat.reader));
  }

  /** The socket of a registered reader. */
  socketOf(readerId: ReaderId): WebSocket | undefined {
    return this.#sockets.get(readerId);
  }

  /** The latest sign of life of a reader: a message of its own, or an answer that the runtime noted by itself. */
  heardAt({ readerId, pulse }: Reader): number {
    const socket = this.#sockets.get(readerId);
    const noted = socket === undefined ? null : this.#ctx.getWebSocketAutoResponseTimestamp(socket);
    return Math.max(pulse.heardAt, noted?.getTime() ?? 0);
  }

  /** Every reader, as a round sees it. */
  *sitters(): Iterable<Sitter> {
    for (const reader of this.readers) {
      const socket = this.#sockets.get(reader.readerId);
      if (socket === undefined) continue;
      const { pulse, pagesHeld, hosts } = reader;
      yield { reader, socket, host: hosts[0], pulse, pagesHeld, heardAt: this.heardAt(reader) };
    }
  }

  /** Sockets that were accepted before `moment` and have not registered since. */
  waitingSince(moment: number): readonly WebSocket[] {
    return [...this.#waiting].filter((socket) => {
      const attachment = attachmentOf(socket);
      return attachment?.state === "waiting" && attachment.since <= moment;
    });
  }

  /** The catalog could not be told: nobody may believe that it was, not even after hibernation. */
  forgetTold(): void {
    this.told = undefined;
    this.rememberTold();
  }

  /** Keeps what the catalog was told through hibernation. A round does so by itself, as it seats everybody anew. */
  rememberTold(): void {
    for (const { socket, host, reader } of this.sitters()) this.seat(socket, host, reader);
  }

  /** Says no and closes. */
  refuse(socket: WebSocket, { code, message }: Refusal): void {
    this.#end(socket, encodeMessage({ flag: "NAY", code, message }), closeCodeOf(code), code);
  }

  /** Says no to everybody. */
  refuseAll(refusal: Refusal): void {
    for (const socket of [...this.#waiting, ...this.#sockets.values()]) this.refuse(socket, refusal);
  }

  /** Lets a reader go that asked to. */
  dismiss(socket: WebSocket): void {
    this.#end(socket, encodeMessage({ flag: "DNE" }), 1000, "deregistered");
  }

  /** Notes that the other side has closed. Harmless for a socket that is gone already. */
  drop(socket: WebSocket): void {
    this.#uncount(socket);
    attach(socket, { state: "evicted" });
    this.#leaving.delete(socket);
  }

  #uncount(socket: WebSocket): void {
    this.#waiting.delete(socket);
    const attachment = attachmentOf(socket);
    if (attachment?.state !== "registered") return;
    this.#sockets.delete(attachment.reader.readerId);
    this.readers.remove(attachment.reader.readerId);
  }

  // The mark comes before the close: whatever the socket says of itself afterwards, it is counted no more.
  #end(socket: WebSocket, lastWords: string, code: number, reason: string): void {
    const host = attachmentOf(socket)?.host;
    this.#uncount(socket);
    attach(socket, { state: "evicted", ...(host !== undefined && { host }) });
    if (host !== undefined) this.#leaving.add(socket, host);
    send(socket, lastWords);
    close(socket, code, reason);
  }
}

/** Sends text; a socket that has ended meanwhile is found out by the next heartbeat. */
export function send(socket: WebSocket, message: TrackerMessage | string): void {
  try {
    socket.send(typeof message === "string" ? message : encodeMessage(message));
  } catch {
    // The runtime throws for a socket that it has already closed.
  }
}

/** Closes a socket, also one that is closing: without our own close frame the other side waits for many seconds. */
export function close(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason);
  } catch {
    // Closed already.
  }
}
