// Who stands where, and who can be reached: addresses, dials, links. A dial takes a round trip, or fails after one when
// nobody listens, or after a long while when nothing answers at all.

import type { Address, Millis } from "../../peer-node/core/events.ts";
import { DIAL_TIMEOUT_MS } from "../../peer-node/transport/limits.ts";
import type { Book } from "../../shared/book.ts";
import { Downlink } from "./downlink.ts";
import { End, type Ether, type Site } from "./link.ts";
import { Tally } from "./tally.ts";
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

/** A machine with one address. */
export class Host implements Site {
  readonly number: number;
  readonly name: string;
  readonly isHonest: boolean;
  readonly address: Address;
  readonly uplink: Uplink;
  readonly downlink: Downlink;
  readonly tally: Tally;
  readonly line: Line;
  /** Undefined while nobody listens. */
  door: Doorkeeper | undefined;
  /** False while the machine is without power or cable: it does not even refuse. */
  isUp = true;

  constructor(ether: Ether, number: number, book: Book, line: Line, isHonest: boolean) {
    this.number = number;
    this.name = `Reader ${number}`;
    this.isHonest = isHonest;
    this.address = { host: `20.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`, port: 4_000 };
    this.line = line;
    this.uplink =
      line.sendBuffer > 0
        ? new BufferedUplink(ether.events, line.uplink, line.sendBuffer)
        : new PlainUplink(ether.events, line.uplink);
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

  add(book: Book, line: Line, isHonest: boolean): Host {
    const host = new Host(this.ether, this.#hosts.size + 1, book, line, isHonest);
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
    const { events, delayMs } = this.ether;
    events.after(delayMs, () => {
      const to = this.#hosts.get(address);
      const door = to?.isReachable ? to.door : undefined;
      if (to === undefined || door === undefined) {
        const isRefused = to?.isUp === true && !to.line.isBehindNat;
        return events.after(isRefused ? delayMs : (DIAL_TIMEOUT_MS as Millis), () => done());
      }
      const [mine, theirs] = [new End(this.ether, ++this.#links, from), new End(this.ether, ++this.#links, to)];
      mine.join(theirs);
      door(theirs, from.address.host);
      events.after(delayMs, () => (mine.isOpen ? done(mine, address) : done()));
    });
  }
}
