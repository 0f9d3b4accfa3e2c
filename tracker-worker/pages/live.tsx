// The parts of a page that move while it is open. Each is a text under a name; the page and the answer that refreshes it
// are made from the same texts, so the script on the page formats nothing and knows nothing of books.

import type { FC } from "hono/jsx";
import { formatCount, formatNumber } from "../../shared/quantities.ts";
import type { BookHealth } from "../../shared/tracker-api/fields.ts";
import type { BookSummary } from "../../shared/tracker-api/http.ts";

/** Seconds between two looks at the numbers of an open page, and for which an answer with them may be kept. */
export const REFRESH_SECONDS = 30;

/** Whether a book can be had now: all of it from one reader, perhaps from several together, or from nobody. */
type Standing = "whole" | "partial" | "asleep";

interface LiveText {
  readonly text: string;
  readonly standing: Standing;
}

/** Texts by their names on the page. */
export type LiveTexts = Readonly<Record<string, LiveText>>;

/** One such text, in its place. */
export const Live: FC<{ name: string; texts: LiveTexts }> = ({ name, texts }) => (
  <span data-live={name} data-standing={texts[name]?.standing}>
    {texts[name]?.text}
  </span>
);

/** The texts of a list of books: of each its health, under its id. */
export function textsOfList(books: readonly BookSummary[]): LiveTexts {
  return Object.fromEntries(books.map((book) => [book.bookId, { text: healthOf(book), standing: standingOf(book) }]));
}

/** The texts of a book's own page. */
export function textsOfBook(health: BookHealth): LiveTexts {
  const standing = standingOf(health);
  return {
    readers: { text: formatNumber(health.readers), standing },
    complete: { text: formatNumber(health.complete), standing },
    outlook: { text: OUTLOOKS[standing], standing },
  };
}

/** What somebody who starts now may expect. */
const OUTLOOKS: Readonly<Record<Standing, string>> = {
  whole: "At least one reader holds the whole book, so it can be had now.",
  partial: "No reader holds the whole book now. Together they may; what is missing comes when one returns.",
  asleep: "Nobody is reading this book now. The command waits for somebody who has it.",
};

function standingOf({ readers, complete }: BookHealth): Standing {
  if (complete > 0) return "whole";
  return readers > 0 ? "partial" : "asleep";
}

function healthOf({ readers, complete }: BookHealth): string {
  if (readers === 0) return "nobody is reading";
  return `${formatCount(readers, "reader")}, ${formatNumber(complete)} complete`;
}
