// A folder as the BitTorrent clients want it: one .torrent of version 1, with pieces of the size that their makers
// advise.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Workload } from "./workloads.ts";

const PIECE_BYTES = 2 ** 18;

/** What bencode has: bytes, whole numbers, lists, and dictionaries, whose keys have to be in order. */
type Bencoded = Uint8Array | string | number | readonly Bencoded[] | { readonly [key: string]: Bencoded };

export function bencode(value: Bencoded): Buffer {
  if (typeof value === "number") return Buffer.from(`i${value}e`);
  if (typeof value === "string") return bencode(Buffer.from(value));
  if (value instanceof Uint8Array) return Buffer.concat([Buffer.from(`${value.length}:`), value]);
  if (Array.isArray(value)) return Buffer.concat([Buffer.from("l"), ...value.map(bencode), Buffer.from("e")]);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.concat([Buffer.from("d"), ...entries.flat().map(bencode), Buffer.from("e")]);
}

/** What a .torrent says of the folder, in the order in which the workload has its files. */
export async function torrentInfo({ name, files }: Workload, folder: string): Promise<Bencoded> {
  const digests: Buffer[] = [];
  let running = createHash("sha1");
  let room = PIECE_BYTES;
  for (const [path] of files) {
    const bytes = await readFile(join(folder, path));
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + room);
      running.update(part);
      at += part.length;
      room -= part.length;
      if (room > 0) continue;
      digests.push(running.digest());
      running = createHash("sha1");
      room = PIECE_BYTES;
    }
  }
  if (room < PIECE_BYTES) digests.push(running.digest());
  return {
    name,
    "piece length": PIECE_BYTES,
    pieces: Buffer.concat(digests),
    files: files.map(([path, length]) => ({ length, path: path.split("/") })),
  };
}

/** The file itself. @param announce - address of the tracker */
export function torrentFile(info: Bencoded, announce: string): Buffer {
  return bencode({ announce, info });
}
