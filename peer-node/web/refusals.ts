// From every typed error that a request can end in to a status, a code and a sentence: the only place that knows all.

import { HTTPException } from "hono/http-exception";
import { DescriptorRefused } from "../../shared/faults.ts";
import { GlobUnmatched } from "../library/glob-unmatched.ts";
import { BookUnclear } from "../node/find-book.ts";
import { DiskFault, PagesLost } from "../storage/page-store.ts";
import { TrackerFault, TrackerRefused } from "../tracker/tracker-faults.ts";

export type RefusalStatus = 400 | 404 | 409 | 500 | 503;

export interface RefusalAnswer {
  readonly status: RefusalStatus;
  readonly code: string;
  readonly message: string;
}

/** A request that cannot be met. The message is one sentence for people. */
export class RequestRefused extends Error {
  readonly status: RefusalStatus;
  readonly code: string;

  constructor(status: RefusalStatus, code: string, message: string) {
    super(message);
    this.name = "RequestRefused";
    this.status = status;
    this.code = code;
  }
}

export function refusalOf(error: Error): RefusalAnswer {
  const { message } = error;
  if (error instanceof RequestRefused) return { status: error.status, code: error.code, message };
  if (error instanceof GlobUnmatched) return { status: 400, code: "no-match", message };
  if (error instanceof BookUnclear) return { status: 400, code: "book-unclear", message };
  if (error instanceof DescriptorRefused) return { status: 400, code: "bad-descriptor", message };
  if (error instanceof PagesLost) return { status: 404, code: "changed", message };
  if (error instanceof DiskFault)
    return { status: error.code === "gone" ? 404 : 503, code: `disk-${error.code}`, message };
  if (error instanceof TrackerRefused) return { status: 409, code: error.code, message };
  if (error instanceof TrackerFault) return { status: 503, code: "tracker-unreachable", message };
  if (error instanceof HTTPException)
    return { status: 400, code: "bad-request", message: "The request makes no sense." };
  return { status: 500, code: "failed", message };
}
