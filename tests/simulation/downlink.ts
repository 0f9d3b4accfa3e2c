// A reader's way in: so many bytes a second, whoever sends. Bytes flow through while they come, so that a free downlink
// adds nothing to a frame's time; a busy one makes it wait for what came before.

import type { Millis } from "../../peer-node/core/events.ts";

export class Downlink {
  readonly #msPerByte: number;
  #freeAt: Millis = 0;

  /** @param rate - bytes a second */
  constructor(rate: number) {
    this.#msPerByte = 1_000 / rate;
  }

  /** When the last of `bytes` is through, whose last byte reaches the downlink `now`. */
  through(bytes: number, now: Millis): Millis {
    const takes = bytes * this.#msPerByte;
    this.#freeAt = Math.max(this.#freeAt + takes, now);
    return this.#freeAt;
  }
}
