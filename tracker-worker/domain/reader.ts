// One entry of the reader list: what a tracker knows of a reader. Immutable; every change makes a new one.

import type { Host } from "../../shared/hosts.ts";
import type { ReaderId } from "../../shared/ids.ts";
import type { Pulse } from "./heartbeat.ts";
import type { Reach } from "./reach.ts";
import type { Bucket } from "./token-bucket.ts";

/** A registered reader. */
export interface Reader {
  readonly readerId: ReaderId;
  /** Where the tracker saw it, newest first, at most one host of each family. */
  readonly hosts: readonly [Host, ...Host[]];
  /** The TCP port on which it says that it listens; 0 when it does not. */
  readonly port: number;
  /** Private addresses that it says it has; only for readers that are seen at one of its hosts. */
  readonly privateHosts: readonly Host[];
  readonly pagesHeld: number;
  /** A silent reader serves and never asks. */
  readonly silent: boolean;
  readonly pulse: Pulse;
  /** What it may still report; undefined before its first report. */
  readonly reports?: Bucket;
  /** When it was last made to prove itself after a report, in milliseconds since the epoch. */
  readonly challengedAt?: number;
  /** undefined before it is first dialled. */
  readonly reach?: Reach;
}
