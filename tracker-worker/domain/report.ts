// What a report is worth: it never evicts anybody. At most it makes the accused prove itself, and both sides have a
// limit: one reader cannot keep the tracker busy with reports, nor can many keep one reader busy with proofs.

import { challenged } from "./heartbeat.ts";
import type { Reader } from "./reader.ts";
import { type Rate, takeToken } from "./token-bucket.ts";

/** How much reporting a tracker heeds. */
export interface ReportLimits {
  /** Reports of one reader: all at once, when several of its links fail together, then evenly. */
  readonly perReporter: Rate;
  /** Milliseconds in which one reader is made to prove itself at most once, whoever reports it. */
  readonly challengeGapMs: number;
}

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
export function weighReport(
  { reporter, accused, heardAt }: { reporter: Reader; accused: Reader | undefined; heardAt: number },
  { perReporter, challengeGapMs }: ReportLimits,
  now: number,
): ReportEffect {
  const { taken, bucket } = takeToken(reporter.reports, perReporter, now);
  const charged = { ...reporter, reports: bucket };
  if (!taken || accused === undefined || accused.readerId === reporter.readerId) {
    return { reporter: charged, accused: undefined };
  }
  if (accused.challengedAt !== undefined && now - accused.challengedAt < challengeGapMs) {
    return { reporter: charged, accused: undefined };
  }
  return {
    reporter: charged,
    accused: { ...accused, challengedAt: now, pulse: challenged(accused.pulse, heardAt, now) },
  };
}
