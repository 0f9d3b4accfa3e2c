// The typed client of the local API; the page in the browser and `bookswarm status` are built on it. It needs `fetch`
// and nothing else, so that it runs in both. The token travels in a header, never in an address.

import { createParser } from "eventsource-parser";
import * as v from "valibot";
import type { BookId } from "../../../shared/ids.ts";
import {
  type BookState,
  bookStateSchema,
  EVENT_SCHEMAS,
  type ImageList,
  imageListSchema,
  type Limits,
  type LocalEvent,
  type NewBook,
  PATHS,
  type Priorities,
  type ProcessState,
  processStateSchema,
  refusalSchema,
} from "./messages.ts";

/** Where a process's API is, and the token that it wants to see. */
export interface LocalPlace {
  /** As in "http://127.0.0.1:43017". */
  readonly origin: string;
  readonly token: string;
}

/** The process refuses. The message is one sentence for people. */
export class LocalRefused extends Error {
  readonly code: string;
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "LocalRefused";
    this.status = status;
    this.code = code;
  }
}

type Method = "GET" | "PUT" | "POST" | "DELETE";

/** Every method throws LocalRefused when the process refuses, and what `fetch` throws when it is not there. */
export class LocalClient {
  readonly #place: LocalPlace;

  constructor(place: LocalPlace) {
    this.#place = place;
  }

  async state(signal?: AbortSignal): Promise<ProcessState> {
    return v.parse(processStateSchema, await this.#json("GET", PATHS.state, { signal }));
  }

  /** Live updates, the whole state first; ends when the process does, the loop is left, or `signal` says so. */
  async *events(signal: AbortSignal): AsyncGenerator<LocalEvent> {
    const { body } = await this.#ask("GET", PATHS.events, { signal });
    if (body === null) return;
    const events: LocalEvent[] = [];
    const parser = createParser({
      onEvent: ({ event, data }) => {
        if (event !== "state" && event !== "images") return;
        events.push({ event, data: v.parse(EVENT_SCHEMAS[event], JSON.parse(data)) } as LocalEvent);
      },
    });
    const decoder = new TextDecoder();
    const reader = body.getReader();
    try {
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
        parser.feed(decoder.decode(chunk.value, { stream: true }));
        yield* events.splice(0);
      }
    } finally {
      // Whoever breaks out of the loop would leave the stream open: the process has only so many.
      await reader.cancel();
    }
  }

  async limit(limits: Limits): Promise<void> {
    await this.#ask("PUT", PATHS.limits, { body: limits });
  }

  /** Opens one more book. @returns how it stands, once it is open */
  async add(book: NewBook): Promise<BookState> {
    return v.parse(bookStateSchema, await this.#json("POST", PATHS.books, { body: book }));
  }

  /** Leaves a book; its files stay. */
  async remove(book: BookId): Promise<void> {
    await this.#ask("DELETE", PATHS.book(book));
  }

  async pause(book: BookId, paused: boolean): Promise<void> {
    await this.#ask("PUT", PATHS.paused(book), { body: { paused } });
  }

  /** Fetches the images that match one of the globs; all of them when there is none. */
  async choose(book: BookId, only: readonly string[]): Promise<void> {
    await this.#ask("PUT", PATHS.chosen(book), { body: { only } });
  }

  /** Says which images are wanted first; replaces what was said before. */
  async prioritise(book: BookId, images: Priorities["images"]): Promise<void> {
    await this.#ask("PUT", PATHS.priorities(book), { body: { images } });
  }

  /** How every page stands, one byte for each, as PAGE_STANDINGS numbers it. */
  async pageMap(book: BookId, signal?: AbortSignal): Promise<Uint8Array> {
    const answer = await this.#ask("GET", PATHS.pages(book), { signal });
    return new Uint8Array(await answer.arrayBuffer());
  }

  async images(book: BookId, from: number, count: number, signal?: AbortSignal): Promise<ImageList> {
    const query = new URLSearchParams({ from: String(from), count: String(count) });
    return v.parse(imageListSchema, await this.#json("GET", `${PATHS.images(book)}?${query}`, { signal }));
  }

  /** A whole image's bytes, with the type that they turned out to have. */
  image(book: BookId, image: number, signal?: AbortSignal): Promise<Response> {
    return this.#ask("GET", PATHS.image(book, image), { signal });
  }

  async #json(method: Method, path: string, options: AskOptions): Promise<unknown> {
    return (await this.#ask(method, path, options)).json();
  }

  async #ask(method: Method, path: string, { body, signal }: AskOptions = {}): Promise<Response> {
    const { origin, token } = this.#place;
    const answer = await fetch(`${origin}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
      redirect: "error",
    });
    if (answer.ok) return answer;
    const refusal = v.safeParse(refusalSchema, await answer.json().catch(() => undefined));
    const { code, message } = refusal.success ? refusal.output : { code: "failed", message: answer.statusText };
    throw new LocalRefused(answer.status, code, message);
  }
}

interface AskOptions {
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}
