// The table's place in a document. Rows of cases that were played come in, and those of the others stay as they stood:
// the largest cases take their time, and need not be played again for a small one's sake.

import { CASES } from "./cases.ts";
import { HEAD, type Played, rowBegin } from "./table.ts";

const BEGIN = "<!-- simulation -->";
const END = "<!-- /simulation -->";

/**
 * Puts what was played where a document keeps it.
 * @throws Error when the document has no place for it
 */
export function withPlayed(document: string, { rows, note }: Played): string {
  const [from, to] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`The document has no place for the table: ${BEGIN} and ${END} mark one`);
  const known = [...document.slice(from, to).split("\n"), ...rows].toReversed();
  const lines = CASES.flatMap((each) => known.find((row) => row.startsWith(rowBegin(each))) ?? []);
  const table = [...HEAD, ...lines].join("\n");
  return `${document.slice(0, from)}${BEGIN}\n\n${table}\n\n${note}\n\n${document.slice(to)}`;
}
