// The rules of the house as one pure function: sources in, one sentence for each breach out.

import { posix } from "node:path";
import { liesIn, ROOMS, roomOf } from "./rooms.ts";
import { type Import, readSourceFile, type SourceFile } from "./source-file.ts";

const FILE_LINES_MAX = 450;
const EMPTY_NAMES = ["utils", "types", "helpers", "misc"];

/**
 * Reads the sources and says what is wrong with them.
 * @param sources - text of each source file, by its path from the root of the checkout
 * @returns one sentence for each breach; empty when the house is in order
 */
export function breaches(sources: Readonly<Record<string, string>>): readonly string[] {
  const files = Object.entries(sources).map(([path, source]) => readSourceFile(path, source));
  return [...files.flatMap(breachesOfFile), ...circles(files)];
}

function breachesOfFile(file: SourceFile): readonly string[] {
  const name = roomOf(file.path);
  if (name === undefined)
    return [`${file.path} stands in no room: add its folder to the table in tests/house/rooms.ts.`];
  return [
    ...shape(file),
    ...file.imports.flatMap((imported) => [...direction(file, name, imported)]),
    ...purity(file, name),
  ];
}

function* shape(file: SourceFile): Generator<string> {
  if (file.lines > FILE_LINES_MAX) {
    yield `${file.path} has ${file.lines} lines, more than ${FILE_LINES_MAX}: find the idea in it that wants a file of its own.`;
  }
  const base = posix.basename(file.path).replace(/\.tsx?$/, "");
  if (EMPTY_NAMES.includes(base)) yield `${file.path} is named after nothing: name it after the idea that it holds.`;
}

function* direction(file: SourceFile, name: string, imported: Import): Generator<string> {
  if (imported.specifier === undefined) {
    yield `${file.path} imports a name computed at run time, which nobody can check: write the name out.`;
    return;
  }
  const target = imported.file;
  if (target === undefined) return;
  if (/^index\.tsx?$/.test(posix.basename(target)) && liesIn(file.path, posix.dirname(target))) {
    yield `${file.path} imports ${target}, the door of its own folder: import the file that holds the thing itself.`;
  }
  const { knows, knowsTypesOf = [] } = ROOMS[name] ?? { knows: [] };
  if ([name, ...knows].some((place) => liesIn(target, place))) return;
  const mayKnowTypes = knowsTypesOf.some((place) => liesIn(target, place));
  if (mayKnowTypes && imported.typesOnly) return;
  yield mayKnowTypes
    ? `${file.path} imports values of ${target}, but ${name} may know only its types: use \`import type\`.`
    : `${file.path} imports ${target}, but ${name} may know only ${knows.join(", ") || "itself"}.`;
}

function* purity(file: SourceFile, name: string): Generator<string> {
  const pure = ROOMS[name]?.pure;
  if (pure === undefined) return;
  for (const { specifier, file: target } of file.imports) {
    if (specifier === undefined || target !== undefined || pure.packages.includes(specifier)) continue;
    yield `${file.path} imports ${specifier}, but ${name} is pure: it may import ${pure.packages.join(", ") || "no package"}.`;
  }
  for (const mention of file.worldly) {
    yield `${file.path} uses ${mention}, but ${name} is pure: time, chance and the world reach it as arguments and leave it as effects.`;
  }
}

/** One sentence for each circle of imports, types included, found on a walk through all files. */
function circles(files: readonly SourceFile[]): readonly string[] {
  const imports = new Map(files.map((file) => [file.path, file.imports.flatMap(({ file: target }) => target ?? [])]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0)
      found.push(`These files import one another in a circle: ${[...trail.slice(start), path].join(" -> ")}.`);
    if (start >= 0 || done.has(path)) return;
    for (const target of imports.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  return found;
}
