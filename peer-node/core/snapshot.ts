// A frozen picture of the engine, for the command line, the local page and the tests. Numbers only, nothing live.

import type { ReaderId } from "../../shared/ids.ts";
import type { ScarcePage } from "./scarcity.ts";
import type { Way } from "./way.ts";

export interface LinkSnapshot {
  readonly reader: ReaderId;
  readonly host: string;
  readonly dialled: boolean;
  /** How the link came about. */
  readonly way: Way;
  /** Pages that the other reader says it holds. */
  readonly pagesHeld: number;
  readonly pagesReceived: number;
  /** Those of them that the other reader did not hold and fetched for us. */
  readonly pagesRelayed: number;
  readonly pagesSent: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** Bytes a second that come from this reader. */
  readonly receiveRate: number;
  /** Bytes a second that go to this reader. */
  readonly sendRate: number;
  readonly snubbed: boolean;
}

export interface SwarmSnapshot {
  readonly pages: number;
  readonly pagesHeld: number;
  /** Bytes of the pages that are held. */
  readonly bytesHeld: number;
  /** Pages still to come: chosen and not held. */
  readonly pagesMissing: number;
  /** True while nothing is asked because somebody said so. */
  readonly paused: boolean;
  /** Page bytes since the start, over all links, those that are gone included. */
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly bytesWasted: number;
  readonly pagesReceived: number;
  readonly pagesSent: number;
  /** Bytes a second, now. */
  readonly receiveRate: number;
  readonly sendRate: number;
  /** Readers of the book besides this one, as the tracker last said. */
  readonly readers: number;
  readonly links: readonly LinkSnapshot[];
  /** Asks of others that have no final answer yet. */
  readonly ordersOpen: number;
  /** A missing page that no linked reader holds, and for how long that has been known; undefined when there is none. */
  readonly scarce: ScarcePage | undefined;
  /** Pages held here and by no other known reader. */
  readonly pagesOnlyHere: number;
}
