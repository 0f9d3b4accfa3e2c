// Waiting for a server that does not say when it serves.

import { pause } from "../../faults/behaviour.ts";
import type { Peer } from "../peer.ts";
import { isListening } from "../process-tally.ts";

/** Milliseconds between two looks. */
const LOOK_MS = 20;

/** Settles when something listens on the port where the server runs. @throws Error with its last words when it ends */
export async function listens(server: Peer, port: number): Promise<void> {
  const ended = server.line(() => false);
  while (!isListening(server.pid, port)) await Promise.race([ended, pause(LOOK_MS)]);
  // It is heard again when the run is over.
  ended.catch(() => undefined);
}
