// Dials back. A book's object sends it on an errand and does not wait: an open connection would keep the object awake,
// and its owner paying, so the dial belongs to the stateless Worker, which brings the verdict back as a call of its own.

import { WorkerEntrypoint } from "cloudflare:workers";
import type { Errand } from "../domain/reach.ts";
import { logFailure } from "../log.ts";
import { repositoryOf } from "../objects.ts";
import { isReached } from "./dial-back.ts";

export class Prober extends WorkerEntrypoint<Env> {
  /** Sets out; returns at once. */
  dialBack(errand: Errand): void {
    this.ctx.waitUntil(this.#run(errand));
  }

  async #run(errand: Errand): Promise<void> {
    const { hosts, ...who } = errand;
    try {
      const reached = await Promise.all(hosts.map((host) => isReached({ ...who, host })));
      const verdict = { ...errand, reached: hosts.filter((_, at) => reached[at]) };
      await repositoryOf(this.env, errand.bookId).dialled(verdict);
    } catch (error) {
      logFailure("a verdict on a reader was lost", error, { bookId: errand.bookId });
    }
  }
}
