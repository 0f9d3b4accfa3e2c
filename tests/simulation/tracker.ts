// The tracker: the production's reader list, sublists, heartbeats, reports and dialling back, with sockets that only
// carry messages. Where the production's shell decides nothing (alarms, storage, limits against abuse) nothing stands here.

import type { Millis } from "../../peer-node/core/events.ts";
import type { Book } from "../../shared/book.ts";
import type { BookId, ReaderId } from "../../shared/ids.ts";
import type { SublistEntry } from "../../shared/tracker-api/fields.ts";
import type { ReaderMessage, TrackerMessage } from "../../shared/tracker-api/flags.ts";
import { addressesFor } from "../../tracker-worker/domain/addresses.ts";
import { addressesOfCaller } from "../../tracker-worker/domain/call.ts";
import { firstPulse, type Patient, planRound, tempoOf } from "../../tracker-worker/domain/heartbeat.ts";
import { dialled, dialling, isDialDue, isNews } from "../../tracker-worker/domain/reach.ts";
import type { Reader } from "../../tracker-worker/domain/reader.ts";
import { ReaderList } from "../../tracker-worker/domain/reader-list.ts";
import { type ReportLimits, weighReport } from "../../tracker-worker/domain/report.ts";
import { drawSublist } from "../../tracker-worker/domain/sublist.ts";
import { perMinute } from "../../tracker-worker/domain/token-bucket.ts";
import { LIMITS } from "../../tracker-worker/limits.ts";
import { Alarm, type EventQueue } from "./event-queue.ts";

/** A reader's socket, as the tracker has it. */
export interface Wire {
  readonly reader: ReaderId;
  readonly host: string;
  send(message: TrackerMessage): void;
  /** The tracker's end is gone. */
  cut(): void;
}

interface Sitter extends Patient {
  readonly reader: Reader;
}

const TEMPO = tempoOf(undefined);

const REPORTS: ReportLimits = {
  perReporter: perMinute(LIMITS.REPORTS_PER_MINUTE.fallback),
  challengeGapMs: 60_000 / LIMITS.CHALLENGES_PER_MINUTE.fallback,
};

export class Tracker {
  isUp = true;
  readonly #readers: ReaderList;
  readonly #wires = new Map<ReaderId, Wire>();
  readonly events: EventQueue;
  readonly #random: () => number;
  readonly #canReach: (host: string) => boolean;
  readonly #dialMs: Millis;
  readonly #rounds: Alarm;
  readonly #bookId: BookId;

  /**
   * @param canReach - whether a dial to the address is answered
   * @param dialMs - what a dial with its proof takes
   */
  constructor(
    events: EventQueue,
    book: Book,
    random: () => number,
    { canReach, dialMs }: { readonly canReach: (host: string) => boolean; readonly dialMs: Millis },
  ) {
    this.events = events;
    this.#random = random;
    this.#canReach = canReach;
    this.#dialMs = dialMs;
    this.#bookId = book.id;
    this.#readers = new ReaderList(book.pageCount);
    this.#rounds = new Alarm(events, () => this.#round());
  }

