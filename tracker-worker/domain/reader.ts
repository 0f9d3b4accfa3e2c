// One entry of the reader list: what a tracker knows of a reader. Immutable; every change makes a new one.

import type { Host } from "../../shared/hosts.ts";
import type { ReaderId } from "../../shared/ids.ts";
import type { Pulse } from "./heartbeat.ts";
import type { Bucket } from "./token-bucket.ts";

/** A registered reader. */
export interface Reader {
  readonly readerId: ReaderId;
  /** Where the tracker saw it, newest first, at most one host of each family. */
  readonly hosts: readonly [Host, ...Host[]];
  /** The TCP port on which it says that it listens; 0 when it does not. */
  readonly port: number;
  readonly pagesHeld: number;
  /** A silent reader serves and never asks. */
  readonly silent: boolean;
  readonly pulse: Pulse;
  /** What it may still report; undefined before its first report. */
  readonly reports?: Bucket;
  /** When it was last made to prove itself after a report, in milliseconds since the epoch. */
  readonly challengedAt?: number;
}

/**
 * Whether dialling this reader can succeed, as far as the tracker knows. Today that is the reader's own word; a proof
 * by dialling back belongs here.
 */
export function isDialable(reader: Reader): boolean {
  return reader.port > 0;
}
