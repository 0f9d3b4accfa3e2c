// How the images of a book are called on one particular disk. A name stays as it is wherever that disk can keep it;
// elsewhere what offends is percent-escaped, so that every image gets a file of its own and a person can still read
// its name. The same book on the same kind of disk gives the same names, whoever maps them and whenever.
//
// Folders are settled before what they hold, one level at a time: two folders that differ only in case become two
// folders, and never one with the files of both.

import { toHex } from "./hex.ts";
import { UNPRINTABLE } from "./printable.ts";

/** What a file system allows and which names it takes for the same. */
export interface FileSystemRules {
  /** Whose rules for characters, reserved names and lengths apply. */
  readonly kind: "posix" | "windows";
  /** True when `A.png` and `a.png` are one file. */
  readonly caseInsensitive: boolean;
  /** True when composed and decomposed spellings are one file, as on HFS+ and APFS. */
  readonly normalising: boolean;
}

/** An image whose local path is not the publisher's. */
export interface Renamed {
  readonly path: string;
  readonly local: string;
}

/** The local paths of a whole book, relative to its folder and with "/" between their parts. */
export interface LocalNames {
  /** One for each path that was given, in the same order. */
  readonly paths: readonly string[];
  readonly renamed: readonly Renamed[];
}

/** Longest name of a file: bytes on POSIX systems (NAME_MAX), UTF-16 units on Windows. The platforms' number. */
export const NAME_LENGTH_MAX = 255;

/** Where the store keeps its state inside a book's folder; no image may take this name. */
export const STATE_FOLDER_NAME = ".bookswarm";

/** Characters, with the dot, that count as an extension when a long name is cut. Chosen. */
const EXTENSION_CHARACTERS_MAX = 16;

const SEPARATORS = /[/\\]/;
const WINDOWS_CHARACTERS = /[<>:"|?*]/;
const WINDOWS_TAIL = /[. ]+$/;

/** Device names, with any extension, and the short (8.3) alias of the state folder. */
const WINDOWS_RESERVED = /^(?:(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³]) *(?:\.|$)|BOOKSW~\d)/i;

/** HFS+ passes over these when it compares names. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * Maps the image paths of a whole book to local paths.
 * @param paths - the book's paths in book order, none refused by `pathFault`, none inside another
 * @example localNames(["a.png", "A.png"], rules).paths // where case counts for nothing: ["a.png", "%41.png"]
 */
export function localNames(paths: readonly string[], rules: FileSystemRules): LocalNames {
  // What holds for most books is found out without a tree of their names. Otherwise, too, the book's own paths are the
  // answer wherever they can be, and no copies of them.
  if (canStay(paths, rules)) return { paths, renamed: [] };
  const root = new Level();
  for (const path of paths) root.add(path);
  if (root.settle(rules, new Set([sameness(STATE_FOLDER_NAME, rules)]))) return { paths, renamed: [] };
  const locals = paths.map((path) => root.localPath(path));
  const renamed: Renamed[] = [];
  for (const [row, path] of paths.entries()) {
    const local = locals[row];
    if (local !== undefined && local !== path) renamed.push({ path, local });
  }
  return { paths: locals, renamed };
}

/** True when every name is legal and no two of them can meet. */
function canStay(paths: readonly string[], rules: FileSystemRules): boolean {
  if (rules.caseInsensitive || rules.normalising) return false;
  return paths.every((path) => path.split("/").every((name) => name !== STATE_FOLDER_NAME && isLegal(name, rules)));
}

/**
 * The folder that a book is put into when its reader names none: the book's name, as one harmless part of a path.
 * A name that starts with a dot would hide the book or meet the likes of `.ssh`, so that dot is escaped.
 * @example folderName("..", rules) // "%2E."
 */
export function folderName(bookName: string, rules: FileSystemRules): string {
  if (bookName === "") return "book";
  return spell(bookName, rules, bookName.startsWith(".") ? 1 : 0);
}

/** The names at one level of the tree, each with the level below it when it is a folder. */
class Level {
  readonly #below = new Map<string, Level | undefined>();
  readonly #local = new Map<string, string>();

  add(path: string): void {
    const slash = path.indexOf("/");
    if (slash < 0) {
      this.#below.set(path, undefined);
      return;
    }
    const name = path.slice(0, slash);
    let below = this.#below.get(name);
    if (below === undefined) {
      below = new Level();
      this.#below.set(name, below);
    }
    below.add(path.slice(slash + 1));
  }

