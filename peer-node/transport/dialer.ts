// Reaches a reader at one of its addresses. The addresses are tried one after the other, each with a short head start
// over the next (RFC 8305, "happy eyeballs"), so that a dead IPv6 route costs a blink and not the whole time allowed.

import { isIP } from "node:net";
import type { Address } from "../core/events.ts";
import { type ByteSource, connectSource } from "./byte-source.ts";
import { DIAL_STAGGER_MS, DIAL_TIMEOUT_MS } from "./limits.ts";
import { Link } from "./link.ts";

/** Why a dial reached nobody. */
export type DialFault = "no-address" | "refused" | "timed-out" | "aborted";

/** No address answered; the world's fault, or our own wish to stop. */
export class DialFailed extends Error {
  readonly code: DialFault;

  constructor(code: DialFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DialFailed";
    this.code = code;
  }
}

export interface DialOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly staggerMs?: number;
}

/**
 * Connects to the first of `addresses` that answers.
 * @param addresses - literals; names are left out, because a reader is never looked up
 * @returns a link that reads nothing before `attach`
 * @throws DialFailed when none answers in time
 */
export function dial(addresses: readonly Address[], options: DialOptions = {}): Promise<Link> {
  return new Promise((resolve, reject) => {
    new Race(
      addresses.filter(({ host }) => isIP(host) !== 0),
      options,
      resolve,
      reject,
    ).start();
  });
}

/** The attempts of one dial; the first that connects ends it. */
class Race {
  readonly #waiting: Address[];
  readonly #running = new Set<ByteSource>();
  readonly #staggerMs: number;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (link: Link) => void;
  readonly #reject: (reason: DialFailed) => void;
  readonly #timeout: NodeJS.Timeout;
  #stagger: NodeJS.Timeout | undefined;
  #lastError: Error | undefined;

  constructor(
    addresses: readonly Address[],
    { signal, timeoutMs = DIAL_TIMEOUT_MS, staggerMs = DIAL_STAGGER_MS }: DialOptions,
    resolve: (link: Link) => void,
    reject: (reason: DialFailed) => void,
  ) {
    this.#waiting = [...addresses];
    this.#staggerMs = staggerMs;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timeout = setTimeout(() => this.#fail("timed-out", `No address answered in ${timeoutMs} ms`), timeoutMs);
  }

  start(): void {
    this.#signal?.addEventListener("abort", this.#aborted);
    if (this.#signal?.aborted) this.#aborted();
    else if (this.#waiting.length === 0) this.#fail("no-address", "The reader has no address that can be dialled");
    else this.#tryNext();
  }

  readonly #aborted = (): void => this.#fail("aborted", "The dial was given up");

  #tryNext(): void {
    clearTimeout(this.#stagger);
    const address = this.#waiting.shift();
    if (address === undefined) return;
    const source = connectSource(address);
    this.#running.add(source);
    source.socket.on("error", (error) => this.#missed(source, error)).once("connect", () => this.#won(source));
    this.#stagger = setTimeout(() => this.#tryNext(), this.#staggerMs);
  }

  #missed(source: ByteSource, error: Error): void {
    if (!this.#running.delete(source)) return;
    this.#lastError = error;
    if (this.#waiting.length > 0) this.#tryNext();
    else if (this.#running.size === 0) this.#fail("refused", `Nobody answered: ${error.message}`);
  }

  #won(source: ByteSource): void {
    this.#running.delete(source);
    source.socket.removeAllListeners("error");
    this.#end();
    this.#resolve(new Link(source));
  }

  #fail(code: DialFault, message: string): void {
    this.#end();
    this.#reject(new DialFailed(code, message, { cause: this.#lastError }));
  }

  #end(): void {
    clearTimeout(this.#timeout);
    clearTimeout(this.#stagger);
    this.#signal?.removeEventListener("abort", this.#aborted);
    this.#waiting.length = 0;
    for (const { socket } of this.#running) socket.destroy();
    this.#running.clear();
  }
}
