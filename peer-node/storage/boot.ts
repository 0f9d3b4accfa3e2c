// Which run of the operating system this is. What was written and not synced survives the death of a process, and not
// that of the system; a lock names a process that cannot have outlived the system it ran on.

import { readFileSync } from "node:fs";
import { uptime } from "node:os";

/** No run of the system: what is not synced may be lost, though the system itself goes on. */
export const NO_BOOT = "lost";

/** The system's own name for this run of it; undefined where it does not tell. */
export function exactBootId(): string | undefined {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "ascii").trim();
  } catch {
    return undefined;
  }
}

/**
 * A name for this run of the system. Where the system has none it is the minute it started in: a clock that is set
 * meanwhile makes it look like another run, which costs some hashing and nothing else.
 */
export function bootId(): string {
  return exactBootId() ?? `up since ${Math.round((Date.now() / 1000 - uptime()) / 60)}`;
}
