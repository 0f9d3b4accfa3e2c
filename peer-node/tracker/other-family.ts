// A machine with IPv4 and IPv6 reaches its tracker over one of them, and could be reached over both. So it shows itself
// once more, over the other one: where it is seen is for the tracker to say. Nothing depends on this going well.

import type { LookupFunction } from "node:net";
import { familyOf, type Host, parseHost } from "../../shared/hosts.ts";
import type { BookId } from "../../shared/ids.ts";
import { type AddressRequest, PATHS } from "../../shared/tracker-api/http.ts";
import { authorization } from "./credential.ts";
import { httpRequest } from "./http-request.ts";
import { ANSWER_MS_MAX } from "./limits.ts";
import type { TrackerAddress } from "./tracker-request.ts";

export interface ShowOptions {
  /** Gives it up. */
  readonly signal: AbortSignal;
  /** How names are looked up; the system's own way when absent. */
  readonly lookup?: LookupFunction;
}

/** Shows a registered reader to its tracker over the other family than the one over which it is `observed`. */
export function showOtherFamily(
  { tracker, credential }: TrackerAddress,
  bookId: BookId,
  shown: { readonly secret: string; readonly observed: Host },
  options: ShowOptions,
): void {
  const url = new URL(tracker + PATHS.addresses(bookId));
  // A tracker that is named by its address has only that one.
  if (parseHost(url.hostname) !== undefined) return;
  const body: AddressRequest = { secret: shown.secret };
  const request = httpRequest(url, {
    method: "POST",
    family: familyOf(shown.observed) === "IPv4" ? 6 : 4,
    headers: { "Content-Type": "application/json", ...authorization(tracker, credential) },
    timeout: ANSWER_MS_MAX,
    ...options,
  });
  request
    // What it says of it is of no interest, and need not have an end.
    .on("response", (response) => response.destroy())
    .on("timeout", () => request.destroy())
    // Without the other family there is nothing to show.
    .on("error", () => undefined)
    .end(JSON.stringify(body));
}
