// A thread that takes digests for this one. It keeps nobody waiting at the end, and whoever gave it work is told when
// it dies.

import { extname } from "node:path";
import type { Worker } from "node:worker_threads";

/** What a thread tells. */
export interface HelperEars<News> {
  readonly news: (news: News) => void;
  /** It died by itself, and why, as the end of a sentence; reported once, and nothing follows. */
  readonly lost: (why: string) => void;
}

const START = new URL("helper-start.js", import.meta.url);

export class HelperThread<Order, News> {
  readonly #worker: Worker;
  #isOver = false;

  /** @param code - the address of the module that the thread runs */
  constructor(code: string, { news, lost }: HelperEars<News>) {
    // Loaded here, because most starts have nothing to hash.
    const { Worker } = process.getBuiltinModule("node:worker_threads");
    this.#worker = new Worker(START, { execArgv: [], workerData: { code } });
    this.#worker.unref();
    this.#worker.on("message", news);
    const die = (why: string) => {
      if (this.#isOver) return;
      this.#isOver = true;
      lost(why);
    };
    this.#worker.on("error", (error) => die(`failed (${error instanceof Error ? error.message : String(error)})`));
    this.#worker.on("exit", () => die("ended"));
  }

  post(order: Order): void {
    this.#worker.postMessage(order);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#worker.terminate();
  }
}

/**
 * What `start` returns.
 * @returns undefined where the system gives no more threads: whoever wanted one does the work alone
 */
export function ifThreadStarts<Started>(start: () => Started): Started | undefined {
  try {
    return start();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_WORKER_INIT_FAILED") return undefined;
    throw error;
  }
}

/** The code of a thread in this room: TypeScript in a checkout, JavaScript in the package, as this file is. */
export function helperCode(name: string): string {
  return new URL(`${name}${extname(import.meta.url)}`, import.meta.url).href;
}
