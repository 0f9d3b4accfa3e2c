// PROTOCOL.md as data: its sections, tables and examples, so that a test can hold them against the code.

import { readFileSync } from "node:fs";
import { join } from "node:path";

const TEXT = readFileSync(join(import.meta.dirname, "../../PROTOCOL.md"), "utf8");

/** One heading with what stands under it, up to the next heading of any level. */
interface Section {
  readonly heading: string;
  readonly text: string;
}

const FENCE = /^```(.*)\n([\s\S]*?)^```$/gm;

/** The document's sections, in order. */
export const SECTIONS: readonly Section[] = TEXT.split(/^(?=#{1,6} )/m).map((part) => {
  const [first = ""] = part.split("\n", 1);
  return { heading: first.replace(/^#+ /, ""), text: part.slice(first.length) };
});

/** The text of the one section of this heading. */
export function section(heading: string): string {
  const found = SECTIONS.filter((candidate) => candidate.heading === heading);
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`PROTOCOL.md has ${found.length} sections ${heading}`);
  return only.text;
}

/** The code blocks of a text whose info string is `kind`, without their fences. */
export function blocks(text: string, kind: string): readonly string[] {
  return [...text.matchAll(FENCE)].filter(([, info]) => info === kind).map(([, , body = ""]) => body);
}

/** The rows of the tables of a text whose header is `header`; cells are without the backticks around a name. */
export function rows(text: string, header: string): readonly (readonly string[])[] {
  const lines = text.replace(FENCE, "").split("\n");
  const start = lines.indexOf(header);
  if (start < 0) throw new Error(`No table starts with ${header}`);
  const end = lines.findIndex((line, at) => at > start && !line.startsWith("|"));
  return lines.slice(start + 2, end < 0 ? undefined : end).map(cellsOf);
}

/** The bytes of an annotated hexadecimal example; what stands behind a semicolon is a remark. */
export function hexOf(block: string): string {
  return block.replace(/;.*$/gm, "").replace(/\s+/g, "");
}

function cellsOf(line: string): readonly string[] {
  const cells = line.replace(/^\| | \|$/g, "").split(" | ");
  return cells.map((cell) => cell.trim().replace(/^`([^`]*)`$/, "$1"));
}
