// Tells the others what came to be held. A full page is news at once, because the swarm's speed hangs on it; small
// pages are gathered for a moment, so that ten thousand small images do not become ten thousand frames a link.

import type { PageIndex } from "../../shared/ids.ts";
import type { LinkId, Millis } from "./events.ts";
import type { Outbox } from "./outbox.ts";
import { ANNOUNCE_BYTES, ANNOUNCE_MS_MAX } from "./policy.ts";
import type { Session } from "./session.ts";

export class Announcer {
  readonly #out: Outbox;
  #pages: PageIndex[] = [];
  #bytes = 0;
  #dueAt: Millis | undefined;

  constructor(out: Outbox) {
    this.#out = out;
  }

  /** When gathered news is due; undefined when there is none. */
  get dueAt(): Millis | undefined {
    return this.#dueAt;
  }

  stored(page: PageIndex, bytes: number, now: Millis): void {
    this.#pages.push(page);
    this.#bytes += bytes;
    this.#dueAt = this.#bytes >= ANNOUNCE_BYTES ? now : (this.#dueAt ?? now + ANNOUNCE_MS_MAX);
  }

  /** What is gone again before it was told is no news. */
  lost(pages: readonly PageIndex[]): void {
    if (this.#pages.length === 0 || pages.length === 0) return;
    const gone = new Set(pages);
    this.#pages = this.#pages.filter((page) => !gone.has(page));
  }

  /** Sends what is due to everybody: for whoever sent a page it is the receipt. */
  announce(sessions: Iterable<Session>, now: Millis): void {
    if (this.#dueAt === undefined || this.#dueAt > now) return;
    const links: LinkId[] = [];
    for (const session of sessions) if (session.state !== "greeting") links.push(session.link);
    this.#out.sendPagesToAll(links, "have", this.#pages);
    this.#pages = [];
    this.#bytes = 0;
    this.#dueAt = undefined;
  }
}
