// How long each thing on a link may take, and what becomes of one that takes longer: the one table of times that end
// something.

import type { LinkFault } from "../../shared/faults.ts";
import type { Millis } from "./events.ts";
import type { Fetching } from "./fetching.ts";
import type { Outbox } from "./outbox.ts";
import { HELLO_MS, PING_AFTER_MS, SILENCE_MS_MAX, STALL_MS_MIN, STALLS_MAX } from "./policy.ts";
import type { Session } from "./session.ts";
import type { SessionTable } from "./session-table.ts";

/** greeting: the session did not open. silence: nothing was heard. ping: one is due. stall: asked pages do not come. */
type Overdue = "greeting" | "silence" | "ping" | "stall";

/** Nothing that starts to wait is overdue sooner. */
const SHORTEST_PATIENCE_MS: Millis = Math.min(HELLO_MS, PING_AFTER_MS, SILENCE_MS_MAX, STALL_MS_MIN);

/** What looking at the time needs of a swarm. */
export interface PatienceOptions {
  readonly fetching: Fetching;
  readonly sessions: SessionTable;
  readonly out: Outbox;
  /** Ends a session for a reason that the other side is told. */
  readonly end: (session: Session, fault: LinkFault, message: string, now: Millis) => void;
}

export class Patience {
  readonly #options: PatienceOptions;
  #nextAt: Millis = 0;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  /** When something on some link may next be overdue: a time that is cheap to know, and never too late. */
  get nextAt(): Millis {
    return this.#nextAt;
  }

  /** Looks at every session on which something may be overdue, and does what follows. */
  check(now: Millis): void {
    if (now < this.#nextAt) return;
    const { sessions } = this.#options;
    for (const session of sessions) this.#check(session, now);
    // Whatever starts to wait from now on has the shortest patience at least.
    this.#nextAt = now + SHORTEST_PATIENCE_MS;
    for (const session of sessions) {
      for (const [, at] of this.#times(session, now)) this.#nextAt = Math.min(this.#nextAt, at);
    }
  }

  /** Gravest first: what ends the session ends the look at it. */
  #check(session: Session, now: Millis): void {
    const { out, end } = this.#options;
    for (const [what, at] of this.#times(session, now)) {
      if (now < at) continue;
      switch (what) {
        case "greeting":
          return end(session, "silent", "No hello came in time", now);
        case "silence":
          return end(session, "silent", "Nothing was heard in time", now);
        case "ping":
          session.pingedAt = now;
          out.send(session.link, { flag: "ping" });
          break;
        case "stall":
          this.#stalled(session, now);
          break;
        default:
          what satisfies never;
      }
    }
  }

  #stalled(session: Session, now: Millis): void {
    const { fetching, out, end } = this.#options;
    fetching.stalled(session, now);
    if (session.stalls < STALLS_MAX) return;
    out.add({ type: "report", reader: session.reader, reason: "no-answer" });
    end(session, "silent", "Asked pages did not come in time", now);
  }

  #times(session: Session, now: Millis): readonly (readonly [Overdue, Millis])[] {
    if (session.state !== "open") return [["greeting", session.openedAt + HELLO_MS]];
    const { heardAt, pingedAt = heardAt } = session;
    return [
      ["silence", heardAt + SILENCE_MS_MAX],
      ["ping", pingedAt + PING_AFTER_MS],
      ["stall", this.#options.fetching.stallAt(session, now) ?? Number.POSITIVE_INFINITY],
    ];
  }
}
