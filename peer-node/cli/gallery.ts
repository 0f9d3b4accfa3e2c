// The local page of a command: opened when it is asked for, and by default where a person sits at a terminal.

import type { OpenBooks } from "../node/open-books.ts";
import { ListenFailed } from "../transport/listen.ts";
import type { LocalPage } from "../web/local-page.ts";
import { readManifest } from "./manifest.ts";
import type { Output } from "./output.ts";
import type { TrackerOptions, WebOptions } from "./shared-options.ts";
import { trackerIn } from "./tracker-choice.ts";

/**
 * Opens the page and tells its address; nothing when none is wanted.
 * @throws ListenFailed when the port that was asked for cannot be opened
 */
export async function openGallery(
  output: Output,
  books: OpenBooks,
  options: WebOptions & TrackerOptions & { readonly byDefault: boolean },
): Promise<LocalPage | undefined> {
  const { web, byDefault } = options;
  const isWanted = web ?? (byDefault && output.isTerminal);
  if (isWanted === false) return undefined;
  const { LocalPage } = await import("../web/local-page.ts");
  const { version } = readManifest();
  try {
    const port = typeof web === "number" ? web : 0;
    const page = await LocalPage.open({ port, books, version, tracker: await trackerIn(options) });
    output.event("gallery", { address: page.address });
    output.note(`Look at it in a browser: ${page.address}`);
    return page;
  } catch (error) {
    // Nobody asked for it: then the pictures arrive without being looked at.
    if (web !== undefined || !(error instanceof ListenFailed)) throw error;
    output.detail(error.message);
    return undefined;
  }
}
