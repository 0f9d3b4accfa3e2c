// The door of a node: one TCP port for all its books, IPv4 and IPv6 alike. Whoever comes in says hello first, soon,
// and is then led to the book that it named. What happens on a link after its hello is not the door's business. A
// tracker that wants to know whether a reader listens here asks at the door, and is answered at the door.

import { createServer, type Server, type Socket } from "node:net";
import { LINK_FAULTS, type LinkFault } from "../../shared/faults.ts";
import { networkOf } from "../../shared/hosts.ts";
import type { Hello, Probe, ReaderMessage } from "../../shared/wire/messages.ts";
import { adoptSource } from "./byte-source.ts";
import { HELLO_TIMEOUT_MS, WAITING_MAX, WAITING_PER_NETWORK_MAX } from "./limits.ts";
import { Link } from "./link.ts";
import { listen } from "./listen.ts";
import { WaitingRoom } from "./waiting-room.ts";

/** Takes a link by attaching to it, before it returns; or returns the reason for which the link is refused. */
export type Router = (link: Link, hello: Hello) => LinkFault | undefined;

/** Why the reader that a probe means is not here; undefined when it is. */
export type Absence = (probe: Probe) => LinkFault | undefined;

export interface ListenerOptions {
  /** 0, the default: any free port. */
  readonly port?: number;
  /** Address to listen on; without it, every address of both families. */
  readonly host?: string;
  /** Without it, nobody is here for a probe. */
  readonly absence?: Absence;
  readonly helloTimeoutMs?: number;
  readonly waitingMax?: number;
  readonly waitingPerNetworkMax?: number;
}

/** What a connection wants to speak, by its first byte. */
export type Protocol = "frames" | "tls" | "other";

/**
 * Tells protocols apart on the one port. A hello is shorter than 2^24 bytes, so plain frames start with 0x00; a TLS
 * handshake starts with 0x16, and has its place here once links can be encrypted.
 */
export function protocolOf(firstByte: number): Protocol {
  if (firstByte === 0x00) return "frames";
  return firstByte === 0x16 ? "tls" : "other";
}

/** A connection that has not said hello. */
interface Guest {
  readonly link: Link;
  readonly network: string;
  readonly deadline: NodeJS.Timeout;
}

export class Listener {
  /** The port that is open. */
  readonly port: number;
  readonly #server: Server;
  readonly #router: Router;
  readonly #absence: Absence;
  readonly #room: WaitingRoom<Guest>;
  readonly #helloTimeoutMs: number;

  /**
   * Opens the port.
   * @throws ListenFailed when the port is taken, or cannot be opened for another reason
   */
  static async open(router: Router, options: ListenerOptions = {}): Promise<Listener> {
    const server = createServer({ noDelay: true, pauseOnConnect: true });
    const port = await listen(server, { port: options.port ?? 0, host: options.host });
    return new Listener(server, port, router, options);
  }

  private constructor(server: Server, port: number, router: Router, options: ListenerOptions) {
    this.port = port;
    this.#server = server;
    this.#router = router;
    this.#absence = options.absence ?? (() => "unknown-book");
    this.#helloTimeoutMs = options.helloTimeoutMs ?? HELLO_TIMEOUT_MS;
    this.#room = new WaitingRoom({
      max: options.waitingMax ?? WAITING_MAX,
      perNetworkMax: options.waitingPerNetworkMax ?? WAITING_PER_NETWORK_MAX,
    });
    server.on("connection", (socket) => this.#enter(socket));
    // Too many open files: the connection is lost, the door is not.
    server.on("error", () => undefined);
  }

  /** Closes the door, and every link that has not said hello. Links that were taken stay with whoever took them. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const guest of [...this.#room.guests()]) this.#sendAway(guest);
    await closed;
  }

  #enter(socket: Socket): void {
    const source = adoptSource(socket);
    const link = new Link(source);
    const frames = source.take;
    source.take = (bytes) => {
      source.take = frames;
      if (protocolOf(bytes[0] ?? 0) === "frames") return frames(bytes);
      this.#refuse(guest, "not-bookswarm");
      return false;
    };
    const deadline = setTimeout(() => this.#refuse(guest, "silent"), this.#helloTimeoutMs);
    const guest: Guest = { link, network: networkOf(link.host), deadline };
    const pushedOut = this.#room.enter(guest.network, guest);
    if (pushedOut !== undefined) this.#sendAway(pushedOut);
    link.attach({
      message: (message) => this.#greeted(guest, message),
      broken: (fault, sentence) => this.#refuse(guest, fault === "unknown-flag" ? "not-bookswarm" : fault, sentence),
      closed: () => this.#leave(guest),
    });
  }

  #greeted(guest: Guest, message: ReaderMessage): void {
    if (message.flag === "probe") return this.#probed(guest, message);
    if (message.flag !== "hello") return this.#refuse(guest, "not-bookswarm");
    this.#leave(guest);
    const fault = this.#router(guest.link, message);
    if (fault !== undefined) guest.link.close(fault, LINK_FAULTS[fault].meaning);
  }

  #probed(guest: Guest, probe: Probe): void {
    const fault = this.#absence(probe);
    if (fault !== undefined) return this.#refuse(guest, fault);
    this.#leave(guest);
    guest.link.endWith({ flag: "proof", from: probe.to, nonce: probe.nonce });
  }

  #refuse(guest: Guest, fault: LinkFault, sentence: string = LINK_FAULTS[fault].meaning): void {
    this.#leave(guest);
    guest.link.close(fault, sentence);
  }

  #sendAway(guest: Guest): void {
    this.#leave(guest);
    guest.link.destroy();
  }

  #leave(guest: Guest): void {
    clearTimeout(guest.deadline);
    this.#room.leave(guest.network, guest);
  }
}