  /** Goes away with all that it knew of who is there, or comes back with nothing. */
  turn(isUp: boolean): void {
    this.isUp = isUp;
    for (const wire of isUp ? [] : [...this.#wires.values()]) {
      this.dropped(wire);
      wire.cut();
    }
  }

  /** A message of the reader at the other end of `wire`. */
  received(wire: Wire, message: ReaderMessage): void {
    const { now } = this.events;
    if (!this.isUp) return;
    if (message.flag === "CON") return this.#register(wire, message, now);
    const known = this.#readers.get(wire.reader);
    if (known === undefined || this.#wires.get(wire.reader) !== wire) return;
    const reader = { ...known, pulse: { ...known.pulse, heardAt: now } };
    this.#readers.put(reader);
    switch (message.flag) {
      case "LST":
        return wire.send({ flag: "LST", ...this.#sublist(reader) });
      case "PRG":
        this.#rounds.set(now + TEMPO.periods[0]);
        return this.#readers.put({ ...reader, pagesHeld: message.pagesHeld });
      case "ALV":
        return;
      case "ERR":
        return this.#reported(reader, message.readerId, now);
      case "CAL":
        return this.#call(reader, message.readerId);
      case "DRG":
        wire.send({ flag: "DNE" });
        return this.dropped(wire);
      default:
        return message satisfies never;
    }
  }

  /** The socket is gone. */
  dropped(wire: Wire): void {
    if (this.#wires.get(wire.reader) !== wire) return;
    this.#wires.delete(wire.reader);
    this.#readers.remove(wire.reader);
  }

  #register(wire: Wire, message: Extract<ReaderMessage, { flag: "CON" }>, now: Millis): void {
    const { port, pagesHeld, silent } = message;
    const old = this.#wires.get(wire.reader);
    const reach = this.#readers.get(wire.reader)?.reach;
    if (old !== undefined && old !== wire) old.cut();
    const reader: Reader = {
      readerId: wire.reader,
      hosts: [wire.host],
      port,
      privateHosts: [],
      pagesHeld,
      silent,
      pulse: firstPulse(pagesHeld, now),
      ...(reach && { reach }),
    };
    this.#wires.set(wire.reader, wire);
    this.#readers.put(isNews(reader, now) ? this.#dial(reader, now) : reader);
    const heartbeatSeconds = TEMPO.periods[0] / 1_000;
    wire.send({ flag: "CON", readerId: wire.reader, observed: wire.host, heartbeatSeconds, ...this.#sublist(reader) });
    this.#rounds.set(now + TEMPO.periods[0]);
  }

  /** Dials a reader back; its verdict comes a moment later. */
  #dial(reader: Reader, now: Millis): Reader {
    const { readerId, port, hosts } = reader;
    this.events.after(this.#dialMs, () => {
      const known = this.#readers.get(readerId);
      if (known === undefined) return;
      const verdict = { readerId, port, hosts, reached: hosts.filter(this.#canReach) };
      this.#readers.put(dialled(known, { ...verdict, bookId: this.#bookId }, this.events.now));
    });
    return dialling(reader, now);
  }

  /** Passes a wish on to be dialled. */
  #call(caller: Reader, readerId: ReaderId): void {
    const called = this.#readers.get(readerId);
    if (called === undefined) return;
    const addresses = addressesOfCaller({ caller, called, interfaces: [] });
    if (addresses.length > 0) this.#wires.get(readerId)?.send({ flag: "CAL", readerId: caller.readerId, addresses });
  }

  #reported(reporter: Reader, accused: ReaderId, now: Millis): void {
    const entry = this.#readers.get(accused);
    const effect = weighReport({ reporter, accused: entry, heardAt: entry?.pulse.heardAt ?? 0 }, REPORTS, now);
    this.#readers.put(effect.reporter);
    this.#wires.get(reporter.readerId)?.send({ flag: "RCV", readerId: accused });
    if (effect.accused === undefined) return;
    this.#readers.put(this.#dial(effect.accused, now));
    const heartbeatSeconds = TEMPO.graceMs / 1_000;
    this.#wires.get(accused)?.send({ flag: "HBT", heartbeatSeconds, ...this.#readers.health });
    this.#rounds.set(now + TEMPO.graceMs);
  }

  #round(): void {
    const { now } = this.events;
    const sitters = Array.from(this.#readers, (reader): Sitter => {
      return { reader, pulse: reader.pulse, pagesHeld: reader.pagesHeld, heardAt: reader.pulse.heardAt };
    });
    const { evict, beat, period, nextAt } = planRound(sitters, now, TEMPO);
    for (const { reader } of evict) {
      const wire = this.#wires.get(reader.readerId);
      if (wire !== undefined) this.dropped(wire);
    }
    for (const { patient, pulse } of beat) {
      const reader = { ...patient.reader, pulse };
      this.#readers.put(isDialDue(reader, now) ? this.#dial(reader, now) : reader);
      const heartbeatSeconds = period / 1_000;
      this.#wires.get(reader.readerId)?.send({ flag: "HBT", heartbeatSeconds, ...this.#readers.health });
    }
    if (this.#readers.size > 0) this.#rounds.set(nextAt);
  }

  #sublist(asker: Reader): { readers: number; complete: number; sublist: readonly SublistEntry[] } {
    const sublist = drawSublist(this.#readers, asker.readerId, this.#random).map((reader) => {
      const listed = addressesFor({ reader, askerHosts: asker.hosts, interfaces: [] });
      const callable =
        !listed.dialable && addressesOfCaller({ caller: asker, called: reader, interfaces: [] }).length > 0;
      return { readerId: reader.readerId, ...listed, callable };
    });
    return { ...this.#readers.health, sublist };
  }
}
