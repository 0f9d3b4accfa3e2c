// Where readers of a book were reached, kept with the book's state, for a start at which no tracker answers. It is only
// a help: what cannot be read is nobody, and what cannot be written is not missed.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseHost } from "../../shared/hosts.ts";
import { isReaderId } from "../../shared/ids.ts";
import { DIALLED_PORT_MIN } from "../../shared/limits.ts";
import type { ReachedReader } from "../core/neighbours.ts";
import { READERS_REMEMBERED_MAX } from "../core/policy.ts";
import { replaceFile } from "./replace-file.ts";

const FILE = "readers";

/** Far above what so many lines take; a file that is larger is none of ours. */
const FILE_BYTES_MAX = 128 * READERS_REMEMBERED_MAX;

/** One line for each: id, port, host. */
export function rememberReaders(bookState: string, readers: readonly ReachedReader[]): void {
  const text = readers.map(({ reader, host, port }) => `${reader} ${port} ${host}\n`).join("");
  try {
    replaceFile(join(bookState, FILE), text);
  } catch {
    // A disk that takes no file says so where it matters: at the next page.
  }
}

/** The readers that were remembered last; lines that are not as they were written are passed over. */
export function rememberedReaders(bookState: string): readonly ReachedReader[] {
  return readLines(join(bookState, FILE)).flatMap((line) => {
    const [reader = "", digits = "", text = ""] = line.split(" ");
    const [port, host] = [Number(digits), parseHost(text)];
    if (!isReaderId(reader) || host === undefined) return [];
    return Number.isInteger(port) && port >= DIALLED_PORT_MIN && port <= 0xff_ff ? [{ reader, host, port }] : [];
  });
}

function readLines(file: string): readonly string[] {
  try {
    const bytes = readFileSync(file);
    return bytes.length > FILE_BYTES_MAX ? [] : bytes.toString("latin1").split("\n").slice(0, READERS_REMEMBERED_MAX);
  } catch {
    return [];
  }
}
