// The local page of a command: opened when it is asked for, and by default where a person sits at a terminal.

import type { OpenBooks } from "../node/open-books.ts";
import { DiskFault } from "../storage/page-store.ts";
import { ListenFailed } from "../transport/listen.ts";
import type { LocalPage } from "../web/local-page.ts";
import { announceRunning } from "../web/running-files.ts";
import { readManifest } from "./manifest.ts";
import type { Output } from "./output.ts";
import type { TrackerOptions, WebOptions } from "./shared-options.ts";
import { trackerIn } from "./tracker-choice.ts";

/** An open page that `bookswarm status` finds. */
export class Gallery {
  readonly #page: LocalPage;
  readonly #unannounce: () => void;

  constructor(page: LocalPage, unannounce: () => void) {
    this.#page = page;
    this.#unannounce = unannounce;
  }

  close(): Promise<void> {
    this.#unannounce();
    return this.#page.close();
  }
}

/**
 * Opens the page and tells its address; nothing when none is wanted.
 * @throws ListenFailed when the port that was asked for cannot be opened
 */
export async function openGallery(
  output: Output,
  books: OpenBooks,
  options: WebOptions & TrackerOptions & { readonly byDefault: boolean },
): Promise<Gallery | undefined> {
  const { web, byDefault } = options;
  const isWanted = web ?? (byDefault && output.isTerminal);
  if (isWanted === false) return undefined;
  const { LocalPage } = await import("../web/local-page.ts");
  const { version } = readManifest();
  try {
    const onTrouble = (sentence: string) => output.note(sentence);
    const port = typeof web === "number" ? web : 0;
    const page = await LocalPage.open({ port, books, version, tracker: await trackerIn(options), onTrouble });
    output.event("gallery", { address: page.address });
    output.note(`Look at it in a browser: ${page.address}`);
    return new Gallery(page, announce(page, output));
  } catch (error) {
    // Nobody asked for it: then the pictures arrive without being looked at.
    if (web !== undefined || !(error instanceof ListenFailed)) throw error;
    output.detail(error.message);
    return undefined;
  }
}

/** The page works without its file; only `bookswarm status` does not find it then. */
function announce({ origin, token }: LocalPage, output: Output): () => void {
  try {
    return announceRunning({ pid: process.pid, origin, token });
  } catch (error) {
    if (!(error instanceof DiskFault)) throw error;
    output.detail(error.message);
    return () => undefined;
  }
}
