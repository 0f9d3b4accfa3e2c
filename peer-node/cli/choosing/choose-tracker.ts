// The question which tracker, for whoever has named none; a book's link is an answer, too.

import { type BookLink, formatBookLink, parseBookLink, parseTracker } from "../../../shared/book-link.ts";
import { ask, type Reply } from "./ask.ts";
import type { Terminal } from "./terminal.ts";

/** A tracker's base address, or one book of one. */
export type Place = { readonly tracker: string } | { readonly link: BookLink };

export function chooseTracker(terminal: Terminal): Promise<Reply<Place>> {
  return ask<Place>(terminal, {
    message: "Which tracker? Its address, or a book's link:",
    read: async (line) => {
      const link = parseBookLink(line.trim());
      if (link !== undefined) return { answer: { link } };
      const tracker = parseTracker(line.trim());
      return tracker === undefined ? "An address looks like https://tracker.example" : { answer: { tracker } };
    },
    said: (place) => ("link" in place ? formatBookLink(place.link) : place.tracker),
  });
}
