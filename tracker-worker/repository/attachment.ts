// What a socket carries through hibernation. Presence lives here and nowhere else: no row is written for a reader, and
// the reader list is rebuilt from these when the object wakes. At most 16 KiB once serialised; ours need about a kilobyte.
//
// After a deploy, attachments of the version before are read, and for some minutes the version before may read ours. So a
// field that is added is optional here, one that is not known is ignored, and none is ever given another meaning.

import * as v from "valibot";
import type { Host } from "../../shared/hosts.ts";
import { count, healthFields, host, readerId } from "../../shared/tracker-api/fields.ts";
import { ADDRESSES_PER_READER_MAX } from "../../shared/tracker-api/limits.ts";
import type { Reader } from "../domain/reader.ts";
import type { Told } from "../domain/told.ts";

/** Which of its three lives a socket is in. */
export type Attachment =
  /** Accepted, and has not registered yet. */
  | { readonly state: "waiting"; readonly host: Host; readonly since: number }
  /** Speaks for a reader. `told` is what the catalog knew when this reader was last beaten. */
  | { readonly state: "registered"; readonly host: Host; readonly reader: Reader; readonly told?: Told }
  /**
   * Counted no more, for good. The only trustworthy sign: a socket whose other end has vanished stays in
   * getWebSockets(), and after its second hibernation says that it is open (seen on workerd 1.20261023, 2026-11).
   * `host` is there until the other side has closed, too: so long the platform holds the socket.
   */
  | { readonly state: "evicted"; readonly host?: Host };

const told: v.GenericSchema<unknown, Told> = v.object({ ...healthFields, at: v.optional(count, 0) });

const reader: v.GenericSchema<unknown, Reader> = v.object({
  readerId,
  hosts: v.pipe(v.tupleWithRest([host], host), v.maxLength(2)),
  port: count,
  privateHosts: v.pipe(v.array(host), v.maxLength(ADDRESSES_PER_READER_MAX)),
  pagesHeld: count,
  silent: v.boolean(),
  pulse: v.object({ heardAt: count, beatAt: v.exactOptional(count), pagesAtBeat: count, quietRounds: count }),
  reports: v.exactOptional(v.object({ tokens: v.number(), at: count })),
  challengedAt: v.exactOptional(count),
  reach: v.exactOptional(v.object({ hosts: v.array(host), dialledAt: count, misses: count })),
});

const schema: v.GenericSchema<unknown, Attachment> = v.variant("state", [
  v.object({ state: v.literal("waiting"), host, since: count }),
  v.object({ state: v.literal("registered"), host, reader, told: v.exactOptional(told) }),
  v.object({ state: v.literal("evicted"), host: v.exactOptional(host) }),
]);

/** Reads a socket's attachment; undefined when another version of this Worker wrote what nobody here understands. */
export function attachmentOf(socket: WebSocket): Attachment | undefined {
  const result = v.safeParse(schema, socket.deserializeAttachment());
  return result.success ? result.output : undefined;
}

/** Writes a socket's attachment. */
export function attach(socket: WebSocket, attachment: Attachment): void {
  socket.serializeAttachment(attachment);
}
