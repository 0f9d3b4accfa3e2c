// From every typed error of the other rooms to an exit code and one sentence: the only place that knows both. Loaded when
// something has failed, because it knows the errors of all rooms.

import { DescriptorRefused } from "../../shared/faults.ts";
import { GlobUnmatched } from "../library/glob-unmatched.ts";
import { BookUnclear } from "../node/find-book.ts";
import { DiskFault } from "../storage/page-store.ts";
import { TrackerFault, TrackerRefused } from "../tracker/tracker-faults.ts";
import { ListenFailed } from "../transport/listen.ts";
import { CommandFailed } from "./command-failed.ts";
import type { Exit } from "./exit-codes.ts";
import { exitOfRefusal } from "./refusal-exits.ts";

/** What a thrown value means to whoever typed the command. */
export function failureOf(error: unknown): CommandFailed {
  if (error instanceof CommandFailed) return error;
  // What waits for the world is told why it is given up, and tells so as its cause.
  if (error instanceof Error && error.cause instanceof CommandFailed) return error.cause;
  const message = error instanceof Error ? error.message : String(error);
  return new CommandFailed(exitOf(error), message, { cause: error });
}

function exitOf(error: unknown): Exit {
  if (error instanceof DescriptorRefused) return "refused";
  if (error instanceof DiskFault) return error.code === "in-the-way" ? "in-the-way" : "disk";
  if (error instanceof ListenFailed) return "port";
  if (error instanceof TrackerFault) return error.code === "not-private" ? "not-authorised" : "tracker-unreachable";
  if (error instanceof TrackerRefused) return exitOfRefusal(error.code);
  if (error instanceof BookUnclear || error instanceof GlobUnmatched) return "wrong-use";
  return "failed";
}
