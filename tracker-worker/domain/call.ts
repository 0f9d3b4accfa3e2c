// Connect-back. Where only one of two readers can be dialled, that one calls, and the other dials it. The tracker passes
// the wish on with addresses of its own knowledge: those at which the caller's port has answered as the caller, and
// nothing that anybody claims, so that a call can send nobody to a third party's door.

import type { Host } from "../../shared/hosts.ts";
import type { ReaderAddress } from "../../shared/tracker-api/fields.ts";
import { addressesFor } from "./addresses.ts";
import type { Reader } from "./reader.ts";
import type { Rate } from "./token-bucket.ts";

/**
 * Calls that one reader may make, and that one may be sent: a sublist or two at once, then one a second. A bucket is
 * full again after ten seconds, which is also how long an object must be quiet before it forgets the bucket.
 */
export const CALL_RATE: Rate = { perSecond: 1, burst: 10 };

/** Calls from one address. Chosen: a school's publisher calls by itself, and ten that call all they may are many. */
export const CALL_RATE_OF_ADDRESS: Rate = { perSecond: 10 * CALL_RATE.perSecond, burst: 10 * CALL_RATE.burst };

/** Who calls whom. */
export interface Call {
  readonly caller: Pick<Reader, "readerId" | "hosts" | "port" | "reach">;
  readonly called: Pick<Reader, "readerId" | "hosts">;
  /** Addresses of the tracker's own machine; empty where it does not stand on the readers' network. */
  readonly interfaces: readonly Host[];
}

/** Where the called reader can dial the caller; nowhere when the caller was reached at no address that the other may know. */
export function addressesOfCaller({ caller, called, interfaces }: Call): readonly ReaderAddress[] {
  if (caller.readerId === called.readerId) return [];
  // Without the private hosts that the caller names: readers behind one router dial each other in any case.
  const proved = { ...caller, privateHosts: [] };
  const { addresses, dialable } = addressesFor({ reader: proved, askerHosts: called.hosts, interfaces });
  return dialable ? addresses : [];
}
