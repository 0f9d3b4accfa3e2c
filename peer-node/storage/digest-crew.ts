// Digests many files with every core: this thread takes part, and helpers are started when there is enough to do. Each
// takes the next file when it is through with the last, so that large and small ones even out.

import { availableParallelism } from "node:os";
import type { HelperAnswer, HelperNews, HelperOrder } from "./digest-helper.ts";
import { type DigestJob, type FileDigests, FileReader } from "./file-digests.ts";
import { type Hasher, nodeHasher } from "./hasher.ts";
import { HelperThread, helperCode, ifThreadStarts } from "./helper-thread.ts";

/** Bytes for which a helper is worth its start, which costs as much as hashing a tenth of them. Chosen. */
const HELPED_BYTES_MIN = 64 * 1024 * 1024;

/** Helpers at most. Chosen: by then the disk is what is waited for, and each takes some ten megabytes. */
const HELPERS_MAX = 7;

/** Bytes that a helper is handed ahead, so that it never waits for this thread to look up. Chosen; ten milliseconds. */
const AHEAD_BYTES = 8 * 1024 * 1024;

/** Files that a caller asks for at once: enough small ones to hand helpers their share. Chosen. */
const LANES = 256;

/** Bytes from which a file is begun before all smaller ones, lest everybody wait for it at the end. Chosen. */
const LARGE_BYTES = 16 * 1024 * 1024;

export interface CrewOptions {
  /** About how many bytes there are to read. */
  readonly bytes: number;
  /** Takes the digests; with one of the caller's own, this thread does all the work. */
  readonly hasher?: Hasher | undefined;
  /** Threads besides this one; by default as many as there are further cores, and none for little work. */
  readonly helpers?: number | undefined;
  /** Ends all of it, with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** The helpers' code; only tests know another. */
  readonly helper?: string;
}

interface Task extends DigestJob {
  /** About how many bytes it has. */
  readonly size: number;
  readonly onBytes: (bytes: number) => void;
  readonly resolve: (digests: FileDigests | undefined) => void;
  readonly reject: (error: unknown) => void;
}

export class DigestCrew {
  readonly #reader: FileReader;
  readonly #helpers: readonly Helper[];
  readonly #signal: AbortSignal | undefined;
  readonly #stop = () => this.giveUp(this.#signal?.reason);
  readonly #waiting: Task[] = [];
  #isWorking = false;
  #failure: { readonly error: unknown } | undefined;

