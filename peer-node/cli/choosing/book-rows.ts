// Books as lines of a table: name, pictures, size and health. The name gives way; numbers stand below one another.

import { printable } from "../../../shared/printable.ts";
import { formatByteSize, formatCount, formatNumber } from "../../../shared/quantities.ts";
import type { BookSummary } from "../../../shared/tracker-api/http.ts";
import { clip, columnsOf, fill } from "./columns.ts";

/** Columns that a name keeps, however narrow the terminal. Chosen: enough to tell books apart. */
const NAME_COLUMNS_MIN = 12;

const GAP = "  ";

/** How a book fares, in a few words. */
export function healthOf({ readers, complete }: BookSummary): string {
  return readers === 0 ? "nobody there" : `${formatCount(readers, "reader")}, ${formatNumber(complete)} complete`;
}

/** One line for each book, none wider than `columns`. */
export function bookRows(books: readonly BookSummary[], columns: number): readonly string[] {
  const cells = books.map((book) => ({
    name: printable(book.name),
    images: formatCount(book.images, "image"),
    size: formatByteSize(book.bytes),
    health: healthOf(book),
  }));
  const widest = (of: (cell: (typeof cells)[number]) => string) =>
    Math.max(0, ...cells.map((cell) => columnsOf(of(cell))));
  const images = widest((cell) => cell.images);
  const size = widest((cell) => cell.size);
  const rest = columns - images - size - widest((cell) => cell.health) - 3 * GAP.length;
  const name = Math.min(
    Math.max(NAME_COLUMNS_MIN, rest),
    widest((cell) => cell.name),
  );
  return cells.map((cell) => {
    const row = [fill(cell.name, name), cell.images.padStart(images), cell.size.padStart(size), cell.health];
    return clip(row.join(GAP), columns);
  });
}
