// Sockets that speak for no reader, each with the place at which it is seen: an IPv4 address or an IPv6 /64.

import { type Host, networkOf } from "../../shared/hosts.ts";
import { Tally } from "../domain/tally.ts";

export class SocketsByPlace {
  readonly #places = new Map<WebSocket, string>();
  readonly #counts = new Tally();

  get size(): number {
    return this.#places.size;
  }

  /** How many are seen in the place of `host`. */
  countAt(host: Host): number {
    return this.#counts.of(networkOf(host));
  }

  add(socket: WebSocket, host: Host): void {
    this.delete(socket);
    const place = networkOf(host);
    this.#places.set(socket, place);
    this.#counts.change(place, 1);
  }

  /** Harmless for a socket that is not here. */
  delete(socket: WebSocket): void {
    const place = this.#places.get(socket);
    if (place === undefined) return;
    this.#places.delete(socket);
    this.#counts.change(place, -1);
  }

  [Symbol.iterator](): Iterator<WebSocket> {
    return this.#places.keys();
  }
}
