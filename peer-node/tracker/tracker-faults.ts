// The two ways in which a tracker fails a reader: it says no, or it cannot be spoken to. Neither is a bug of ours.

import { isRefusalCode, REFUSALS } from "../../shared/tracker-api/refusals.ts";

/** The tracker said no; the message is its own sentence, or ours when it gave none. */
export class TrackerRefused extends Error {
  /** A code of the table of refusals, or one that a newer tracker knows. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "TrackerRefused";
    this.code = code;
  }
}

/** Why a tracker could not be spoken to. */
export type TrackerFaultCode = "unreachable" | "timed-out" | "redirected" | "not-a-tracker" | "not-private";

/** The tracker did not answer, or what answered is no tracker. */
export class TrackerFault extends Error {
  readonly code: TrackerFaultCode;

  constructor(code: TrackerFaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "TrackerFault";
    this.code = code;
  }
}

/** True when a tracker that refuses with this code may consent later; codes that we do not know are given the chance. */
export function mayPass(code: string): boolean {
  return !isRefusalCode(code) || REFUSALS[code].retry;
}

/** True when the same request may succeed if it is tried again. */
export function isPassing(error: unknown): boolean {
  if (error instanceof TrackerRefused) return mayPass(error.code);
  return error instanceof TrackerFault && (error.code === "unreachable" || error.code === "timed-out");
}
