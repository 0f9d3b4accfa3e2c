// How long each thing on a link may take: the one table of times that end something. It says what is overdue and when
// something next will be; what follows from that is the swarm's.

import type { Millis } from "./events.ts";
import type { Fetching } from "./fetching.ts";
import { HELLO_MS, PING_AFTER_MS, SILENCE_MS_MAX, STALL_MS_MIN } from "./policy.ts";
import type { Session } from "./session.ts";

/** greeting: the session did not open. silence: nothing was heard. ping: one is due. stall: asked pages do not come. */
export type Overdue = "greeting" | "silence" | "ping" | "stall";

/** Nothing that starts to wait is overdue sooner. */
const SHORTEST_PATIENCE_MS: Millis = Math.min(HELLO_MS, PING_AFTER_MS, SILENCE_MS_MAX, STALL_MS_MIN);

export class Patience {
  readonly #fetching: Fetching;
  #nextAt: Millis = 0;

  constructor(fetching: Fetching) {
    this.#fetching = fetching;
  }

  /** When something on some link may next be overdue: a time that is cheap to know, and never too late. */
  get nextAt(): Millis {
    return this.#nextAt;
  }

  /** Every session was looked at. Whatever starts to wait from now on has the shortest patience at least. */
  looked(sessions: Iterable<Session>, now: Millis): void {
    this.#nextAt = now + SHORTEST_PATIENCE_MS;
    for (const session of sessions) {
      for (const [, at] of this.#times(session, now)) this.#nextAt = Math.min(this.#nextAt, at);
    }
  }

  /** What is overdue on this session now, gravest first. */
  overdue(session: Session, now: Millis): readonly Overdue[] {
    return this.#times(session, now).flatMap(([what, at]) => (now >= at ? [what] : []));
  }

  #times(session: Session, now: Millis): readonly (readonly [Overdue, Millis])[] {
    if (session.state !== "open") return [["greeting", session.openedAt + HELLO_MS]];
    const { heardAt, pingedAt = heardAt } = session;
    return [
      ["silence", heardAt + SILENCE_MS_MAX],
      ["ping", pingedAt + PING_AFTER_MS],
      ["stall", this.#fetching.stallAt(session, now) ?? Number.POSITIVE_INFINITY],
    ];
  }
}
