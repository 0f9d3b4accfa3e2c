// How `bookswarm status` finds what runs: a process leaves a file for each local page among the user's own state, with
// the page's origin and its token. Only that user can read it, and it goes when the process does.

import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { errnoOf, onDisk } from "../storage/disk-fault.ts";
import { makeFolder } from "../storage/make-folder.ts";
import { replaceFile } from "../storage/replace-file.ts";
import { userStateFolder } from "../storage/state-folder.ts";

const schema = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  origin: v.pipe(v.string(), v.regex(/^http:\/\/127\.0\.0\.1:\d{1,5}$/)),
  token: v.pipe(v.string(), v.regex(/^[\w-]{20,200}$/)),
});

/** A running process, and where it listens to its user. */
export type RunningProcess = v.InferOutput<typeof schema>;

/** Leaves the file. @returns takes it away again @throws DiskFault */
export function announceRunning(running: RunningProcess): () => void {
  const folder = runningFolder();
  const path = fileOf(folder, running);
  onDisk("write", path, () => {
    makeFolder(folder, 0o700);
    replaceFile(path, JSON.stringify(running));
  });
  return () => rmSync(path, { force: true });
}

/** All that have left a file, and may be gone. */
export function runningProcesses(): readonly RunningProcess[] {
  const folder = runningFolder();
  return namesIn(folder).flatMap((name) => (name.endsWith(".json") ? (readRunning(join(folder, name)) ?? []) : []));
}

/** Takes away the file of a process that is gone without doing so itself. */
export function forgetRunning(running: RunningProcess): void {
  rmSync(fileOf(runningFolder(), running), { force: true });
}

function readRunning(path: string): RunningProcess | undefined {
  try {
    const result = v.safeParse(schema, JSON.parse(readFileSync(path, "utf8")));
    return result.success ? result.output : undefined;
  } catch {
    // It went while we looked, or is not ours to read.
    return undefined;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}

function runningFolder(): string {
  return join(userStateFolder(), "running");
}

/** A process may have several pages, each on a port of its own. */
function fileOf(folder: string, { pid, origin }: RunningProcess): string {
  return join(folder, `${pid}-${new URL(origin).port}.json`);
}
