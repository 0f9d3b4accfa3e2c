// What the operating system's error codes mean to a person: one sentence with what failed, on what, and what to do.

import { statSync } from "node:fs";
import { DiskFault, type DiskFaultCode } from "./page-store.ts";

const CODES: Readonly<Record<string, DiskFaultCode>> = {
  ENOSPC: "full",
  EDQUOT: "full",
  EROFS: "read-only",
  EACCES: "denied",
  EPERM: "denied",
  ENOENT: "gone",
  ENODEV: "gone",
  ENXIO: "gone",
  ENOTCONN: "gone",
  ESTALE: "gone",
  EEXIST: "in-the-way",
  ENOTDIR: "in-the-way",
  EISDIR: "in-the-way",
  ELOOP: "in-the-way",
  ENAMETOOLONG: "in-the-way",
  EXDEV: "in-the-way",
};

/** Errors whose code alone would not tell a person what to do. */
const ADVICE_FOR: Readonly<Record<string, string>> = {
  ENAMETOOLONG: "its path is longer than this system allows; choose a folder with a shorter one",
  EXDEV: "it lies on another disk than the rest of the book; choose a folder that is on one disk",
};

const ADVICE: Readonly<Record<DiskFaultCode, string>> = {
  full: "the disk is full; make room and it goes on",
  "read-only": "the disk is read-only; make it writable, or choose another folder",
  denied: "permission was denied; check whose folder it is",
  gone: "it is not there; look whether its name is right, or bring its drive back",
  "in-the-way": "something else has that name; move it away, or choose another folder",
  locked: "another process uses it",
  failed: "the disk reported an error",
};

/** The code that the operating system or Node gave an error, as in "ENOENT"; undefined when it has none. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  // Errors of the other rooms have codes too, as in "unreachable": they pass through the disk's hands and are not its own.
  return typeof code === "string" && /^E[A-Z0-9_]+$/.test(code) ? code : undefined;
}

/**
 * The fault behind an error of the file system.
 * @param doing - what was tried, in words that follow "Cannot", as in "write"
 * @returns the error itself when it is no error of the operating system: then the mistake is ours
 */
export function diskFault(error: unknown, doing: string, path: string): unknown {
  const errno = errnoOf(error);
  if (error instanceof DiskFault || errno === undefined || errno.startsWith("ERR_")) return error;
  const code = CODES[errno] ?? "failed";
  const advice = ADVICE_FOR[errno] ?? (code === "failed" ? `${ADVICE.failed} (${errno})` : ADVICE[code]);
  return new DiskFault(code, path, `Cannot ${doing} ${path}: ${advice}`, { cause: error });
}

/** What `action` returns; an error of the file system becomes a DiskFault. */
export function onDisk<Result>(doing: string, path: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw diskFault(error, doing, path);
  }
}

/** @throws DiskFault when what a person named is no folder, or cannot be looked at */
export function mustNameFolder(path: string): void {
  const entry = onDisk("read", path, () => statSync(path, { throwIfNoEntry: false }));
  if (entry === undefined)
    throw new DiskFault("gone", path, `There is no folder ${path}; look whether its name is right`);
  if (!entry.isDirectory()) throw new DiskFault("failed", path, `${path} is no folder; name the folder of the images`);
}
