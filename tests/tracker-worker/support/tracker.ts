// The tracker as its users meet it: requests from an address, uploads, and readers on sockets.

import {
  createExecutionContext,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
  waitOnExecutionContext,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { toHex } from "../../../shared/hex.ts";
import type { BookId, ReaderId } from "../../../shared/ids.ts";
import { ALIVE_MESSAGE, decodeTrackerMessage, encodeMessage } from "../../../shared/tracker-api/codec.ts";
import type { ReaderMessage, TrackerMessage } from "../../../shared/tracker-api/flags.ts";
import { PATHS, type UploadAnswer } from "../../../shared/tracker-api/http.ts";
import { Catalog } from "../../../tracker-worker/catalog/catalog.ts";
import app from "../../../tracker-worker/index.ts";
import type { Repository } from "../../../tracker-worker/repository/repository.ts";
import { makeBook, type TestBook } from "./books.ts";

const BASE = "https://tracker.test";
const ADDRESS = "192.0.2.1";

/** Variables and secrets of the tracker's owner, for one request. */
export type Variables = Partial<Omit<Env, "REPOSITORY" | "CATALOG">>;

/** One request from outside; everybody may publish unless the owner says otherwise. */
export async function request(
  path: string,
  init: RequestInit = {},
  owner: Variables = { OPEN_PUBLISHING: "1" },
): Promise<Response> {
  const ctx = createExecutionContext();
  const response = await app.fetch(new Request(BASE + path, init), { ...env, ...owner }, ctx);
  await waitOnExecutionContext(ctx);
  return response;
}

/** Sends the first two lines. */
export async function begin(book: TestBook, init: RequestInit = {}): Promise<UploadAnswer> {
  return answerOf(await request(PATHS.book(book.bookId), { method: "PUT", body: book.opening, ...init }));
}

/** Sends one slice of the body. */
export function putSlice(book: TestBook, ordinal: number, bytes = book.slices[ordinal]): Promise<Response> {
  return request(PATHS.slice(book.bookId, ordinal), { method: "PUT", body: bytes ?? null });
}

/** A book of the catalog, published whole. */
export async function publish(book = makeBook()): Promise<TestBook & { removalSecret: string }> {
  const { removalSecret = "" } = await begin(book);
  for (const ordinal of book.slices.keys()) await answerOf(await putSlice(book, ordinal));
  return { ...book, removalSecret };
}

/** The JSON of an answer that must be a success. */
export async function answerOf<Answer>(response: Response): Promise<Answer> {
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

/** The object of a book. */
export function repositoryOf(bookId: BookId): DurableObjectStub<Repository> {
  return env.REPOSITORY.getByName(bookId);
}

/** Fires the alarm of a book by hand, whatever its time; false when none was set. */
export function fireAlarm({ bookId }: { bookId: BookId }): Promise<boolean> {
  return runDurableObjectAlarm(repositoryOf(bookId));
}

/** When the alarm of a book is set to ring; null when it is not. */
export function alarmOf({ bookId }: { bookId: BookId }): Promise<number | null> {
  return runInDurableObject(repositoryOf(bookId), (_, ctx) => ctx.storage.getAlarm());
}

/** A socket of a reader, with everything that the tracker has said on it. */
export class TestReader {
  readonly socket: WebSocket;
  readonly heard: TrackerMessage[] = [];
  /** The answer to every heartbeat is ALIVE_MESSAGE, unless this is false. */
  answers = true;
  closed: { code: number; reason: string } | undefined;
  readonly #waiting: (() => void)[] = [];

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const message = decodeTrackerMessage(data);
      this.heard.push(message);
      if (message.flag === "HBT" && this.answers) socket.send(ALIVE_MESSAGE);
      this.#wake();
    });
    socket.addEventListener("close", ({ code, reason }) => {
      this.closed = { code, reason };
      socket.close();
      this.#wake();
    });
    socket.accept();
  }

  say(message: ReaderMessage | string | ArrayBuffer): void {
    this.socket.send(typeof message === "string" || message instanceof ArrayBuffer ? message : encodeMessage(message));
  }

  /** The next message with a flag that was not taken before. */
  async next<Flag extends TrackerMessage["flag"]>(flag: Flag): Promise<Extract<TrackerMessage, { flag: Flag }>> {
    for (;;) {
      const at = this.heard.findIndex((message) => message.flag === flag);
      const [message] = at < 0 ? [] : this.heard.splice(at, 1);
      if (message !== undefined) return message as Extract<TrackerMessage, { flag: Flag }>;
      if (this.closed !== undefined) throw new Error(`closed with ${this.closed.code} before ${flag}`);
      await this.#change();
    }
  }

  async end(): Promise<{ code: number; reason: string }> {
    while (this.closed === undefined) await this.#change();
    return this.closed;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

export interface Registration {
  secret?: string;
  port?: number;
  privateHosts?: string[];
  pagesHeld?: number;
  silent?: boolean;
  version?: number;
  /** From where the tracker sees the reader. */
  address?: string;
}

/** Opens a socket on a book without registering. */
export async function connect({ bookId }: { bookId: BookId }, address = ADDRESS): Promise<TestReader> {
  const headers = { Upgrade: "websocket", "CF-Connecting-IP": address };
  const response = await request(PATHS.readers(bookId), { headers });
  if (response.webSocket === null) throw new Error(`${response.status} ${await response.text()}`);
  return new TestReader(response.webSocket);
}

/** A registered reader, and the tracker's answer. */
export async function register(
  book: { bookId: BookId },
  registration: Registration = {},
): Promise<{ reader: TestReader; readerId: ReaderId } & Omit<Extract<TrackerMessage, { flag: "CON" }>, "flag">> {
  const { address, ...rest } = registration;
  const reader = await connect(book, address);
  const blank = { version: 1, secret: newSecret(), port: 6000, privateHosts: [], pagesHeld: 0, silent: false };
  reader.say({ flag: "CON", ...blank, ...rest });
  const { flag: _, ...answer } = await reader.next("CON");
  return { reader, ...answer };
}

/** Lets the tracker find that a reader's port answers, or does not, at `reached`; in these tests nothing is dialled. */
export async function dialBack(
  { bookId }: { bookId: BookId },
  { readerId, port = 6000 }: { readerId: ReaderId; port?: number },
  ...reached: string[]
): Promise<void> {
  await repositoryOf(bookId).dialled({ bookId, readerId, port, hosts: reached, reached });
}

/** The catalog fails at one thing, until `action` is done and it was asked for that. */
export async function catalogWithout(
  method: "forget" | "list" | "report",
  action: () => Promise<unknown>,
): Promise<void> {
  const kept = Catalog.prototype[method];
  let isAsked = false;
  Reflect.set(Catalog.prototype, method, () => {
    isAsked = true;
    throw new Error("The catalog is away");
  });
  try {
    await action();
    // Looked at now and then: a promise cannot be settled from within another object.
    await vi.waitUntil(() => isAsked, 20_000);
  } finally {
    Reflect.set(Catalog.prototype, method, kept);
    await evictDurableObject(env.CATALOG.getByName("catalog"));
  }
}

/** A secret like one that a reader makes at its first start. */
export function newSecret(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(32)));
}

/**
 * Lets `ms` pass for a book's readers: moves every time that their sockets carry back, and hibernates the object, so
 * that it wakes with nothing but what it kept. To be done before a beat that a mute reader is to miss: one that is heard
 * in the very millisecond of a beat has answered it.
 */
export async function passTime({ bookId }: { bookId: BookId }, ms: number): Promise<void> {
  const stub = repositoryOf(bookId);
  await runInDurableObject(stub, (_, ctx) => {
    for (const socket of ctx.getWebSockets()) socket.serializeAttachment(moveBack(socket.deserializeAttachment(), ms));
  });
  await evictDurableObject(stub);
}

function moveBack(value: unknown, ms: number): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const isTime = /^(at|since|.*At)$/;
  const entries = Object.entries(value).map(([key, field]) => {
    return [key, typeof field === "number" && isTime.test(key) ? field - ms : moveBack(field, ms)] as const;
  });
  return Object.fromEntries(entries);
}
