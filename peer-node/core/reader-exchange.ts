// Where readers come from while no tracker can be asked: a reader that has too few links asks its neighbours, and each
// answers with readers that it has reached itself. Nothing is flooded, because only an answer brings names, and an
// answer is a hint: it is dialled within a budget, never redialled when it fails, and vouches for nobody.

import { Violation } from "../../shared/faults.ts";
import { isShared } from "../../shared/hosts.ts";
import { DIALLED_PORT_MIN, MET_READERS_MAX } from "../../shared/limits.ts";
import type { MetReader } from "../../shared/wire/messages.ts";
import type { Millis } from "./events.ts";
import type { Neighbours } from "./neighbours.ts";
import type { Outbox } from "./outbox.ts";
import { Pace } from "./pace.ts";
import { HINT_MS, HINTS_AT_ONCE, MEET_MS_MIN, SEEK_MS_MAX, SEEK_MS_MIN } from "./policy.ts";
import type { Session } from "./session.ts";

export class ReaderExchange {
  readonly #neighbours: Neighbours;
  readonly #out: Outbox;
  readonly #random: () => number;
  /** Sessions that owe us an answer. */
  readonly #asked = new WeakSet<Session>();
  /** When each session was last told something. */
  readonly #toldAt = new WeakMap<Session, Millis>();
  #seekAt: Millis = Number.NEGATIVE_INFINITY;
  #waitMs = SEEK_MS_MIN;
  /** At which hints are taken. */
  readonly #pace = new Pace(HINTS_AT_ONCE, HINT_MS);

  constructor(neighbours: Neighbours, out: Outbox, random: () => number) {
    this.#neighbours = neighbours;
    this.#out = out;
    this.#random = random;
  }

  /** When `seek` may next ask; undefined when only news can change that. */
  nextAt(): Millis | undefined {
    return this.#neighbours.lacksTracker ? this.#seekAt : undefined;
  }

  /** Asks every neighbour for readers, if there is no tracker and it is time. */
  seek(sessions: Iterable<Session>, now: Millis): void {
    if (!this.#neighbours.lacksTracker || now < this.#seekAt) return;
    const neighbours = [...sessions].filter((session) => session.state === "open" && !this.#asked.has(session));
    for (const session of neighbours) {
      this.#asked.add(session);
      this.#out.send(session.link, { flag: "seek" });
    }
    this.#seekAt = now + this.#waitMs * (1 + this.#random() / 4);
    // Rounds get rarer while they bring nothing new; one in which there was nobody to ask says nothing.
    if (neighbours.length > 0) this.#waitMs = Math.min(SEEK_MS_MAX, this.#waitMs * 2);
  }

  /** A neighbour asks: it is told of readers whose addresses mean to it what they mean to us, or of nobody when it asks too often. */
  sought(session: Session, now: Millis): void {
    const toldAt = this.#toldAt.get(session) ?? Number.NEGATIVE_INFINITY;
    const known = now - toldAt < MEET_MS_MIN ? [] : this.#neighbours.reached();
    this.#toldAt.set(session, now);
    const mayHear = known.filter(({ reader, host }) => reader !== session.reader && isShared(host, session.host));
    this.#out.send(session.link, { flag: "meet", readers: this.#draw(mayHear, MET_READERS_MAX) });
  }

  /** A neighbour answers. @throws Violation when it was not asked */
  met(session: Session, readers: readonly MetReader[], now: Millis): void {
    if (!this.#asked.delete(session)) throw new Violation("out-of-turn", "Readers were named and nobody had asked");
    for (const { reader, host, port } of readers) {
      if (port < DIALLED_PORT_MIN || !isShared(host, session.host)) continue;
      if (!this.#neighbours.isNewcomer(reader) || !this.#mayTake(now)) continue;
      this.#neighbours.hinted(reader, { host, port }, now);
      this.#waitMs = SEEK_MS_MIN;
    }
  }

  #mayTake(now: Millis): boolean {
    if (this.#pace.readyAt(now) > now) return false;
    this.#pace.take(now);
    return true;
  }

  #draw<Item>(items: readonly Item[], most: number): readonly Item[] {
    const left = [...items];
    const drawn: Item[] = [];
    while (drawn.length < most && left.length > 0)
      drawn.push(...left.splice(Math.floor(this.#random() * left.length), 1));
    return drawn;
  }
}
