// A frozen picture of the engine, for the command line, the local page and the tests. Numbers only, nothing live.

import type { ReaderId } from "../../shared/ids.ts";
import type { Help } from "./help.ts";
import type { OutlookSnapshot } from "./outlook.ts";
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
  /** What it does for us now. */
  readonly help: Help;
}

export interface SwarmSnapshot extends OutlookSnapshot {
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
  /** Readers that have sent a page since the start. */
  readonly readersSent: number;
  /** Bytes a second, now. */
  readonly receiveRate: number;
  readonly sendRate: number;
  /** Readers of the book besides this one, as the tracker last said. */
  readonly readers: number;
  readonly links: readonly LinkSnapshot[];
  /** Asks of others that have no final answer yet. */
  readonly ordersOpen: number;
  /** Pages held here and by no other known reader. */
  readonly pagesOnlyHere: number;
}
