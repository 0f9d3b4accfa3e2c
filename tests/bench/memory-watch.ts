// The most memory that the processes of a run took, from looks at them while it goes on.

import type { Peer } from "./peer.ts";
import { memoryOf } from "./process-tally.ts";

/** Bytes: all that was resident, mapped files among it, and what was the process's own. */
export interface MemoryPeak {
  readonly residentPeak: number;
  readonly ownPeak: number;
}

/** Milliseconds between two looks. */
const LOOK_MS = 50;

export class MemoryWatch {
  readonly #peers: readonly Peer[];
  readonly #peaks = new Map<Peer, MemoryPeak>();
  readonly #timer: NodeJS.Timeout;

  /** Looks from now on. */
  constructor(peers: readonly Peer[]) {
    this.#peers = peers;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  /** Looks a last time. */
  end(): void {
    clearInterval(this.#timer);
    this.#look();
  }

  #look(): void {
    for (const peer of this.#peers) {
      const { resident, own } = memoryOf(peer.pid);
      const { residentPeak = 0, ownPeak = 0 } = this.#peaks.get(peer) ?? {};
      this.#peaks.set(peer, { residentPeak: Math.max(residentPeak, resident), ownPeak: Math.max(ownPeak, own) });
    }
  }

  /** Of the one among them that took most. */
  peakOf(peers: readonly Peer[]): MemoryPeak {
    const peaks = peers.map((peer) => this.#peaks.get(peer) ?? { residentPeak: 0, ownPeak: 0 });
    return {
      residentPeak: Math.max(0, ...peaks.map(({ residentPeak }) => residentPeak)),
      ownPeak: Math.max(0, ...peaks.map(({ ownPeak }) => ownPeak)),
    };
  }
}
