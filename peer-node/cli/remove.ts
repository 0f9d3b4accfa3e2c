// bookswarm remove: takes a book out of a catalog. Its publisher can, by the secret that the tracker told when the book
// was published; so can whoever has the tracker's admin token. Readers keep what they have.

import { type BookLink, formatBookLink, parseBookLink } from "../../shared/book-link.ts";
import { findRemovalSecret, forgetRemovalSecret } from "../library/removal-secrets.ts";
import { TrackerApiClient } from "../tracker/tracker-api-client.ts";
import { TrackerRefused } from "../tracker/tracker-faults.ts";
import { CommandFailed } from "./command-failed.ts";
import type { Output } from "./output.ts";
import type { TrackerOptions } from "./shared-options.ts";
import { credentialOf } from "./tracker-choice.ts";

export type RemoveOptions = TrackerOptions;

/**
 * @throws CommandFailed "wrong-use" for what is no link, "not-authorised" when there is neither secret nor token
 * @throws TrackerRefused, TrackerFault, DiskFault
 */
export async function remove(output: Output, text: string, options: RemoveOptions): Promise<void> {
  const book = parseBookLink(text);
  if (book === undefined) throw new CommandFailed("wrong-use", `${text} is no link (https://TRACKER/books/...)`);
  const credential = await credentialOf(options);
  const client = new TrackerApiClient({ tracker: book.tracker, credential });
  const { name } = await client.book(book.bookId);
  const hasToken = credential !== undefined && new URL(credential.tracker).origin === new URL(book.tracker).origin;
  await removeBy(client, book, hasToken);
  await forgetRemovalSecret(book);
  const link = formatBookLink(book);
  output.event("removed", { bookId: book.bookId, link, name }, `Removed ${name} from the catalog of ${book.tracker}`);
}

/** Shows the publisher's secret first, and the token where that is missing or of no use any more. */
async function removeBy(client: TrackerApiClient, book: BookLink, hasToken: boolean): Promise<void> {
  const secret = await findRemovalSecret(book);
  if (secret === undefined && !hasToken) {
    throw new CommandFailed(
      "not-authorised",
      `${formatBookLink(book)} was not published by this user; give the admin token with --token-file, and --tracker`,
    );
  }
  try {
    await client.remove(book.bookId, secret);
  } catch (error) {
    const isRefused = error instanceof TrackerRefused && error.code === "not-authorised";
    if (!isRefused || secret === undefined || !hasToken) throw error;
    await client.remove(book.bookId);
  }
}
