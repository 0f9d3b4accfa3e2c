// How the Worker says no: a sentence on a page for people, code and sentence as JSON for programs.

import type { Context } from "hono";
import { REFUSALS, Refusal } from "../../shared/tracker-api/refusals.ts";
import { refusalHeaders, refusalResponse } from "../answers.ts";
import { logFailure } from "../log.ts";
import { RefusalPage } from "../pages/refusal-page.tsx";

export const refusals = {
  notFound(c: Context): Response | Promise<Response> {
    return refuse(c, new Refusal("not-found", "Nothing stands at this address"));
  },

  error(error: Error, c: Context): Response | Promise<Response> {
    return refuse(c, refusalOf(error, c));
  },
};

function refuse(c: Context, refusal: Refusal): Response | Promise<Response> {
  // Only who asks for a page by name gets one: programs that accept anything read JSON.
  const wantsPage = c.req.method === "GET" && (c.req.header("Accept") ?? "").includes("text/html");
  if (!wantsPage) return refusalResponse(refusal);
  return c.html(
    <RefusalPage code={refusal.code} message={refusal.message} />,
    REFUSALS[refusal.code].status,
    refusalHeaders(refusal),
  );
}

/** Our own failures stay in the log; whoever asked learns only whether to try again. */
function refusalOf(error: Error, c: Context): Refusal {
  if (error instanceof Refusal) return error;
  logFailure("request failed", error, { path: c.req.path });
  // The platform marks the errors of an object that has too much to do, or that is being moved.
  const isBusy =
    ("overloaded" in error && error.overloaded === true) || ("retryable" in error && error.retryable === true);
  return isBusy
    ? new Refusal("tracker-busy", "The tracker cannot answer now; try again in a moment")
    : new Refusal("tracker-failed", "The tracker failed; its log says why");
}
