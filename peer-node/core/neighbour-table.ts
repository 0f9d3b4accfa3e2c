// The readers that we know of, and how many of them are in which state. Every change goes through here, so the counts
// are never wrong; what a change means is not its business. It holds only so many, however many a tracker lists.

import type { ReaderId } from "../../shared/ids.ts";
import type { Address, Millis } from "./events.ts";
import { KNOWN_MAX } from "./policy.ts";
import { isListed, type Way } from "./way.ts";

export interface Neighbour {
  /** None while nobody has vouched for one; such a reader can only be called. */
  readonly addresses: readonly Address[];
  /** What a link that we dial is to be known as; "accepted" for one that nobody has told us of, and that dialled us. */
  readonly way: Way;
  /** dialling: a dial or a call is under way. */
  readonly state: "idle" | "dialling" | "linked";
  /** While dialling or linked: we drew it ourselves, and it neither called us nor came of its own accord. */
  readonly isChosen: boolean;
  /** Dials and calls in a row that came to nothing. */
  readonly failures: number;
  /** Neither dialled nor called before this time. */
  readonly dialAt: Millis;
  /** Nor before this one, as the dial budget had it when it was last asked. */
  readonly budgetAt: Millis;
  /** Was seen to hold every page. */
  readonly complete: boolean;
  /** Where we have reached it ourselves. */
  readonly reachedAt?: Address | undefined;
  /** Where it says that it listens: on the host from which it dialled us. */
  readonly saysAt?: Address | undefined;
}

/** A reader of which nothing is known but that it is there. */
export const NEWCOMER = {
  addresses: [],
  state: "idle",
  isChosen: false,
  failures: 0,
  dialAt: Number.NEGATIVE_INFINITY,
  budgetAt: Number.NEGATIVE_INFINITY,
  complete: false,
} as const satisfies Partial<Neighbour>;

export class NeighbourTable implements Iterable<readonly [ReaderId, Neighbour]> {
  readonly #known = new Map<ReaderId, Neighbour>();
  #dialling = 0;
  #linked = 0;
  #chosenLinked = 0;
  #listedLinked = 0;

  /** Dials and calls under way. */
  get dialling(): number {
    return this.#dialling;
  }

  get linked(): number {
    return this.#linked;
  }

  /** Linked ones that we chose. */
  get chosenLinked(): number {
    return this.#chosenLinked;
  }

  /** Linked ones that the tracker has named. */
  get listedLinked(): number {
    return this.#listedLinked;
  }

  get isFull(): boolean {
    return this.#known.size >= KNOWN_MAX;
  }

  [Symbol.iterator](): Iterator<readonly [ReaderId, Neighbour]> {
    return this.#known[Symbol.iterator]();
  }

  get(reader: ReaderId): Neighbour | undefined {
    return this.#known.get(reader);
  }

  put(reader: ReaderId, neighbour: Neighbour): void {
    const known = this.#known.get(reader);
    if (known !== undefined) this.#count(known, -1);
    this.#known.set(reader, neighbour);
    this.#count(neighbour, 1);
  }

  /** Does nothing for a reader that is not known. */
  change(reader: ReaderId, changes: Partial<Neighbour>): void {
    const known = this.#known.get(reader);
    if (known !== undefined) this.put(reader, { ...known, ...changes });
  }

  delete(reader: ReaderId): void {
    const known = this.#known.get(reader);
    if (known === undefined) return;
    this.#count(known, -1);
    this.#known.delete(reader);
  }

  /** Forgets what is too much, those that are never dialled first, then those that failed most; returns them. */
  forgetWorst(): readonly ReaderId[] {
    const surplus = this.#known.size - KNOWN_MAX;
    if (surplus <= 0) return [];
    const idle = [...this.#known].filter(([, { state }]) => state === "idle");
    const worst = idle.sort(([, a], [, b]) => hopelessness(b) - hopelessness(a)).slice(0, surplus);
    return worst.map(([reader]) => {
      this.delete(reader);
      return reader;
    });
  }

  #count(neighbour: Neighbour, by: 1 | -1): void {
    if (neighbour.state === "dialling") this.#dialling += by;
    if (neighbour.state !== "linked") return;
    this.#linked += by;
    if (neighbour.isChosen) this.#chosenLinked += by;
    if (isListed(neighbour.way)) this.#listedLinked += by;
  }
}

function hopelessness({ dialAt, failures }: Neighbour): number {
  return dialAt === Number.POSITIVE_INFINITY ? Number.MAX_SAFE_INTEGER : failures;
}
