// The sessions of one swarm, and which of them may have room for asks since the last event began.

import type { ReaderId } from "../../shared/ids.ts";
import type { LinkId } from "./events.ts";
import { LINKS_MAX } from "./policy.ts";
import type { Session } from "./session.ts";

/** Who sent a page, also when its link is gone. */
export type Sender = Pick<Session, "reader" | "host" | "isVouched" | "dialled">;

const NOBODY: readonly Session[] = [];

export class SessionTable implements Iterable<Session> {
  readonly #sessions = new Map<LinkId, Session>();
  /** Each once. A list, because most of the time it is of one. */
  #hungry: Session[] = [];
  /** Of links that ended lately, the oldest first: pages that came on them may still be looked at. */
  readonly #ended = new Map<LinkId, Sender>();

  get size(): number {
    return this.#sessions.size;
  }

  /** The sessions as they are now; the caller may end some of them on the way. */
  [Symbol.iterator](): Iterator<Session> {
    return [...this.#sessions.values()][Symbol.iterator]();
  }

  get(link: LinkId): Session | undefined {
    return this.#sessions.get(link);
  }

  /** Who was at the other end of a link that there is, or that ended lately. */
  sender(link: LinkId): Sender | undefined {
    return this.#sessions.get(link) ?? this.#ended.get(link);
  }

  has(session: Session): boolean {
    return this.#sessions.get(session.link) === session;
  }

  add(session: Session): void {
    this.#sessions.set(session.link, session);
  }

  /** Forgets a session; false when it was forgotten before. */
  delete(session: Session): boolean {
    if (this.#hungry.length > 0) this.#hungry = this.#hungry.filter((each) => each !== session);
    if (!this.#sessions.delete(session.link)) return false;
    if (session.pagesReceived > 0) this.#remember(session);
    return true;
  }

  #remember({ link, reader, host, isVouched, dialled }: Session): void {
    this.#ended.set(link, { reader, host, isVouched, dialled });
    for (const oldest of this.#ended.keys()) {
      if (this.#ended.size <= LINKS_MAX) break;
      this.#ended.delete(oldest);
    }
  }

  /** The session with this reader, if there is one. */
  withReader(reader: ReaderId): Session | undefined {
    for (const session of this.#sessions.values()) if (session.reader === reader) return session;
    return undefined;
  }

  /** This session may have room for asks. */
  hunger(session: Session): void {
    if (this.has(session) && !this.#hungry.includes(session)) this.#hungry.push(session);
  }

  /** Every session may have room for asks. */
  hungerAll(): void {
    // Asked for each page that is wanted, of which there may be a million.
    if (this.#hungry.length === this.#sessions.size) return;
    for (const session of this.#sessions.values()) this.hunger(session);
  }

  /** Sessions that may have room for asks; each is named once. */
  takeHungry(): readonly Session[] {
    if (this.#hungry.length === 0) return NOBODY;
    const hungry = this.#hungry;
    this.#hungry = [];
    return hungry;
  }
}
