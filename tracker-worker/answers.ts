// A refusal as an HTTP answer: the same for the Worker and for its objects.

import type { RefusalAnswer } from "../shared/tracker-api/http.ts";
import { REFUSALS, type Refusal } from "../shared/tracker-api/refusals.ts";

/** Seconds after which asking again makes sense, where a refusal is for want of room. Chosen; clients add jitter. */
const RETRY_AFTER_SECONDS = "10";

/** The JSON answer that says no. */
export function refusalResponse(refusal: Refusal): Response {
  return Response.json(refusalBody(refusal), {
    status: REFUSALS[refusal.code].status,
    headers: refusalHeaders(refusal),
  });
}

/** What programs read. */
export function refusalBody({ code, message }: Refusal): RefusalAnswer {
  return { code, message };
}

/** What HTTP wants to be said beside the status. */
export function refusalHeaders({ code }: Refusal): Record<string, string> {
  const { status } = REFUSALS[code];
  return {
    "Cache-Control": "no-store",
    ...(status === 401 && { "WWW-Authenticate": 'Bearer realm="bookswarm"' }),
    ...((status === 429 || status === 503) && { "Retry-After": RETRY_AFTER_SECONDS }),
    ...(status === 426 && { Upgrade: "websocket", Connection: "Upgrade" }),
  };
}
