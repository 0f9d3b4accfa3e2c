// The tracker's Worker under Miniflare, metered, for what measures it: the load, the cost ledger and their tests. There
// is no front door, so that a client can say from where it is seen.

import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Log, LogLevel, Miniflare } from "miniflare";
import { WORKER_NAME, workerConfig } from "../../peer-node/cli/local-tracker/worker-config.ts";
import { bundleWorker } from "../../peer-node/cli/local-tracker/worker-script.ts";
import type { BookId } from "../../shared/ids.ts";
import type { Meter } from "../tracker-worker/metered/meter.ts";

const ENTRY = fileURLToPath(new URL("../tracker-worker/metered/worker.ts", import.meta.url));

/** High enough for any crowd from one machine. */
const NO_LIMITS = {
  REQUESTS_PER_MINUTE: "1000000",
  REGISTRATIONS_PER_MINUTE: "1000000",
  READERS_PER_BOOK: "32000",
  READERS_PER_ADDRESS: "32000",
  MESSAGES_PER_SECOND: "1000",
  DIALS_PER_MINUTE: "0",
  OPEN_PUBLISHING: "1",
};

/** Variables of the Worker; `port` and `data` let a runtime be started anew where an old one was. */
export interface RuntimeOptions {
  readonly variables?: Readonly<Record<string, string>>;
  readonly port?: number;
  readonly data?: string;
}

export class Runtime {
  /** Base address. */
  readonly url: string;
  readonly #miniflare: Miniflare;

  static async start({ variables = {}, port = 0, data }: RuntimeOptions = {}): Promise<Runtime> {
    const contents = await bundleWorker(ENTRY);
    const miniflare = new Miniflare({
      host: "127.0.0.1",
      port,
      cf: false,
      log: new Log(LogLevel.ERROR),
      // What the Worker notes of its daily life is not what is measured here.
      handleStructuredLogs: ({ level, message }) => {
        if (level === "error" || level === "warn") process.stderr.write(`${message}\n`);
      },
      ...(data !== undefined && { resourcePersistencePath: data }),
      workers: [workerConfig(contents, { ...NO_LIMITS, ...variables })],
    });
    const ready = await miniflare.ready;
    return new Runtime(ready.origin, miniflare);
  }

  private constructor(url: string, miniflare: Miniflare) {
    this.url = url;
    this.#miniflare = miniflare;
  }

  /** What has been counted so far; asking counts nothing. */
  async meter(): Promise<Meter> {
    const response = await fetch(`${this.url}/meter`);
    return (await response.json()) as Meter;
  }

  /** The meter, once it says what is awaited. @throws Error when it does not within `withinMs` */
  async meterUntil(accepts: (meter: Meter) => boolean, withinMs = 60_000): Promise<Meter> {
    const until = performance.now() + withinMs;
    for (;;) {
      const meter = await this.meter();
      if (accepts(meter)) return meter;
      if (performance.now() > until) throw new Error(`After ${withinMs} ms the meter says ${JSON.stringify(meter)}`);
      await pause(20);
    }
  }

  /** Runs a round of heartbeats at once. @returns milliseconds of the object's time */
  async round(bookId: BookId): Promise<number> {
    const response = await fetch(`${this.url}/meter/round/${bookId}`, { method: "POST" });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as number;
  }

  /** Takes an object's memory away; its sockets hibernate, or end as at a deploy. */
  async evict(bookId: BookId, webSockets: "hibernate" | "close"): Promise<void> {
    await this.#miniflare.unsafeEvictDurableObject(WORKER_NAME, "Repository", { name: bookId, webSockets });
  }

  async stop(): Promise<void> {
    await this.#miniflare.dispose();
  }
}
