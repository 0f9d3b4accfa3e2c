// Which tracker a command speaks to, and what it may show to it: a token goes to the tracker that the user named with
// an option or in the environment, and to no other.

import { readFile } from "node:fs/promises";
import { diskFault } from "../storage/disk-fault.ts";
import type { Credential } from "../tracker/credential.ts";
import type { TrackerAddress } from "../tracker/tracker-request.ts";
import { CommandFailed } from "./command-failed.ts";
import type { TrackerOptions } from "./shared-options.ts";

/**
 * The tracker that the user named, with the token for it.
 * @throws CommandFailed "wrong-use" when none was named
 */
export async function namedTracker(options: TrackerOptions): Promise<TrackerAddress> {
  return (await trackerIn(options)) ?? noTracker();
}

/** The tracker that the user named, with the token for it; undefined when none was named. */
export async function trackerIn(options: TrackerOptions): Promise<TrackerAddress | undefined> {
  const { tracker } = options;
  return tracker === undefined ? undefined : { tracker, credential: await credentialOf(options) };
}

/** Says that a tracker must be named. @throws CommandFailed "wrong-use" */
export function noTracker(): never {
  throw new CommandFailed("wrong-use", "Which tracker? Name it with --tracker, or set BOOKSWARM_TRACKER");
}

/**
 * The token that the user gave, bound to the tracker that the user named; undefined when one of them is missing.
 * @throws CommandFailed "wrong-use" when it is no token, DiskFault when its file cannot be read
 */
export async function credentialOf({ tracker, tokenFile }: TrackerOptions): Promise<Credential | undefined> {
  if (tracker === undefined) return undefined;
  if (tokenFile !== undefined) return { tracker, token: tokenIn(await read(tokenFile), tokenFile) };
  // Set to nothing, as scripts do it, is not set.
  const set = process.env["BOOKSWARM_TOKEN"] ?? "";
  return set === "" ? undefined : { tracker, token: tokenIn(set, "BOOKSWARM_TOKEN") };
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw diskFault(error, "read the token in", file);
  }
}

/** A token is a header's value; what else is in the text must not be sent, or shown in an error. @param place - of the text */
function tokenIn(text: string, place: string): string {
  const token = text.trim();
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new CommandFailed("wrong-use", `${place} does not hold one token and nothing else`);
  return token;
}
