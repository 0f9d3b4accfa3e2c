// Who stands where, and who can be reached: addresses, dials, links. A dial takes a round trip, or fails after one when
// nobody listens, or after a long while when nothing answers at all.

import type { Address } from "../../peer-node/core/events.ts";
import { DIAL_TIMEOUT_MS } from "../../peer-node/transport/limits.ts";
import type { Book } from "../../shared/book.ts";
import { Downlink } from "./downlink.ts";
import type { EventQueue } from "./event-queue.ts";
import { End, type Ether, type Site } from "./link.ts";
import { Tally } from "./tally.ts";
import { Trace } from "./trace.ts";
import { BufferedUplink, PlainUplink, type Uplink } from "./uplink.ts";

/** What a machine's line can do. */
export interface Line {
  /** Bytes a second, out and in. */
  readonly uplink: number;
  readonly downlink: number;
  /** What the kernel keeps for each link; 0 for sockets that keep nothing. */
  readonly sendBuffer: number;
  /** Nobody can dial it. */
  readonly isBehindNat: boolean;
}

/** Answers the door: takes the link, or leaves it. */
export type Doorkeeper = (end: End, from: string) => void;

export interface HostOptions {
  readonly book: Book;
  readonly line: Line;
  readonly isHonest: boolean;
  readonly random: () => number;
}

/** A machine with one address. */
export class Host implements Site {
  readonly number: number;
  readonly name: string;
  readonly isHonest: boolean;
  readonly address: Address;
  readonly events: EventQueue;
  readonly trace = new Trace();
  readonly random: () => number;
  readonly uplink: Uplink;
  readonly downlink: Downlink;
  readonly tally: Tally;
  readonly line: Line;
  /** Undefined while nobody listens. */
  door: Doorkeeper | undefined;
  /** False while the machine is without power or cable: it does not even refuse. */
  isUp = true;

  constructor(ether: Ether, number: number, { book, line, isHonest, random }: HostOptions) {
    this.number = number;
    this.events = ether.clockwork.add();
    this.random = random;
    this.name = `Reader ${number}`;
    this.isHonest = isHonest;
    this.address = { host: `20.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`, port: 4_000 };
    this.line = line;
    this.uplink =
      line.sendBuffer > 0
        ? new BufferedUplink(this.events, line.uplink, line.sendBuffer)
        : new PlainUplink(this.events, line.uplink);
    this.downlink = new Downlink(line.downlink);
    this.tally = new Tally(book);
  }

  /** True when a dial from outside is answered. */
  get isReachable(): boolean {
    return this.isUp && this.door !== undefined && !this.line.isBehindNat;
  }
}

export class Network {
  readonly ether: Ether;
  readonly #hosts = new Map<string, Host>();
  #links = 0;

  constructor(ether: Ether) {
    this.ether = ether;
  }

  get hosts(): Iterable<Host> {
    return this.#hosts.values();
  }

  add(options: HostOptions): Host {
    const host = new Host(this.ether, this.#hosts.size + 1, options);
    this.#hosts.set(host.address.host, host);
    return host;
  }

  hostAt(address: string): Host | undefined {
    return this.#hosts.get(address);
  }

  /**
   * Dials an address.
   * @param done - told the link and the address, or nothing when nobody was reached
   */
  dial(from: Host, { host: address }: Address, done: (end?: End, address?: string) => void): void {
    const { delayMs } = this.ether;
    const to = this.#hosts.get(address);
    if (to === undefined) return from.events.after(delayMs + DIAL_TIMEOUT_MS, () => done());
    to.events.at(from.events.now + delayMs, () => {
      const { now } = to.events;
      const door = to.isReachable ? to.door : undefined;
      if (door === undefined) {
        const isRefused = to.isUp && !to.line.isBehindNat;
        return from.events.at(now + (isRefused ? delayMs : DIAL_TIMEOUT_MS), () => done());
      }
      const [mine, theirs] = [new End(this.ether, ++this.#links, from), new End(this.ether, ++this.#links, to)];
      mine.join(theirs);
      door(theirs, from.address.host);
      from.events.at(now + delayMs, () => (mine.isOpen ? done(mine, address) : done()));
    });
  }
}
