// The secrets with which a publisher may take its books out of a catalog again. A tracker tells each once, so they are
// kept among the user's own state, readable to nobody else.

import { hash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BookLink } from "../../shared/book-link.ts";
import { isHex } from "../../shared/hex.ts";
import { SHA256_BYTES } from "../../shared/limits.ts";
import { diskFault, errnoOf } from "../storage/disk-fault.ts";
import { makeFolder } from "../storage/make-folder.ts";
import { replaceFile } from "../storage/replace-file.ts";
import { userStateFolder } from "../storage/state-folder.ts";

/** Keeps the secret of a book at a tracker. @throws DiskFault */
export function keepRemovalSecret(book: BookLink, secret: string): void {
  const file = fileOf(book);
  try {
    makeFolder(secretsFolder(), 0o700);
    // The tracker does not tell it again, also after a power cut.
    replaceFile(file, secret, { isSynced: true });
  } catch (error) {
    throw diskFault(error, "keep the removal secret in", file);
  }
}

/** The secret of a book at a tracker; undefined when this user did not publish it there. @throws DiskFault */
export async function findRemovalSecret(book: BookLink): Promise<string | undefined> {
  const file = fileOf(book);
  try {
    const secret = await readFile(file, "latin1");
    return isHex(secret, SHA256_BYTES) ? secret : undefined;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw diskFault(error, "read the removal secret in", file);
  }
}

/** Forgets a secret that is of no use any more, if there is one. @throws DiskFault */
export async function forgetRemovalSecret(book: BookLink): Promise<void> {
  const file = fileOf(book);
  try {
    await rm(file, { force: true });
  } catch (error) {
    throw diskFault(error, "remove the removal secret in", file);
  }
}

function secretsFolder(): string {
  return join(userStateFolder(), "removal-secrets");
}

/** One file a book and tracker: the same book may stand in several catalogs. */
function fileOf({ tracker, bookId }: BookLink): string {
  return join(secretsFolder(), `${bookId}-${hash("sha256", tracker).slice(0, 16)}`);
}
