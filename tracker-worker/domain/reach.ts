// Whether a reader can be dialled. Its word is not enough: the tracker dials back, and a port counts only when it
// answers as that reader. What was found out before stands until the next answer, so that a report against a reader
// that lives changes nothing.

import { type Host, isLoopback } from "../../shared/hosts.ts";
import type { BookId, ReaderId } from "../../shared/ids.ts";
import { ADDRESSES_PER_READER_MAX } from "../../shared/tracker-api/limits.ts";

/** What dialling back has shown of a reader. */
export interface Reach {
  /** Hosts at which its port answered as this reader, when it was last dialled there; those of the latest dials. */
  readonly hosts: readonly Host[];
  /** When the tracker last set out to dial it, in milliseconds since the epoch. */
  readonly dialledAt: number;
  /** Dials in a row that have not reached it, the one that is under way included. */
  readonly misses: number;
}

/** What a dial must know of a reader. */
interface Callee {
  /** 0 when it does not listen. */
  readonly port: number;
  readonly reach?: Reach;
}

/** Whom to dial, and where. */
export interface Errand {
  readonly bookId: BookId;
  readonly readerId: ReaderId;
  readonly port: number;
  readonly hosts: readonly Host[];
}

/** What came of an errand. */
export interface Verdict extends Errand {
  /** Those of the hosts where the port answered as the reader. */
  readonly reached: readonly Host[];
}

/** Milliseconds in which a reader that is known is dialled at most once, reports aside: those have a limit of their own. */
const DIAL_GAP_MS = 60_000;

/** How much longer the wait is after each further miss: a reader behind a router costs its tracker less and less. */
const PATIENCE = 4;

/** Whether a reader that registers is to be dialled. */
export function isNews({ port, reach }: Callee, now: number): boolean {
  return port !== 0 && (reach === undefined || now - reach.dialledAt >= DIAL_GAP_MS);
}

/** Whether a reader that stays is to be dialled again: it was not reached, or not dialled for want of room. */
export function isDialDue({ port, reach }: Callee, now: number): boolean {
  if (port === 0) return false;
  if (reach === undefined) return true;
  return reach.misses > 0 && now - reach.dialledAt >= DIAL_GAP_MS * PATIENCE ** (reach.misses - 1);
}

/**
 * Where to dial a reader: only where it was seen. One that is seen as loopback is also dialled at the interfaces of the
 * machine, which is the tracker's own, because it is listed under them.
 */
export function hostsToDial(hosts: readonly Host[], interfaces: readonly Host[]): readonly Host[] {
  return hosts
    .flatMap((host) => (isLoopback(host) ? [host, ...interfaces] : [host]))
    .slice(0, ADDRESSES_PER_READER_MAX);
}

/** A reader that the tracker has set out to dial. */
export function dialling<Who extends Callee>(reader: Who, now: number): Who & { readonly reach: Reach } {
  const { hosts = [], misses = 0 } = reader.reach ?? {};
  return { ...reader, reach: { hosts, dialledAt: now, misses: misses + 1 } };
}

/** A reader that could not be dialled for want of room, though it was its turn: whatever was reached before, it is due again. */
export function putOff<Who extends Callee>(reader: Who): Who {
  const { reach } = reader;
  return reach === undefined || reach.misses > 0 ? reader : { ...reader, reach: { ...reach, misses: 1 } };
}

/** A reader after a dial; unchanged when it has since named another port, which was not the one that was dialled. */
export function dialled<Who extends Callee>(reader: Who, { port, hosts: tried, reached }: Verdict, now: number): Who {
  if (reader.port !== port) return reader;
  // A reader that has registered anew meanwhile has no dial of its own to remember.
  const { hosts = [], dialledAt = now, misses = 1 } = reader.reach ?? {};
  const untried = hosts.filter((host) => !tried.includes(host));
  const kept = [...untried, ...reached].slice(-ADDRESSES_PER_READER_MAX);
  return { ...reader, reach: { hosts: kept, dialledAt, misses: reached.length > 0 ? 0 : misses } };
}
