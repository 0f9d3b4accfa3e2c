// Which link to give up when there are as many as there should be, so that a swarm does not set into the shape that it
// happened to have at the start: now and then the least useful one, measured by the page bytes that moved on it in
// either direction. It only names the link; who takes its place is not its business.

import type { Millis } from "./events.ts";
import { TURNOVER_MS, TURNOVER_SHARE } from "./policy.ts";
import type { Session } from "./session.ts";

export class Turnover {
  #lookAt: Millis | undefined;
  /** Page bytes that had moved on each session at the last look. */
  #moved = new Map<Session, number>();

  /** When to look next; undefined before the first look. */
  get nextAt(): Millis | undefined {
    return this.#lookAt;
  }

  /** True when it is time to look: at first, and then once in TURNOVER_MS. */
  isDue(now: Millis): boolean {
    return this.#lookAt === undefined || now >= this.#lookAt;
  }

  /**
   * Looks at the links.
   * @param full - number of links from which on one may go
   * @returns the one to give up; undefined at the first look, while there are few or only young ones, or when all are
   *   about equally useful
   */
  leastUseful(sessions: readonly Session[], full: number, now: Millis): Session | undefined {
    const isFirst = this.#lookAt === undefined;
    this.#lookAt = now + TURNOVER_MS;
    const before = this.#moved;
    this.#moved = new Map(sessions.map((session) => [session, movedOn(session)]));
    if (isFirst || sessions.length < full) return undefined;
    // Whoever came since the last look has yet to have its chance.
    const uses = sessions.flatMap((session) => {
      const then = before.get(session);
      return then === undefined ? [] : [{ session, bytes: movedOn(session) - then }];
    });
    const [least] = uses.sort((a, b) => a.bytes - b.bytes);
    const mean = uses.reduce((sum, { bytes }) => sum + bytes, 0) / uses.length;
    return least !== undefined && least.bytes <= mean * TURNOVER_SHARE ? least.session : undefined;
  }
}

function movedOn({ received, delivered }: Session): number {
  return received.total + delivered.total;
}
