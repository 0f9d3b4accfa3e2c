// Text in the columns of a terminal, where a letter may be two wide or none.

import widthOf from "fast-string-truncated-width";

const ELLIPSIS = "…";

/** Columns that a text takes. */
export function columnsOf(text: string): number {
  return widthOf(text).width;
}

/** `text` in at most so many columns; what is left out is an ellipsis. @example clip("swarm", 4) // "swa…" */
export function clip(text: string, columns: number): string {
  const { index, ellipsed } = widthOf(text, { limit: columns, ellipsis: ELLIPSIS, ellipsisWidth: 1 });
  return `${text.slice(0, index)}${ellipsed ? ELLIPSIS : ""}`;
}

/** `text` in exactly so many columns. */
export function fill(text: string, columns: number): string {
  const clipped = clip(text, columns);
  return clipped + " ".repeat(Math.max(0, columns - columnsOf(clipped)));
}
