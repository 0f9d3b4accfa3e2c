// Text in the columns of a terminal, where a letter may be two wide or none.

import columnsOf from "fast-string-width";

const ELLIPSIS = "…";

const LETTERS = new Intl.Segmenter("en", { granularity: "grapheme" });

/** `text` in at most so many columns; what is left out is an ellipsis. @example clip("swarm", 4) // "swa…" */
export function clip(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let clipped = "";
  let left = columns - columnsOf(ELLIPSIS);
  for (const { segment } of LETTERS.segment(text)) {
    left -= columnsOf(segment);
    if (left < 0) break;
    clipped += segment;
  }
  return clipped + ELLIPSIS;
}

/** `text` in exactly so many columns. */
export function fill(text: string, columns: number): string {
  const clipped = clip(text, columns);
  return clipped + " ".repeat(Math.max(0, columns - columnsOf(clipped)));
}

export { columnsOf };