  constructor({ bytes, hasher, helpers, signal, helper = helperCode("digest-helper") }: CrewOptions) {
    this.#reader = new FileReader(hasher ?? nodeHasher);
    this.#signal = signal;
    signal?.addEventListener("abort", this.#stop, { once: true });
    if (signal?.aborted === true) this.#failure = { error: signal.reason };
    const count = helpers ?? (bytes < HELPED_BYTES_MIN ? 0 : Math.min(HELPERS_MAX, availableParallelism() - 1));
    this.#helpers = this.#start(hasher === undefined ? count : 0, helper);
  }

  /**
   * Digests of a file.
   * @param size - about how many bytes it has
   * @param onBytes - told from time to time how many bytes more of it were read
   * @returns undefined when it is no regular file, or somebody changed it meanwhile
   * @throws the operating system's own error when it cannot be read, Error when a helper is lost, and whatever the crew
   *   gives up with
   */
  digests(job: DigestJob, size: number, onBytes: (bytes: number) => void): Promise<FileDigests | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure.error);
        return;
      }
      this.#waiting.push({ ...job, size, onBytes, resolve, reject });
      if (!this.#isWorking) void this.#work();
    });
  }

  /** Reads nothing more: what waits and what is being read fails with this error, and so does whatever still comes. */
  giveUp(error: unknown): void {
    this.#failure ??= { error };
    for (const task of this.#waiting.splice(0)) task.reject(error);
    for (const helper of this.#helpers) helper.giveUp(error);
  }

  /** Lets the helpers go. To be called when the last file is settled. */
  async close(): Promise<void> {
    this.#signal?.removeEventListener("abort", this.#stop);
    await Promise.all(this.#helpers.map((helper) => helper.stop()));
  }

  /** This thread's own share. */
  async #work(): Promise<void> {
    this.#isWorking = true;
    // Whoever asks for many files at once shall be through with asking before they are shared out.
    await Promise.resolve();
    for (;;) {
      for (const helper of this.#helpers) helper.topUp(this.#waiting);
      const task = this.#waiting.shift();
      if (task === undefined) break;
      await this.#reader.digests(task, (bytes) => this.#noteRead(task, bytes)).then(task.resolve, task.reject);
    }
    this.#isWorking = false;
  }

  /** @throws what the crew has given up with, which ends the reading */
  #noteRead(task: Task, bytes: number): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    task.onBytes(bytes);
  }

  /** As many helpers as there may be. */
  #start(count: number, code: string): Helper[] {
    const ears: CrewEars = { idle: (helper) => helper.topUp(this.#waiting), lost: (error) => this.giveUp(error) };
    const helpers = Array.from({ length: count }, () => ifThreadStarts(() => new Helper(code, ears)));
    return helpers.filter((helper) => helper !== undefined);
  }
}

/** What a helper tells its crew. */
interface CrewEars {
  /** It has room for more. */
  readonly idle: (helper: Helper) => void;
  /** It died, with all that it was handed. */
  readonly lost: (error: Error) => void;
}

/** A thread, and what it was handed. */
class Helper {
  readonly #thread: HelperThread<HelperOrder, HelperNews>;
  readonly #handed = new Map<number, Task>();
  /** Bytes handed over and not yet read. */
  #ahead = 0;
  #number = 0;

  constructor(code: string, ears: CrewEars) {
    this.#thread = new HelperThread(code, {
      news: (news) => {
        this.#hear(news);
        ears.idle(this);
      },
      lost: (why) => ears.lost(new Error(`Cannot go on hashing: a thread that helped with it ${why}; try again`)),
    });
  }

  /** Takes tasks until it has enough to do for a while. */
  topUp(waiting: Task[]): void {
    const order: (DigestJob & { number: number })[] = [];
    while (this.#ahead < AHEAD_BYTES) {
      const task = waiting.shift();
      if (task === undefined) break;
      const number = this.#number++;
      this.#handed.set(number, task);
      this.#ahead += task.size;
      order.push({ number, file: task.file, bytes: task.bytes });
    }
    if (order.length > 0) this.#thread.post(order);
  }

  /** Waits for nothing that it was handed. */
  giveUp(error: unknown): void {
    for (const task of this.#handed.values()) task.reject(error);
    this.#handed.clear();
  }

  stop(): Promise<void> {
    return this.#thread.stop();
  }

  #hear({ bytes, answers }: HelperNews): void {
    // Answers come in order, so the bytes are those of the oldest task.
    this.#ahead = Math.max(0, this.#ahead - bytes);
    const [oldest] = this.#handed.values();
    oldest?.onBytes(bytes);
    for (const answer of answers) this.#settle(answer);
    if (this.#handed.size === 0) this.#ahead = 0;
  }

  #settle(answer: HelperAnswer): void {
    const task = this.#handed.get(answer.number);
    if (task === undefined) return;
    this.#handed.delete(answer.number);
    if ("digests" in answer) task.resolve(answer.digests);
    else task.reject(Object.assign(new Error(answer.message), { code: answer.code }));
  }
}

/**
 * Does something with every item, many at a time, and large ones first. What fails ends it, once everything that was
 * begun is settled.
 * @param sizeOf - bytes of an item
 * @param failed - told of the first failure at once, so that what was begun can be given up
 */
export async function inLanes<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => number,
  work: (item: Item, row: number) => Promise<void>,
  failed: (error: unknown) => void = () => undefined,
): Promise<void> {
  const large = (row: number) => Math.max(LARGE_BYTES, sizeOf(items[row] as Item));
  const rows = Uint32Array.from(items.keys());
  rows.sort((a, b) => large(b) - large(a) || a - b);
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const lane = async () => {
    for (let row = rows[next++]; row !== undefined && failure === undefined; row = rows[next++]) {
      try {
        await work(items[row] as Item, row);
      } catch (error) {
        if (failure !== undefined) return;
        failure = { error };
        failed(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(LANES, items.length) }, lane));
  if (failure !== undefined) throw failure.error;
}
