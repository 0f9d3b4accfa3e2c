// bookswarm tracker: the tracker's Worker on one's own machine, for trying out and for a local network.

import { join, resolve } from "node:path";
import { FolderLock } from "../storage/lock.ts";
import { makeFolder } from "../storage/make-folder.ts";
import { userStateFolder } from "../storage/state-folder.ts";
import { ConsoleWords } from "./console-words.ts";
import { linksOf } from "./local-tracker/links.ts";
import { LocalTracker } from "./local-tracker/local-tracker.ts";
import type { Output } from "./output.ts";

export interface TrackerCommandOptions {
  readonly port: number;
  readonly host: string;
  readonly data?: string;
  /** Seconds. */
  readonly heartbeat?: number;
}

/** @throws ListenFailed, DiskFault, or CommandFailed when the runtime is missing */
export async function tracker(output: Output, options: TrackerCommandOptions): Promise<void> {
  const { port, host, heartbeat } = options;
  const data = resolve(options.data ?? join(userStateFolder(), "tracker"));
  makeFolder(data);
  const lock = await FolderLock.take(data, data, "give this one a folder of its own with --data");
  const words = new ConsoleWords();
  try {
    const log = (line: string, isFailure: boolean) => (isFailure ? output.warn(line) : output.detail(line));
    output.status("Starting the tracker...");
    const running = await LocalTracker.start({ port, host, data, heartbeatSeconds: heartbeat, log });
    const links = linksOf(host, running.port);
    output.event(
      "listening",
      { port: running.port, link: links[0] ?? "", links },
      `The tracker is at ${links.join("\n  and for others at ")}`,
    );
    output.note(`Its books are kept in ${data}. It ends with Ctrl-C, or the line "end".`);
    await words.untilEnd();
    await running.stop();
    output.event("ended", {});
  } finally {
    words.close();
    lock.release();
  }
}
