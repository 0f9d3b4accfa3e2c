// One process for each folder. The lock is a small file that names its owner; a second live process is refused, and an
// owner that is dead never blocks.
//
// Claiming is creating a file that is not there, which every file system does for one process only. A dead owner's lock
// is taken over in two such steps: whoever creates `lock.next` may rename it over `lock`. A name that was meanwhile
// swept away and made anew by another is noticed by reading the lock back: only the process that finds its own token in
// it owns the folder. Each step may be interrupted anywhere.

import { randomUUID } from "node:crypto";
import {
  closeSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { hostname, uptime } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { exactBootId } from "./boot.ts";
import { diskFault, errnoOf } from "./disk-fault.ts";
import { DiskFault } from "./page-store.ts";
import { readOwnFile } from "./read-own-file.ts";

/** How often an owner shows that it lives, to processes that cannot see it. Chosen. */
const TOUCH_MS = 20_000;

/**
 * A lock that was not touched for so long is dead, where nothing else tells. Chosen: a machine may stall for a minute, and
 * clocks differ.
 */
const UNTOUCHED_MS_MAX = 90_000;

/** Time for a lock that is still empty to be filled by its maker. Chosen; writing it takes microseconds. */
const FILLING_MS = 100;

const CLAIMS_MAX = 5;

/** Who holds a lock. */
interface Owner {
  readonly token: string;
  readonly pid: number;
  /** Where `pid` means something: the host, and on Linux the process namespace. */
  readonly place: string;
  readonly boot?: string;
  /** When the process started, in the system's own count; tells it from a later process with the same number. */
  readonly started?: string;
}

/** Tokens of the locks that this very process holds. */
const ownTokens = new Set<string>();

/** The right to change a folder; held until it is released. */
export class FolderLock {
  readonly #file: string;
  readonly #token: string;
  readonly #touching: NodeJS.Timeout;

  private constructor(file: string, token: string) {
    this.#file = file;
    this.#token = token;
    ownTokens.add(token);
    this.#touching = setInterval(() => touch(file), TOUCH_MS).unref();
  }

  /**
   * Takes the lock that lies in `stateFolder`.
   * @param folder - the folder it stands for, as the message should name it
   * @param otherwise - what else a person may do than end the other process
   * @throws DiskFault "locked" when a live process holds it
   */
  static async take(
    stateFolder: string,
    folder: string,
    otherwise: string = "choose another folder",
  ): Promise<FolderLock> {
    const file = join(stateFolder, "lock");
    const owner = describeSelf();
    for (let claims = 0; claims < CLAIMS_MAX; claims++) {
      const holder = await claim(file, owner);
      if (holder === undefined) return new FolderLock(file, owner.token);
      if (holder !== "changed") throw lockedBy(holder, { folder, file, otherwise });
    }
    throw new DiskFault(
      "locked",
      folder,
      `${folder} is in use: several processes are taking hold of it at once; try again`,
    );
  }

  /** Lets go. A lock that was taken away meanwhile stays its new owner's. */
  release(): void {
    clearInterval(this.#touching);
    if (!ownTokens.delete(this.#token)) return;
    try {
      if (readOwner(this.#file)?.token === this.#token) rmSync(this.#file, { force: true });
    } catch {
      // A disk that has become read-only or gone away keeps it. It blocks nobody: its owner is done with it, or dead.
    }
  }
}

/** Tries once; undefined when the lock is ours, its live owner when it is not, "changed" when it is worth another try. */
async function claim(file: string, owner: Owner): Promise<Owner | "changed" | undefined> {
  if (create(file, owner)) return readOwner(file)?.token === owner.token ? undefined : "changed";
  const holder = await settledOwner(file);
  if (holder !== undefined && isAlive(holder, file)) return holder;
  return takeOver(file, owner, holder?.token) ? undefined : "changed";
}

/** Puts our lock in the place of a dead owner's; true when it is ours afterwards. */
function takeOver(file: string, owner: Owner, deadToken: string | undefined): boolean {
  const next = `${file}.next`;
  if (!create(next, owner)) {
    const other = readOwner(next);
    if (other === undefined || !isAlive(other, next)) rmSync(next, { force: true });
    return false;
  }
  try {
    if (readOwner(file)?.token === deadToken) renameSync(next, file);
    else rmSync(next, { force: true });
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw diskFault(error, "take over", file);
  }
  return readOwner(file)?.token === owner.token;
}

/** Creates a lock file with our name in it; false when there is one. */
function create(file: string, owner: Owner): boolean {
  try {
    const descriptor = openSync(file, "wx", 0o644);
    try {
      writeSync(descriptor, JSON.stringify(owner));
    } finally {
      closeSync(descriptor);
    }
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    throw diskFault(error, "lock", file);
  }
}

/** The owner that a lock names; gives a maker that was just interrupted the time to write its name. */
async function settledOwner(file: string): Promise<Owner | undefined> {
  const owner = readOwner(file);
  if (owner !== undefined) return owner;
  await sleep(FILLING_MS);
  return readOwner(file);
}

function readOwner(file: string): Owner | undefined {
  try {
    const value: unknown = JSON.parse(readOwnFile(file)?.toString() ?? "");
    return isOwner(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isOwner(value: unknown): value is Owner {
  if (typeof value !== "object" || value === null) return false;
  const { token, pid, place, boot, started } = value as Record<string, unknown>;
  return (
    typeof token === "string" &&
    Number.isSafeInteger(pid) &&
    typeof place === "string" &&
    (boot === undefined || typeof boot === "string") &&
    (started === undefined || typeof started === "string")
  );
}

function isAlive(owner: Owner, file: string): boolean {
  const self = describeSelf();
  if (owner.place !== self.place) return wasTouchedLately(file);
  // Another machine of the same name, on a share, or a run of this one that is over: that touched it before this one began.
  if (owner.boot !== self.boot) return wasTouchedLately(file) && touchedAtMs(file) > systemStartMs();
  if (owner.pid === process.pid && owner.started === self.started) return ownTokens.has(owner.token);
  const started = startOf(owner.pid);
  if (started !== undefined) return started === owner.started;
  // Where no system tells when a process started, the number may by now be another's, who touches nothing.
  return self.started === undefined && answersToSignals(owner.pid) && wasTouchedLately(file);
}

function describeSelf(): Owner {
  const boot = exactBootId();
  const started = startOf(process.pid);
  return {
    token: randomUUID(),
    pid: process.pid,
    place: [hostname(), processNamespace()].join(" ").trim(),
    ...(boot === undefined ? {} : { boot }),
    ...(started === undefined ? {} : { started }),
  };
}

/** When a process started, from /proc; undefined when it is dead or its system does not tell. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The command's name, in parentheses, may itself hold spaces and parentheses; field 3 follows it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const state = fields[0];
    return state === "Z" || state === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** True when there is a process of this number. */
export function answersToSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errnoOf(error) === "EPERM";
  }
}

function processNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

function wasTouchedLately(file: string): boolean {
  // Another machine's clock may be a little ahead of ours; a time that lies far ahead was written before ours was set back.
  return Math.abs(Date.now() - touchedAtMs(file)) < UNTOUCHED_MS_MAX;
}

function touchedAtMs(file: string): number {
  try {
    return lstatSync(file).mtimeMs;
  } catch {
    return Number.NEGATIVE_INFINITY;
  }
}

/** When this run of the system began, on the clock as it is now. */
function systemStartMs(): number {
  return Date.now() - uptime() * 1000;
}

function touch(file: string): void {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // The folder is gone or full for now; whoever writes to it next says so.
  }
}

function lockedBy(
  owner: Owner,
  { folder, file, otherwise }: { readonly folder: string; readonly file: string; readonly otherwise: string },
): DiskFault {
  const [host = ""] = owner.place.split(" ");
  const who = host === hostname() ? `process ${owner.pid}` : `process ${owner.pid} on ${host}`;
  return new DiskFault(
    "locked",
    folder,
    `${folder} is in use by ${who}; stop that one first, or ${otherwise} (its lock is ${file})`,
  );
}
