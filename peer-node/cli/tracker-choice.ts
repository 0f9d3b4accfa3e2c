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

/** The token that the user gave, bound to the tracker that the user named; undefined when one of them is missing. */
export async function credentialOf({ tracker, tokenFile }: TrackerOptions): Promise<Credential | undefined> {
  if (tracker === undefined) return undefined;
  const token = tokenFile === undefined ? process.env["BOOKSWARM_TOKEN"] : await readToken(tokenFile);
  return token === undefined || token === "" ? undefined : { tracker, token };
}

async function readToken(file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw diskFault(error, "read the token in", file);
  }
  const token = text.trim();
  // A token is a header's value; what else is in the file must not be sent, or shown in an error.
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new CommandFailed("wrong-use", `${file} does not hold one token and nothing else`);
  return token;
}
