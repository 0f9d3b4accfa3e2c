// The one link that a publisher hands out: https://TRACKER/books/BOOKID. A browser and `get` open the same.

import { type BookId, isBookId } from "./ids.ts";
import { TRACKER_URL_BYTES_MAX } from "./limits.ts";

/** A book and the tracker that knows who reads it. */
export interface BookLink {
  /** Base address of the tracker, without a slash at its end. */
  readonly tracker: string;
  readonly bookId: BookId;
}

/**
 * The link of a book at a tracker.
 * @example formatBookLink({ tracker: "https://t.example", bookId }) // "https://t.example/books/3f…"
 */
export function formatBookLink({ tracker, bookId }: BookLink): string {
  return `${tracker}/books/${bookId}`;
}

/** Reads a link; undefined when the text is no link to a book. */
export function parseBookLink(text: string): BookLink | undefined {
  const match = /^(.*)\/books\/([0-9a-fA-F]{64})\/?$/.exec(text.trim());
  const tracker = parseTracker(match?.[1] ?? "");
  // People and chat programs change the case of what they copy; a digest has one spelling.
  const bookId = match?.[2]?.toLowerCase() ?? "";
  return tracker !== undefined && isBookId(bookId) ? { tracker, bookId } : undefined;
}

/**
 * The base address of a tracker in its one spelling, without a slash at the end; undefined when the text is not an
 * http or https address, or carries credentials, a query or a fragment.
 * @example parseTracker("HTTP://127.0.0.1:8787/") // "http://127.0.0.1:8787"
 */
export function parseTracker(text: string): string | undefined {
  if (text.length > TRACKER_URL_BYTES_MAX || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") return undefined;
  // The whole address is searched, because `search` and `hash` say nothing of a query or a fragment that is empty.
  if (url.username !== "" || url.password !== "" || /[?#]/.test(url.href)) return undefined;
  const address = (url.origin + url.pathname).replace(/\/+$/, "");
  // Measured as it will be written: in its one spelling it is ASCII, and may be longer than what was typed.
  return address.length <= TRACKER_URL_BYTES_MAX ? address : undefined;
}
