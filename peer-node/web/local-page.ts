// The local page of one process: a web server on loopback, a token, and the books that it shows.

import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { OpenBooks } from "../node/open-books.ts";
import type { TrackerAddress } from "../tracker/tracker-request.ts";
import { listen } from "../transport/listen.ts";
import { localApp } from "./app.ts";
import { BookOpener } from "./book-opener.ts";
import { localHosts } from "./guard.ts";
import { type PageFile, pageFiles } from "./page-files.ts";
import { WatchedBooks } from "./watched-books.ts";

/** Bytes of a token; nobody guesses one. */
const TOKEN_BYTES = 32;

/** The only address it ever listens on. */
const LOOPBACK = "127.0.0.1";

export interface LocalPageOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly books: OpenBooks;
  /** Version of this program. */
  readonly version: string;
  /** The tracker that the user named, for books that are added at the page. */
  readonly tracker?: TrackerAddress | undefined;
  /** Told in a sentence what cannot be opened again, or will not be as it was left, at the next start. */
  readonly onTrouble?: ((sentence: string) => void) | undefined;
}

export class LocalPage {
  /** As in "http://127.0.0.1:43017". */
  readonly origin: string;
  readonly token: string;
  readonly #server: Server;
  readonly #books: WatchedBooks;
  readonly #opener: BookOpener;

  /** @throws ListenFailed when the port cannot be opened */
  static async open({
    port,
    books,
    version,
    tracker,
    onTrouble = () => undefined,
  }: LocalPageOptions): Promise<LocalPage> {
    const token = randomBytes(TOKEN_BYTES).toString("base64url");
    const watched = new WatchedBooks(books, version);
    const opener = new BookOpener({ books, tracker, onTrouble });
    let hosts: ReadonlySet<string> = new Set();
    let files: Promise<ReadonlyMap<string, PageFile>> | undefined;
    const app = localApp({
      hosts: () => hosts,
      token,
      books: watched,
      opener,
      files: () => (files ??= pageFiles()),
    });
    const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
    try {
      const opened = await listen(server, { port, host: LOOPBACK });
      hosts = localHosts(opened);
      return new LocalPage(server, watched, opener, `http://${LOOPBACK}:${opened}`, token);
    } catch (error) {
      opener.close();
      watched.close();
      throw error;
    }
  }

  private constructor(server: Server, books: WatchedBooks, opener: BookOpener, origin: string, token: string) {
    this.#server = server;
    this.#books = books;
    this.#opener = opener;
    this.origin = origin;
    this.token = token;
  }

  /** What a person opens. The token stands behind `#`, which browsers keep to themselves. */
  get address(): string {
    return `${this.origin}/#${this.token}`;
  }

  async close(): Promise<void> {
    this.#opener.close();
    this.#books.close();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}
