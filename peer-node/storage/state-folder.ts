// Where a book's state lies: in its folder, or, for a publisher whose folder cannot be written, among the user's own.

import { hash, randomBytes } from "node:crypto";
import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { isHex } from "../../shared/hex.ts";
import type { BookId } from "../../shared/ids.ts";
import { STATE_FOLDER_NAME } from "../../shared/local-names.ts";
import { onDisk } from "./disk-fault.ts";
import { makeFolder, makeRealFolder } from "./make-folder.ts";
import { DiskFault } from "./page-store.ts";
import { readOwnFile } from "./read-own-file.ts";
import { replaceFile } from "./replace-file.ts";

/** Digits of a digest that name a folder; enough to tell a user's books apart. */
const NAME_DIGITS = 16;

const SECRET_BYTES = 32;

/** What a process knows of its user. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** The user's own folder for state: BOOKSWARM_STATE, or where the platform keeps such things. */
export function userStateFolder({ platform, env, home }: Surroundings = ourSurroundings()): string {
  const { BOOKSWARM_STATE: chosen, LOCALAPPDATA: local, XDG_STATE_HOME: xdg } = env;
  if (chosen !== undefined && chosen !== "") return chosen;
  if (platform === "win32") return join(local ?? join(home, "AppData", "Local"), "bookswarm");
  // The XDG specification tells to pass over a path that is not absolute.
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, "bookswarm");
  return join(home, ".local", "state", "bookswarm");
}

/**
 * The folder for the state of a book's folder; made when it is not there.
 * @param folder - the book's folder, a real path
 * @param writes - true when images will be written into it: then there is no other place for its state
 * @throws DiskFault when it cannot be made or written to
 */
export function stateFolderOf(folder: string, writes: boolean, surroundings: Surroundings = ourSurroundings()): string {
  const { inside, among } = statePlaces(folder, surroundings);
  try {
    return makeStateFolder(inside);
  } catch (error) {
    const takesNone = error instanceof DiskFault && ["denied", "read-only", "full"].includes(error.code);
    if (writes || !takesNone) throw error;
    makeFolder(dirname(among));
    return makeStateFolder(among);
  }
}

/** Where the state of a book's folder lies, should there be any: nothing is made. */
export function statePlaceOf(folder: string, surroundings: Surroundings = ourSurroundings()): string {
  const { inside, among } = statePlaces(folder, surroundings);
  return isWritable(inside) ? inside : among;
}

/** The folder for the state of one book, with a place for its parts. @throws DiskFault */
export function bookStateFolder(stateFolder: string, book: BookId): string {
  const folder = makeStateFolder(bookStatePlace(stateFolder, book));
  makeStateFolder(join(folder, "parts"));
  return folder;
}

/** Where the state of one book lies, should there be any. */
export function bookStatePlace(stateFolder: string, book: BookId): string {
  return join(stateFolder, book.slice(0, NAME_DIGITS));
}

/**
 * The reader's secret for one book: made at its first start, kept with its state.
 * @returns 64 hexadecimal digits; whoever has them can take this reader's place at the tracker
 */
export function readerSecret(bookState: string): string {
  const file = join(bookState, "reader");
  const kept = readOwnFile(file)?.toString("latin1");
  if (kept !== undefined && isHex(kept, SECRET_BYTES)) return kept;
  const secret = randomBytes(SECRET_BYTES).toString("hex");
  onDisk("write", file, () => replaceFile(file, secret));
  return secret;
}

/** Where descriptors lie whose folders cannot be written to. */
export function descriptorsElsewhere(): string {
  return join(userStateFolder(), "descriptors");
}

function statePlaces(folder: string, surroundings: Surroundings): { readonly inside: string; readonly among: string } {
  const name = hash("sha256", folder).slice(0, NAME_DIGITS);
  return { inside: join(folder, STATE_FOLDER_NAME), among: join(userStateFolder(surroundings), "folders", name) };
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function ourSurroundings(): Surroundings {
  return { platform: process.platform, env: process.env, home: homedir() };
}

function makeStateFolder(folder: string): string {
  makeRealFolder(folder);
  onDisk("keep state in", folder, () => accessSync(folder, constants.W_OK));
  return folder;
}
