// Where connections stand until they have said hello. The room is small, and when it is full the one that has waited
// longest goes: an honest dialler needs one round trip, so whoever holds connections open without speaking only ever
// pushes out its own kind. It keeps order among guests and touches no socket.

export interface WaitingRoomOptions {
  /** Guests in all. */
  readonly max: number;
  /** Guests from one network. */
  readonly perNetworkMax: number;
}

export class WaitingRoom<Guest> {
  readonly #max: number;
  readonly #perNetworkMax: number;
  /** Guests by network, each set in order of arrival. */
  readonly #networks = new Map<string, Set<Guest>>();
  #size = 0;

  constructor({ max, perNetworkMax }: WaitingRoomOptions) {
    this.#max = max;
    this.#perNetworkMax = perNetworkMax;
  }

  get size(): number {
    return this.#size;
  }

  /** Everybody who waits. */
  *guests(): Iterable<Guest> {
    for (const guests of this.#networks.values()) yield* guests;
  }

  /**
   * Lets a guest in.
   * @returns who has to go for it: the longest waiting of its network, or of the network that fills the room most
   */
  enter(network: string, guest: Guest): Guest | undefined {
    const own = this.#networks.get(network);
    const full =
      own !== undefined && own.size >= this.#perNetworkMax
        ? network
        : this.#size >= this.#max
          ? this.#largest()
          : undefined;
    const [oldest] = (full === undefined ? undefined : this.#networks.get(full)) ?? [];
    if (full !== undefined && oldest !== undefined) this.leave(full, oldest);
    this.#networks.set(network, (this.#networks.get(network) ?? new Set()).add(guest));
    this.#size++;
    return oldest;
  }

  /** The guest said hello, or is gone; false when it was not here any more. */
  leave(network: string, guest: Guest): boolean {
    const guests = this.#networks.get(network);
    if (guests === undefined || !guests.delete(guest)) return false;
    if (guests.size === 0) this.#networks.delete(network);
    this.#size--;
    return true;
  }

  #largest(): string | undefined {
    let largest: string | undefined;
    let most = 0;
    for (const [network, { size }] of this.#networks) {
      if (size <= most) continue;
      largest = network;
      most = size;
    }
    return largest;
  }
}
