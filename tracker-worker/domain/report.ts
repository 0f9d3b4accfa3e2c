// What a report is worth: it never evicts anybody. At most it makes the accused prove itself, and both sides have a
// limit: one reader cannot keep the tracker busy with reports, nor can many keep one reader busy with proofs.

import { challenged } from "./heartbeat.ts";
import type { Reader } from "./reader.ts";
import { type Rate, takeToken } from "./token-bucket.ts";

/** Reports of one reader: a few at once, when several of its links fail together, then one in ten seconds. */
const REPORT_RATE: Rate = { perSecond: 0.1, burst: 5 };

/** Milliseconds in which one reader is made to prove itself at most once. */
const CHALLENGE_GAP_MS = 60_000;

/** What a report changes; `accused` is undefined when it leads to nothing. */
export interface ReportEffect {
  readonly reporter: Reader;
  readonly accused: Reader | undefined;
}

/**
 * Weighs a report.
 * @param accused - undefined when no such reader is registered
 * @param heardAt - the latest sign of life of the accused
 */
export function weighReport(reporter: Reader, accused: Reader | undefined, heardAt: number, now: number): ReportEffect {
  const { taken, bucket } = takeToken(reporter.reports, REPORT_RATE, now);
  const charged = { ...reporter, reports: bucket };
  if (!taken || accused === undefined || accused.readerId === reporter.readerId) {
    return { reporter: charged, accused: undefined };
  }
  if (accused.challengedAt !== undefined && now - accused.challengedAt < CHALLENGE_GAP_MS) {
    return { reporter: charged, accused: undefined };
  }
  return {
    reporter: charged,
    accused: { ...accused, challengedAt: now, pulse: challenged(accused.pulse, heardAt, now) },
  };
}
