// What holds a book back right now, in a word for programs and a sentence for people. Told from facts that anybody can
// see from outside of the engine.

import type { SwarmSnapshot } from "../core/snapshot.ts";

/**
 * done: nothing is to be fetched. paused: somebody said so. disk: it takes nothing. alone: no reader is linked.
 * waiting: readers are linked, and nothing comes. limit: our own, on bytes a second. readers: as fast as they send.
 */
export type BindingCode = "done" | "paused" | "disk" | "alone" | "waiting" | "limit" | "readers";

export interface Binding {
  readonly code: BindingCode;
  readonly message: string;
}

export interface BindingFacts {
  readonly snapshot: Pick<SwarmSnapshot, "pagesMissing" | "paused" | "receiveRate" | "readers" | "links">;
  /** Why the disk takes nothing; undefined while it does. */
  readonly diskFault: string | undefined;
  /** Bytes a second that may be fetched; Infinity without a limit. */
  readonly downloadMax: number;
}

/** Share of the limit from which on the limit, and not the readers, is what binds. A rate is measured with some noise. */
const NEAR_LIMIT = 0.85;

export function bindingOf({ snapshot, diskFault, downloadMax }: BindingFacts): Binding {
  const { pagesMissing, paused, receiveRate, readers, links } = snapshot;
  if (pagesMissing === 0) return { code: "done", message: "Nothing is missing." };
  if (paused) return { code: "paused", message: "Paused; what is here is still served." };
  if (diskFault !== undefined) return { code: "disk", message: diskFault };
  if (links.length === 0) {
    const known = readers === 0 ? "No other reader is known." : "No other reader can be reached yet.";
    return { code: "alone", message: known };
  }
  if (receiveRate >= NEAR_LIMIT * downloadMax)
    return { code: "limit", message: "The download limit that is set here is reached." };
  if (receiveRate < 1)
    return { code: "waiting", message: "The linked readers send nothing: they lack it too, or are busy." };
  return { code: "readers", message: "The readers send no faster." };
}
