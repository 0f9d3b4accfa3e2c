// What the process says of itself, kept up to date: the one place where live updates come in. Components read signals.

import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { BookId } from "../../../shared/ids.ts";
import { type LocalClient, LocalRefused } from "../api/client.ts";
import type { ImagesEvent, ProcessState } from "../api/messages.ts";
import { SpeedHistory } from "./speed-history.ts";

/** asking: not heard yet. live: updates come. lost: the process is gone or does not answer. refused: a wrong token. */
export type Connection = "asking" | "live" | "lost" | "refused";

/** Milliseconds before the process is asked again; doubles each time. */
const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 8_000;

/** Milliseconds between two points of the speed's curve. */
const SPEED_MS = 500;

export class Live {
  readonly #client: LocalClient;
  readonly #state = signal<ProcessState | undefined>(undefined);
  readonly #connection = signal<Connection>("asking");
  readonly #imageWatchers = new Set<(event: ImagesEvent) => void>();
  readonly #speeds = new Map<BookId, SpeedHistory>();

  constructor(client: LocalClient) {
    this.#client = client;
  }

  get state(): ReadonlySignal<ProcessState | undefined> {
    return this.#state;
  }

  get connection(): ReadonlySignal<Connection> {
    return this.#connection;
  }

  /** How fast a book came and went over the last minutes. */
  speedOf(book: BookId): SpeedHistory {
    let history = this.#speeds.get(book);
    if (history === undefined) {
      history = new SpeedHistory();
      this.#speeds.set(book, history);
    }
    return history;
  }

  /** Tells of images that look different, until the function that it returns is called. */
  onImages(watcher: (event: ImagesEvent) => void): () => void {
    this.#imageWatchers.add(watcher);
    return () => void this.#imageWatchers.delete(watcher);
  }

  /** Follows the process for as long as the tab is open. */
  async follow(): Promise<void> {
    setInterval(() => this.#noteSpeeds(), SPEED_MS);
    for (let wait = RETRY_MS_MIN; ; wait = Math.min(RETRY_MS_MAX, wait * 2)) {
      try {
        for await (const event of this.#client.events(new AbortController().signal)) {
          wait = RETRY_MS_MIN;
          if (event.event === "images") for (const watcher of this.#imageWatchers) watcher(event.data);
          else
            batch(() => {
              this.#state.value = event.data;
              this.#connection.value = "live";
            });
        }
      } catch (error) {
        if (error instanceof LocalRefused && error.code === "no-token") {
          this.#connection.value = "refused";
          return;
        }
      }
      this.#connection.value = "lost";
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  #noteSpeeds(): void {
    const isLive = this.#connection.value === "live";
    for (const { bookId, receiveRate, sendRate } of this.#state.value?.books ?? [])
      this.speedOf(bookId).add(isLive ? { receive: receiveRate, send: sendRate } : { receive: 0, send: 0 });
  }
}
