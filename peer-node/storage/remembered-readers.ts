// Where readers of a book were reached, kept with the book's state, for a start at which no tracker answers. It is only
// a help: what cannot be read is nobody, and what cannot be written is not missed. A folder may have come from anybody
// with its state in it, so whoever reads this believes no more of it than of a stranger.

import { join } from "node:path";
import { parseHost } from "../../shared/hosts.ts";
import { isReaderId } from "../../shared/ids.ts";
import { DIALLED_PORT_MIN } from "../../shared/limits.ts";
import type { ReachedReader } from "../core/neighbours.ts";
import { READERS_REMEMBERED_MAX } from "../core/policy.ts";
import { readOwnFile } from "./read-own-file.ts";
import { replaceFile } from "./replace-file.ts";

const FILE = "readers";

/** Far above what so many lines take; a file that is larger is none of ours. */
const FILE_BYTES_MAX = 128 * READERS_REMEMBERED_MAX;

export function rememberReaders(bookState: string, readers: readonly ReachedReader[]): void {
  try {
    replaceFile(join(bookState, FILE), formatReaders(readers));
  } catch {
    // A disk that takes no file says so where it matters: at the next page.
  }
}

/** The readers that were remembered last. */
export function rememberedReaders(bookState: string): readonly ReachedReader[] {
  return parseReaders(readText(join(bookState, FILE)));
}

/** One line for each: id, port, host. */
export function formatReaders(readers: readonly ReachedReader[]): string {
  return readers.map(({ reader, host, port }) => `${reader} ${port} ${host}\n`).join("");
}

/** Lines that are not as they were written are passed over. */
export function parseReaders(text: string): readonly ReachedReader[] {
  return text.split("\n", READERS_REMEMBERED_MAX).flatMap((line) => {
    const [reader = "", digits = "", host = ""] = line.split(" ");
    const port = Number(digits);
    const isAddress = parseHost(host) === host && port >= DIALLED_PORT_MIN && port <= 0xff_ff;
    return isReaderId(reader) && isAddress && `${reader} ${port} ${host}` === line ? [{ reader, host, port }] : [];
  });
}

function readText(path: string): string {
  try {
    return readOwnFile(path, FILE_BYTES_MAX)?.toString("latin1") ?? "";
  } catch {
    return "";
  }
}
