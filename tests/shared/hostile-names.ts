// Names that image libraries and enemies come up with, and what becomes of them on each kind of disk.

import type { FileSystemRules } from "../../shared/local-names.ts";

export const LINUX: FileSystemRules = { kind: "posix", caseInsensitive: false, normalising: false };
export const MACOS: FileSystemRules = { kind: "posix", caseInsensitive: true, normalising: true };
export const WINDOWS: FileSystemRules = { kind: "windows", caseInsensitive: true, normalising: false };
export const TARGETS = { LINUX, MACOS, WINDOWS };

export interface NameCase {
  readonly why: string;
  readonly paths: readonly string[];
  /** Local paths on every target, or on each. */
  readonly expected: readonly string[] | Readonly<Record<keyof typeof TARGETS, readonly string[]>>;
}

const everywhere = (why: string, ...paths: string[]): NameCase => ({ why, paths, expected: paths });
const escaped = (why: string, path: string, expected: string): NameCase => ({
  why,
  paths: [path],
  expected: [expected],
});
const onWindows = (why: string, path: string, expected: string): NameCase => ({
  why,
  paths: [path],
  expected: { LINUX: [path], MACOS: [path], WINDOWS: [expected] },
});
const caseBlind = (why: string, paths: string[], expected: string[]): NameCase => ({
  why,
  paths,
  expected: { LINUX: paths, MACOS: expected, WINDOWS: expected },
});

const LONG = "x".repeat(300);
const EMOJI = "\u{1f4f7}".repeat(80);

export const NAME_CASES: readonly NameCase[] = [
  everywhere("an ordinary name", "holiday/2019/DSC_0001.JPG"),
  everywhere("spaces inside", "my pictures/at the sea.png"),
  everywhere("a leading space", " a.png"),
  everywhere("other scripts", "写真/東京.png", "фото/зима.png", "صور/بحر.png"),
  everywhere("emoji with joiners", "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}.png"),
  everywhere("a percent sign of its own", "100%.png", "a%0Ab.png"),
  everywhere("no extension, several dots", "README", "a.b.c.d"),
  everywhere("a name of 255 bytes", `${"x".repeat(251)}.png`),
  everywhere("almost a device", "CONSOLE.png", "COM.png", "COM10", "nul-1.png", "lpt.txt", "auxiliary/a.png"),
  escaped("a line feed", "a\nb.png", "a%0Ab.png"),
  escaped("an escape sequence", "\u001b[31mred.png", "%1B[31mred.png"),
  escaped("DEL", "a\u007f.png", "a%7F.png"),
  escaped("a C1 control", "a\u009bb.png", "a%C2%9Bb.png"),
  escaped("a bidi override that hides an extension", "a\u202egnp.exe", "a%E2%80%AEgnp.exe"),
  escaped("a bidi isolate in a folder", "x\u2066y/a.png", "x%E2%81%A6y/a.png"),
  {
    why: "an escaped name that meets a literal one",
    paths: ["a\nb.png", "a%0Ab.png"],
    expected: ["%61%0Ab.png", "a%0Ab.png"],
  },
  ...["<", ">", ":", '"', "|", "?", "*"].map((sign) =>
    onWindows(`the sign ${sign}`, `at${sign}b.png`, `at%${sign.charCodeAt(0).toString(16).toUpperCase()}b.png`),
  ),
  onWindows("an alternate data stream", "a.png:hidden", "a.png%3Ahidden"),
  ...[
    "CON",
    "con.png",
    "Prn.txt",
    "AUX",
    "nul.tar.gz",
    "COM0",
    "com1.png",
    "LPT9.x",
    "COM¹",
    "lpt³.png",
    "CONIN$",
    "conout$.png",
    "CON .png",
  ].map((name) =>
    onWindows(`the device ${name}`, name, `%${name.charCodeAt(0).toString(16).toUpperCase()}${name.slice(1)}`),
  ),
  onWindows("a device as a folder", "aux/a.png", "%61ux/a.png"),
  onWindows("a trailing dot", "a.", "a%2E"),
  onWindows("trailing spaces", "a.png  ", "a.png%20%20"),
  onWindows("a folder with a trailing dot", "a./b", "a%2E/b"),
  onWindows("the short alias of the state folder", "BOOKSW~1/lock", "%42OOKSW~1/lock"),
  {
    why: "a name that HFS+ takes for the state folder",
    paths: ["\u200c.bookswarm/lock"],
    expected: {
      LINUX: ["\u200c.bookswarm/lock"],
      MACOS: ["%E2%80%8C.bookswarm/lock"],
      WINDOWS: ["\u200c.bookswarm/lock"],
    },
  },
  caseBlind("names that differ in case", ["A.png", "a.png"], ["A.png", "%61.png"]),
  caseBlind("three of them", ["AB", "Ab", "aB", "ab"], ["AB", "%41b", "%61B", "%61%62"]),
  caseBlind(
    "folders that differ in case",
    ["Sea/a.png", "sea/a.png", "sea/b.png"],
    ["Sea/a.png", "%73ea/a.png", "%73ea/b.png"],
  ),
  caseBlind("a file and a folder that differ in case", ["SEA", "sea/a.png"], ["SEA", "%73ea/a.png"]),
  caseBlind("the sharp s", ["STRASSE", "straße"], ["STRASSE", "%73traße"]),
  caseBlind("sigmas", ["ΟΔΟΣ", "οδος"], ["ΟΔΟΣ", "%CE%BFδος"]),
  {
    why: "a name of 300 characters",
    paths: [`${LONG}.png`],
    expected: [`${"x".repeat(242)}%f0b3b370.png`],
  },
  {
    why: "characters of four bytes, cut between two",
    paths: [`${EMOJI}.png`],
    expected: {
      LINUX: [`${"\u{1f4f7}".repeat(60)}%b0bae4e0.png`],
      MACOS: [`${"\u{1f4f7}".repeat(60)}%b0bae4e0.png`],
      WINDOWS: [`${EMOJI}.png`],
    },
  },
];
