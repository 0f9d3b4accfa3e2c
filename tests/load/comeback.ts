// A tracker that is killed and started anew, and the production client of a crowd of readers, which comes back by itself.

import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TrackerSession } from "../../peer-node/tracker/tracker-session.ts";
import type { BookId } from "../../shared/ids.ts";
import { PAGES, publishBook } from "./published.ts";
import { Runtime } from "./runtime.ts";

export interface ComebackFigures {
  readonly readers: number;
  /** Milliseconds for which nothing answered at the tracker's address. */
  readonly awayMs: number;
  /** When each reader was registered again, in milliseconds after the kill, ascending. */
  readonly returnsMs: readonly number[];
  readonly wrong: readonly string[];
}

/** A registered reader that is asked when it registered last. */
class LoyalReader {
  registeredAt = 0;
  readonly #session: TrackerSession;
  readonly #first = Promise.withResolvers<void>();
  readonly #beaten = Promise.withResolvers<void>();
  #again = Promise.withResolvers<void>();

  constructor(tracker: string, bookId: BookId) {
    const secret = randomBytes(32).toString("hex");
    const registration = { secret, port: 0, silent: true, pages: PAGES, pagesHeld: PAGES };
    const ignore = () => undefined;
    this.#session = new TrackerSession(
      { address: { tracker }, bookId, registration },
      {
        ...{ listed: ignore, called: ignore, lost: ignore, back: ignore },
        health: () => this.#beaten.resolve(),
        refused: (_, message) => this.#again.reject(new Error(message)),
        registered: () => {
          this.registeredAt = performance.now();
          this.#first.resolve();
          this.#again.resolve();
        },
      },
    );
  }

  async join(): Promise<void> {
    this.#session.start();
    await this.#first.promise;
    this.#again = Promise.withResolvers();
  }

  /** Settles when it has heard a heartbeat. */
  get beaten(): Promise<void> {
    return this.#beaten.promise;
  }

  /** Settles when it has registered since it joined. */
  get back(): Promise<void> {
    return this.#again.promise;
  }

  leave(): Promise<void> {
    return this.#session.leave();
  }
}

/** Kills the tracker of `size` readers, starts it where it was, and waits for everybody. */
export async function comeback(size: number): Promise<ComebackFigures> {
  const data = await mkdtemp(join(tmpdir(), "bookswarm-comeback-"));
  let runtime = await Runtime.start({ data });
  try {
    const { url } = runtime;
    const { bookId } = await publishBook(url, `Comeback of ${size}`);
    const readers = Array.from({ length: size }, () => new LoyalReader(url, bookId));
    for (let at = 0; at < size; at += 50) await Promise.all(readers.slice(at, at + 50).map((reader) => reader.join()));
    // A heartbeat tells everybody how many they are; a minute later the first one would have come by itself.
    await runtime.round(bookId);
    await Promise.all(readers.map((reader) => reader.beaten));

    const killedAt = performance.now();
    await runtime.stop();
    runtime = await Runtime.start({ data, port: Number(new URL(url).port) });
    const awayMs = performance.now() - killedAt;
    await Promise.all(readers.map((reader) => reader.back));

    const response = await fetch(`${url}/books/${bookId}`, { headers: { Accept: "application/json" } });
    const counted = ((await response.json()) as { readers: number }).readers;
    const wrong = counted === size ? [] : [`The tracker counts ${counted} readers, not ${size}`];
    const returnsMs = readers.map(({ registeredAt }) => registeredAt - killedAt).sort((a, b) => a - b);
    await Promise.all(readers.map((reader) => reader.leave()));
    return { readers: size, awayMs, returnsMs, wrong };
  } finally {
    await runtime.stop();
    await rm(data, { recursive: true, force: true });
  }
}

/** How many times lie in each second, from 0 on. */
export function bySecond(times: readonly number[]): readonly number[] {
  const bins = Array.from({ length: Math.floor((times.at(-1) ?? 0) / 1_000) + 1 }, () => 0);
  for (const time of times) bins[Math.floor(time / 1_000)] = (bins[Math.floor(time / 1_000)] ?? 0) + 1;
  return bins;
}
