// Who is alive. While a book has readers its tracker beats in rounds: a round first judges the previous beat, then
// sends the next, and names the time of the round after it. A reader that falls silent is gone within two periods.
// Pure: the state is in each reader's pulse, time is an argument, and the shell evicts, sends and sets the alarm.
//
// A round may come early (a report pulls it forward) or twice (alarms are delivered at least once). Both are harmless,
// because a beat younger than the grace is neither judged nor repeated.

import { HEARTBEAT_GRACE_MS } from "../../shared/tracker-api/limits.ts";

/** What is known of one reader's life. Times are milliseconds since the epoch. */
export interface Pulse {
  /** When a message of this reader was last handled; answers that the runtime noted by itself are not in it. */
  readonly heardAt: number;
  /** When the latest heartbeat was sent to it; undefined before the first. */
  readonly beatAt?: number;
  /** Pages that it held at that heartbeat, or when it registered. */
  readonly pagesAtBeat: number;
  /** Rounds in a row, up to now, in which it gained no page. */
  readonly quietRounds: number;
}

/** The tempo of a book's rounds, in milliseconds. */
export interface Tempo {
  /** Period after 0, 1, 2, ... quiet rounds; the last one stands for all that follow. */
  readonly periods: readonly [number, ...number[]];
  /** Age below which a beat is not judged. */
  readonly graceMs: number;
}

/**
 * Rounds come quickly while pages arrive and slow down while all readers only wait: a round's price is one alarm and
 * one row, whatever the number of readers.
 */
const ADAPTIVE_TEMPO: Tempo = { periods: [30_000, 60_000, 120_000], graceMs: HEARTBEAT_GRACE_MS };

/**
 * The tempo of a tracker.
 * @param fixedSeconds - one period for all rounds, when the owner set it; one shorter than the grace shortens the grace
 */
export function tempoOf(fixedSeconds: number | undefined): Tempo {
  if (fixedSeconds === undefined) return ADAPTIVE_TEMPO;
  const period = fixedSeconds * 1000;
  return { periods: [period], graceMs: Math.min(HEARTBEAT_GRACE_MS, period) };
}

/** The pulse of a reader that has just registered. */
export function firstPulse(pagesHeld: number, now: number): Pulse {
  return { heardAt: now, pagesAtBeat: pagesHeld, quietRounds: 0 };
}

/** What the previous beat says of a reader: it answered or has had none yet, it did not, or it still has time. */
export type Judgement = "alive" | "silent" | "too-young";

/**
 * Judges one pulse.
 * @param heardAt - the latest sign of life of any kind, the runtime's own notes included
 */
export function judge(pulse: Pulse, heardAt: number, now: number, tempo: Tempo): Judgement {
  if (pulse.beatAt === undefined) return "alive";
  if (now - pulse.beatAt < tempo.graceMs) return "too-young";
  return heardAt >= pulse.beatAt ? "alive" : "silent";
}

/** The pulse after a heartbeat was sent to a reader that holds `pagesHeld` pages. */
export function beaten(pulse: Pulse, pagesHeld: number, now: number): Pulse {
  // Before its first beat a reader has had no round in which it could gain a page.
  const quiet = pulse.beatAt !== undefined && pagesHeld <= pulse.pagesAtBeat;
  const quietRounds = quiet ? pulse.quietRounds + 1 : 0;
  return { ...pulse, beatAt: now, pagesAtBeat: pagesHeld, quietRounds };
}

/**
 * The pulse of a reader that has to prove itself at once. A beat that is still unanswered stays the one to be judged,
 * so that reports cannot keep a dead reader alive.
 */
export function challenged(pulse: Pulse, heardAt: number, now: number): Pulse {
  const open = pulse.beatAt !== undefined && heardAt < pulse.beatAt;
  return open ? pulse : { ...pulse, beatAt: now };
}

/** A reader as a round sees it. */
export interface Patient {
  readonly pulse: Pulse;
  readonly pagesHeld: number;
  /** The latest sign of life of any kind. */
  readonly heardAt: number;
}

/** What a round does, and when the next one is due. */
export interface Round<P extends Patient> {
  readonly evict: readonly P[];
  /** Whom to send a heartbeat, with the pulse to keep. */
  readonly beat: readonly { readonly patient: P; readonly pulse: Pulse }[];
  /** Milliseconds from this round to the next. */
  readonly period: number;
  readonly nextAt: number;
}

/** Plans the round of `now`. The same plan twice sends nothing twice. */
export function planRound<P extends Patient>(patients: Iterable<P>, now: number, tempo: Tempo): Round<P> {
  const evict: P[] = [];
  const beat: { patient: P; pulse: Pulse }[] = [];
  let quietRounds = Number.POSITIVE_INFINITY;
  let openUntil = Number.POSITIVE_INFINITY;
  for (const patient of patients) {
    const { heardAt, pagesHeld } = patient;
    const judgement = judge(patient.pulse, heardAt, now, tempo);
    if (judgement === "silent") {
      evict.push(patient);
      continue;
    }
    let { pulse } = patient;
    if (judgement === "alive") {
      pulse = beaten(pulse, pagesHeld, now);
      beat.push({ patient, pulse });
    } else if (pulse.beatAt !== undefined && heardAt < pulse.beatAt) {
      openUntil = Math.min(openUntil, pulse.beatAt + tempo.graceMs);
    }
    quietRounds = Math.min(quietRounds, pulse.quietRounds);
  }
  const period = periodAfter(quietRounds, tempo);
  return { evict, beat, period, nextAt: Math.min(now + period, openUntil) };
}

/** Milliseconds to the next round after `quietRounds` of the least quiet reader; 0 when a page has just come. */
export function periodAfter(quietRounds: number, { periods }: Tempo): number {
  return periods[Math.min(quietRounds, periods.length - 1)] ?? periods[0];
}
