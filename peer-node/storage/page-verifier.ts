// Looks at pages before they are kept. This thread does it by itself until pages come so fast that hashing them holds
// up everything else; from then on another core does, in a thread of its own, which also writes the right ones. If that
// thread is lost, this one goes on alone, and what the other knew of an image is read back from the disk.

import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";
import { type Hasher, nodeHasher } from "./hasher.ts";
import { HelperThread, helperCode, ifThreadStarts } from "./helper-thread.ts";
import { ImageDigests, type WrittenImage } from "./image-digests.ts";
import { lookAt, type PageLook, type PageOrder, type PageTarget } from "./page-looks.ts";
import type { VerifyNews, VerifyOrder } from "./verify-helper.ts";

/** Bytes over which the speed of what comes is taken. Chosen. */
const SPELL_BYTES = 8_000_000;

/** Milliseconds that they take when hashing them is a sixth of this thread's time. Chosen; 80 MB/s. */
const SPELL_MS = 100;

/** Bytes that a helper may have before it: while it has more, this thread takes its share. Chosen; some five milliseconds. */
const AHEAD_BYTES = 2_000_000;

export interface VerifierOptions {
  /** Takes the digests; with one of the caller's own, this thread does all the work. */
  readonly hasher?: Hasher | undefined;
  /** Bytes that pass in `SPELL_MS` before another thread helps; 0 for at once, Infinity for never. Only tests know better. */
  readonly spellBytes?: number | undefined;
  /** The helper's code; only tests know another. */
  readonly helper?: string;
}

/** Page buffers that a helper knows at most; a pool that has left some to the collector is not to be kept from it. Chosen; 32 MB. */
const MEMORIES_MAX = 128;

/** What a helper was handed, and what to do when it is lost. */
interface Task {
  readonly order: Extract<VerifyOrder, { readonly number: number }>;
  readonly bytes: number;
  readonly resolve: (news: VerifyNews) => void;
  readonly lost: () => void;
}

export class PageVerifier {
  readonly #hasher: Hasher;
  readonly #images: ImageDigests;
  readonly #spellBytes: number;
  readonly #code: string;
  #helper: HelperThread<VerifyOrder, VerifyNews> | undefined;
  readonly #handed = new Map<number, Task>();
  /** Page buffers that the helper knows, and under which numbers. */
  readonly #memories = new Map<SharedArrayBuffer, number>();
  #ahead = 0;
  #number = 0;
  #spell = 0;
  #spellBeganAt = 0;

  constructor({ hasher, spellBytes, helper = helperCode("verify-helper") }: VerifierOptions = {}) {
    this.#hasher = hasher ?? nodeHasher;
    this.#images = new ImageDigests(this.#hasher);
    const mayHelp = hasher === undefined && availableParallelism() > 1;
    this.#spellBytes = spellBytes ?? (mayHelp ? SPELL_BYTES : Number.POSITIVE_INFINITY);
    this.#code = helper;
  }

  /**
   * @param order - its bytes are not to be changed until the promise settles
   * @param target - asked by another thread that would write the page; stays good until the promise settles
   */
  look(order: PageOrder, target?: () => PageTarget): PageLook | Promise<PageLook> {
    this.#notePace(order.bytes.length);
    const memory = this.#memoryToShare(order);
    return memory === undefined ? lookAt(order, this.#hasher, this.#images) : this.#hand(order, memory, target?.());
  }

  /**
   * SHA-256 of an image all of whose pages were looked at and written.
   * @returns undefined when its part is too short
   * @throws the operating system's own error when it cannot be read
   */
  finish(image: WrittenImage): Promise<Uint8Array | undefined> {
    if (this.#helper === undefined) return this.#images.finish(image);
    // What this thread has digested of it before it had a helper is read once more.
    this.#images.forget(image.image);
    return this.#handImage(image);
  }

  /** Lets the helper go, as nothing more will come for now. */
  async rest(): Promise<void> {
    const helper = this.#helper;
    this.#helper = undefined;
    this.#goOnAlone();
    await helper?.stop();
  }

  #notePace(bytes: number): void {
    if (this.#helper !== undefined || this.#spellBytes === Number.POSITIVE_INFINITY) return;
    this.#spell += bytes;
    if (this.#spell < this.#spellBytes) return;
    const now = performance.now();
    if (now - this.#spellBeganAt < SPELL_MS || this.#spellBytes === 0) this.#start();
    this.#spell = 0;
    this.#spellBeganAt = now;
  }

  /** What is not in shared memory would have to be copied. Pages of longer images all go where those images are digested. */
  #memoryToShare({ bytes: { buffer, byteOffset }, isWhole }: PageOrder): SharedArrayBuffer | undefined {
    if (this.#helper === undefined || !(buffer instanceof SharedArrayBuffer) || byteOffset > 0) return undefined;
    return !isWhole || this.#ahead < AHEAD_BYTES ? buffer : undefined;
  }

  #hand(page: PageOrder, shared: SharedArrayBuffer, target: PageTarget | undefined): Promise<PageLook> {
    const memory = this.#numberOf(shared);
    const { bytes, digest, ...rest } = page;
    return new Promise((resolve) => {
      this.#post({
        // A digest of its own: a view into the book's memory would take all of that along.
        order: {
          number: this.#number,
          page: { ...rest, digest: digest.slice(), memory, length: bytes.length, target },
        },
        bytes: bytes.length,
        resolve: (news) => resolve("look" in news ? news.look : { right: false }),
        lost: () => resolve(lookAt(page, this.#hasher, this.#images)),
      });
    });
  }

  #handImage(image: WrittenImage): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      this.#post({
        order: { number: this.#number, image },
        bytes: 0,
        resolve: (news) => {
          if ("message" in news) reject(Object.assign(new Error(news.message), { code: news.code }));
          else resolve("sha256" in news ? news.sha256 : undefined);
        },
        lost: () => resolve(this.#images.finish(image)),
      });
    });
  }

  #numberOf(shared: SharedArrayBuffer): number {
    const known = this.#memories.get(shared);
    if (known !== undefined) return known;
    if (this.#memories.size === MEMORIES_MAX) this.#memories.clear();
    const number = this.#memories.size;
    this.#memories.set(shared, number);
    this.#helper?.post({ memory: shared, as: number });
    return number;
  }

  #post(task: Task): void {
    this.#handed.set(this.#number++, task);
    this.#ahead += task.bytes;
    this.#helper?.post(task.order);
  }

  #start(): void {
    const news = (news: VerifyNews) => {
      const task = this.#handed.get(news.number);
      if (task === undefined) return;
      this.#handed.delete(news.number);
      this.#ahead -= task.bytes;
      task.resolve(news);
    };
    const lost = () => {
      this.#helper = undefined;
      this.#goOnAlone();
    };
    this.#helper = ifThreadStarts(() => new HelperThread(this.#code, { news, lost }));
  }

  #goOnAlone(): void {
    const tasks = [...this.#handed.values()];
    this.#handed.clear();
    this.#memories.clear();
    this.#ahead = 0;
    for (const task of tasks) task.lost();
  }
}
