// A reader's way out: so many bytes a second, shared by all its links. Two disciplines. With sockets that keep nothing,
// what was handed over first leaves first, whichever link it is for, and a link hears that bytes have left when they have.
// With sockets as kernels have them, each link has a buffer: bytes count as sent once they fit into it, and the links
// take turns by the packet.

import type { Millis } from "../../peer-node/core/events.ts";
import type { EventQueue, Happening } from "./event-queue.ts";
import { Fifo } from "./fifo.ts";

/** A frame, as the uplink sees it. */
export interface Parcel {
  readonly bytes: number;
  /** The link that it goes by. */
  readonly lane: Lane;
  /** True when it is short, and nobody waits to hear that it has left. */
  readonly isControl: boolean;
  /** The socket has taken it: as far as the sender knows, it is sent. */
  taken(): void;
  /** Its last byte leaves at `at`. */
  leaves(at: Millis): void;
}

/** One link's share of an uplink. */
export interface Lane {
  /** False once the link is gone: what it still has to send is thrown away. */
  readonly isCarried: boolean;
}

export interface Uplink {
  hand(parcel: Parcel): void;
}

/** One queue for all links. */
export class PlainUplink implements Uplink, Happening {
  readonly #events: EventQueue;
  readonly #msPerByte: number;
  readonly #waiting = new Fifo<Parcel>();
  /** What is leaving, up to a time that the queue of events knows; undefined while nothing is. */
  #leaving: Parcel | undefined;

  /** @param rate - bytes a second */
  constructor(events: EventQueue, rate: number) {
    this.#events = events;
    this.#msPerByte = 1_000 / rate;
  }

  hand(parcel: Parcel): void {
    this.#waiting.push(parcel);
    if (this.#leaving === undefined) this.#next(this.#events.now);
  }

  happen(now: Millis): void {
    const gone = this.#leaving;
    this.#next(now);
    gone?.taken();
  }

  /** Control frames leave in one go, with the first page bytes behind them: a turn for each would be dear. */
  #next(now: Millis): void {
    let at = now;
    this.#leaving = undefined;
    for (let parcel = this.#waiting.shift(); parcel !== undefined; parcel = this.#waiting.shift()) {
      if (!parcel.lane.isCarried) continue;
      at += parcel.bytes * this.#msPerByte;
      parcel.leaves(at);
      this.#leaving = parcel;
      if (!parcel.isControl) break;
    }
    if (this.#leaving !== undefined) this.#events.put(at, this);
  }
}

/** Bytes that a link sends in its turn: what a kernel hands to the wire in one go. */
const PACKET_BYTES = 16_000;

/** A link's queue in its socket. */
class SocketBuffer {
  readonly parcels = new Fifo<Parcel>();
  /** Parcels that the buffer had no room for yet, in order. */
  readonly outside = new Fifo<Parcel>();
  /** Bytes of the first parcel that have left. */
  gone = 0;
  /** Bytes inside. */
  bytes = 0;
}

/** A buffer for each link, and turns. */
export class BufferedUplink implements Uplink, Happening {
  readonly #events: EventQueue;
  readonly #msPerByte: number;
  readonly #bufferBytes: number;
  readonly #buffers = new Map<Lane, SocketBuffer>();
  /** Links that have something to send, whose turn it is first. */
  readonly #turns = new Fifo<Lane>();
  #isBusy = false;

  /**
   * @param rate - bytes a second
   * @param bufferBytes - what the kernel keeps for each link
   */
  constructor(events: EventQueue, rate: number, bufferBytes: number) {
    this.#events = events;
    this.#msPerByte = 1_000 / rate;
    this.#bufferBytes = bufferBytes;
  }

  hand(parcel: Parcel): void {
    let buffer = this.#buffers.get(parcel.lane);
    if (buffer === undefined) {
      buffer = new SocketBuffer();
      this.#buffers.set(parcel.lane, buffer);
      this.#turns.push(parcel.lane);
    }
    buffer.outside.push(parcel);
    this.#takeIn(buffer);
    if (!this.#isBusy) this.#next(this.#events.now);
  }

  happen(now: Millis): void {
    this.#next(now);
  }

  #next(now: Millis): void {
    this.#isBusy = false;
    for (let lane = this.#turns.shift(); lane !== undefined; lane = this.#turns.shift()) {
      const buffer = this.#buffers.get(lane);
      if (buffer === undefined) continue;
      const bytes = lane.isCarried ? this.#sendPacket(buffer, now) : 0;
      if (bytes === 0) {
        this.#buffers.delete(lane);
        continue;
      }
      this.#turns.push(lane);
      this.#takeIn(buffer);
      this.#isBusy = true;
      this.#events.put(now + bytes * this.#msPerByte, this);
      return;
    }
  }

  /** A packet of the link's bytes leaves. @returns how many */
  #sendPacket(buffer: SocketBuffer, now: Millis): number {
    let bytes = 0;
    for (let parcel = buffer.parcels.first; parcel !== undefined; parcel = buffer.parcels.first) {
      const part = Math.min(parcel.bytes - buffer.gone, PACKET_BYTES - bytes);
      bytes += part;
      buffer.gone += part;
      if (buffer.gone < parcel.bytes) break;
      buffer.parcels.shift();
      buffer.gone = 0;
      parcel.leaves(now + bytes * this.#msPerByte);
    }
    buffer.bytes -= bytes;
    return bytes;
  }

  /** Takes in what there is room for; a parcel larger than the buffer goes in when the buffer is empty. */
  #takeIn(buffer: SocketBuffer): void {
    for (let parcel = buffer.outside.first; parcel !== undefined; parcel = buffer.outside.first) {
      if (buffer.bytes > 0 && buffer.bytes + parcel.bytes > this.#bufferBytes) return;
      buffer.outside.shift();
      buffer.parcels.push(parcel);
      buffer.bytes += parcel.bytes;
      const taken = parcel;
      // A write's callback comes after the call, never within it.
      if (!taken.isControl) this.#events.after(0, () => taken.taken());
    }
  }
}