  /** Gives every name its local name; those that can stay as they are come first. @returns true when all of them can */
  settle(rules: FileSystemRules, taken: Set<string>): boolean {
    const others: string[] = [];
    for (const name of this.#below.keys()) {
      if (!isLegal(name, rules) || !claim(name, name, rules, taken, this.#local)) others.push(name);
    }
    for (const name of others) {
      for (const candidate of candidates(name, rules)) if (claim(name, candidate, rules, taken, this.#local)) break;
    }
    let allStay = others.length === 0;
    for (const below of this.#below.values()) if (below?.settle(rules, new Set()) === false) allStay = false;
    return allStay;
  }

  localPath(path: string): string {
    const slash = path.indexOf("/");
    const name = slash < 0 ? path : path.slice(0, slash);
    const local = this.#local.get(name) ?? name;
    const below = slash < 0 ? undefined : this.#below.get(name);
    return below === undefined ? local : `${local}/${below.localPath(path.slice(slash + 1))}`;
  }
}

/** Gives `name` the spelling `local` unless another name has it already; false when one has. */
function claim(
  name: string,
  local: string,
  rules: FileSystemRules,
  taken: Set<string>,
  locals: Map<string, string>,
): boolean {
  const key = sameness(local, rules);
  if (taken.has(key)) return false;
  taken.add(key);
  if (local !== name) locals.set(name, local);
  return true;
}

/** Names that the file system takes for the same have the same sameness; some that it tells apart may share one. */
function sameness(name: string, rules: FileSystemRules): string {
  // Lower case first: the Kelvin sign, dotted capitals and the sharp s meet their plain forms only that way round.
  const folded = rules.caseInsensitive ? name.toLowerCase().toUpperCase() : name;
  return rules.normalising ? folded.replace(INVISIBLE, "").normalize("NFD") : folded;
}

/**
 * Spellings to try for `name`, from the most readable on, without end. Escaping twice as many characters each time
 * keeps a book of ten thousand names that differ only in case, or only at their end, from costing more than any other.
 */
function* candidates(name: string, rules: FileSystemRules): Generator<string> {
  yield spell(name, rules, 0);
  for (let forced = 1; forced < name.length * 2; forced *= 2) yield spell(name, rules, forced);
  for (let attempt = 1; ; attempt++) yield `%${digest(`${name}/${attempt}`)}`;
}

function isLegal(name: string, rules: FileSystemRules): boolean {
  if (UNPRINTABLE.test(name) || SEPARATORS.test(name) || isTooLong(name, rules)) return false;
  if (rules.kind === "posix") return true;
  return !WINDOWS_CHARACTERS.test(name) && !WINDOWS_TAIL.test(name) && !WINDOWS_RESERVED.test(name);
}

/** A legal spelling of `name`, with at least its first `forced` characters escaped. */
function spell(name: string, rules: FileSystemRules, forced: number): string {
  if (forced === 0 && isLegal(name, rules)) return name;
  const characters = [...name];
  const windows = rules.kind === "windows";
  const first = Math.max(forced, windows && WINDOWS_RESERVED.test(name) ? 1 : 0);
  // Dots and spaces are one unit each, so units and characters count the same from the end.
  const tail = characters.length - (windows ? (WINDOWS_TAIL.exec(name)?.[0].length ?? 0) : 0);
  const spelt = characters.map((character, at) => {
    const offends =
      UNPRINTABLE.test(character) || SEPARATORS.test(character) || (windows && WINDOWS_CHARACTERS.test(character));
    return offends || at < first || at >= tail ? escaped(character) : character;
  });
  const whole = spelt.join("");
  return isTooLong(whole, rules) ? cut(name, spelt, rules) : whole;
}

/** As much of a spelling as fits before a digest of the whole name and its extension. Never cuts inside an escape. */
function cut(name: string, spelt: readonly string[], rules: FileSystemRules): string {
  const dot = spelt.lastIndexOf(".");
  const extension = dot > 0 && spelt.length - dot <= EXTENSION_CHARACTERS_MAX ? spelt.slice(dot).join("") : "";
  const end = `%${digest(name)}${extension}`;
  let room = NAME_LENGTH_MAX - lengthOf(end, rules);
  let head = "";
  for (const character of spelt) {
    room -= lengthOf(character, rules);
    if (room < 0) break;
    head += character;
  }
  return head + end;
}

const UTF8 = new TextEncoder();

function isTooLong(name: string, rules: FileSystemRules): boolean {
  // Three bytes is the most that UTF-8 makes of one UTF-16 unit; most names are short enough not to be counted.
  return name.length * 3 > NAME_LENGTH_MAX && lengthOf(name, rules) > NAME_LENGTH_MAX;
}

function lengthOf(name: string, rules: FileSystemRules): number {
  return rules.kind === "windows" ? name.length : UTF8.encode(name).length;
}

/** The character's UTF-8 bytes, each as "%" and two hexadecimal digits. */
function escaped(character: string): string {
  return toHex(UTF8.encode(character)).toUpperCase().replace(/../g, "%$&");
}

/** FNV-1a, 32 bits, as 8 hexadecimal digits: tells long names apart, and vouches for nothing. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of UTF8.encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
