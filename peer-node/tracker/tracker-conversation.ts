// The conversation of one reader with one tracker about one book: register, answer heartbeats, ask for readers, say
// how far we are, report, call, leave; and come back after a loss, not all at once. Pure: events in, effects out, with time
// and chance as arguments. The sockets are tracker-session.ts's.

import type { ReaderId } from "../../shared/ids.ts";
import type { ReaderMessage, TrackerMessage } from "../../shared/tracker-api/flags.ts";
import { TRACKER_API_VERSION } from "../../shared/tracker-api/limits.ts";
import type { Millis } from "../core/events.ts";
import { backOffMs } from "./back-off.ts";
import {
  BACK_OFF_MS_MAX,
  BACK_OFF_MS_MIN,
  BACK_OFF_REFUSED_MS_MAX,
  CROWD_MS_MAX,
  DIAL_BACK_MS,
  LEAVE_MS_MAX,
  LIST_SPACING_MS,
  PROGRESS_SPACING_MS,
  REGISTER_MS_MAX,
  REGISTRATIONS_PER_SECOND,
  REPORT_SPACING_MS,
  REPORTS_WAITING_MAX,
  SILENT_PERIODS_MAX,
} from "./limits.ts";
import type { Registration, ReportReason, TrackerEffect, TrackerEvent } from "./tracker-events.ts";
import { mayPass } from "./tracker-faults.ts";

type State =
  | { readonly name: "new" }
  /** A socket is being opened, then the registration is under way. */
  | { readonly name: "connecting" | "registering"; readonly until: Millis }
  /** All is well until the tracker has been silent for too long. */
  | { readonly name: "registered"; readonly until: Millis }
  /** Out of reach; the next try comes. */
  | { readonly name: "waiting"; readonly until: Millis }
  /** The tracker was told that we leave. */
  | { readonly name: "leaving"; readonly until: Millis }
  | { readonly name: "over" };

export class TrackerConversation {
  readonly #self: Registration;
  readonly #random: () => number;
  #state: State = { name: "new" };
  #effects: TrackerEffect[] = [];
  /** Tries that failed since a heartbeat was heard. */
  #failures = 0;
  /** True from the first failed try on, until the tracker is back. */
  #lost = false;
  /** Readers of the book when last heard of. */
  #readers = 0;
  #silenceMs = 0;
  #wantsReaders = false;
  #listableAt: Millis = 0;
  #pagesHeld: number;
  #pagesTold = 0;
  #progressAt: Millis = 0;
  readonly #reports = new Map<ReaderId, ReportReason>();
  #reportableAt: Millis = 0;

  /** @param random - a number from 0 up to, not including, 1 */
  constructor(self: Registration, random: () => number) {
    this.#self = self;
    this.#pagesHeld = self.pagesHeld;
    this.#random = random;
  }

  /** Begins; to be called once. */
  start(now: Millis): readonly TrackerEffect[] {
    this.#connect(now);
    return this.#take();
  }

  /** Applies one event at `now`; returns what to do, in order. Never throws on what the tracker says. */
  handle(event: TrackerEvent, now: Millis): readonly TrackerEffect[] {
    this.#apply(event, now);
    this.#passTime(now);
    return this.#take();
  }

  /** When to send `timePassed` next; undefined when nothing is waiting. */
  nextWakeAt(): Millis | undefined {
    const state = this.#state;
    if (state.name === "new" || state.name === "over") return undefined;
    if (state.name !== "registered") return state.until;
    const wakes = [state.until];
    if (this.#wantsReaders) wakes.push(this.#listableAt);
    if (this.#pagesHeld !== this.#pagesTold) wakes.push(this.#progressAt);
    if (this.#reports.size > 0) wakes.push(this.#reportableAt);
    return Math.min(...wakes);
  }

  #apply(event: TrackerEvent, now: Millis): void {
    const { name } = this.#state;
    if (name === "over") return;
    switch (event.type) {
      case "opened":
        if (name === "connecting") this.#register(event.privateHosts, now);
        return;
      case "received":
        return this.#received(event.message, now);
      case "refused":
        return this.#refused(event.code, event.message, now);
      case "dropped":
        return this.#dropped(event.reason, now);
      case "wantReaders":
        this.#wantsReaders = true;
        return;
      case "holding":
        this.#pagesHeld = event.pagesHeld;
        // Whoever holds the whole book is looked for; that is told at once.
        if (event.pagesHeld === this.#self.pages) this.#progressAt = now;
        return;
      case "suspect":
        if (name === "registered" && this.#reports.size < REPORTS_WAITING_MAX) {
          this.#reports.set(event.reader, event.reason);
        }
        return;
      case "call":
        // A call that cannot be made now is not made later: whoever wished for it asks again.
        if (name === "registered") this.#send({ flag: "CAL", readerId: event.reader });
        return;
      case "leave":
        return this.#leave(now);
      case "timePassed":
        return;
      default:
        event satisfies never;
    }
  }

  #received(message: TrackerMessage, now: Millis): void {
    const { name } = this.#state;
    if (message.flag === "NAY") return this.#refused(message.code, message.message, now);
    if (name === "leaving" && message.flag === "DNE") return this.#end();
    if (name === "registering" && message.flag === "CON") return this.#registered(message, now);
    if (name !== "registered") return;
    if (message.flag === "LST") {
      const { sublist, readers, complete } = message;
      this.#readers = readers;
      this.#effects.push({ type: "listed", sublist, readers, complete });
    }
    if (message.flag === "CAL") {
      this.#effects.push({ type: "called", reader: message.readerId, addresses: message.addresses });
    }
    if (message.flag === "HBT") {
      const { readers, complete, heartbeatSeconds } = message;
      this.#readers = readers;
      this.#failures = 0;
      this.#silenceMs = heartbeatSeconds * 1000 * SILENT_PERIODS_MAX;
      this.#send({ flag: "ALV" });
      this.#effects.push({ type: "health", readers, complete });
    }
    this.#heard(now);
  }

  #connect(now: Millis): void {
    this.#state = { name: "connecting", until: now + REGISTER_MS_MAX };
    this.#effects.push({ type: "connect" });
  }

  #register(privateHosts: readonly string[], now: Millis): void {
    const { secret, port, silent } = this.#self;
    this.#state = { name: "registering", until: now + REGISTER_MS_MAX };
    this.#pagesTold = this.#pagesHeld;
    const pagesHeld = this.#pagesHeld;
    this.#send({ flag: "CON", version: TRACKER_API_VERSION, secret, port, privateHosts, pagesHeld, silent });
  }

  #registered({ flag: _, ...answer }: Extract<TrackerMessage, { flag: "CON" }>, now: Millis): void {
    this.#silenceMs = answer.heartbeatSeconds * 1000 * SILENT_PERIODS_MAX;
    this.#state = { name: "registered", until: now + this.#silenceMs };
    this.#readers = answer.readers;
    // The answer brought a sublist: what was wanted is here, unless some of it is still being dialled back, as whoever
    // came in the same moment is, and as we are ourselves: whom we may call is known when our own port has answered.
    this.#wantsReaders = answer.sublist.some(
      ({ addresses, dialable, callable }) => !dialable && !callable && (addresses.length > 0 || this.#self.port !== 0),
    );
    this.#listableAt = now + (this.#wantsReaders ? DIAL_BACK_MS : LIST_SPACING_MS);
    this.#progressAt = now + PROGRESS_SPACING_MS;
    this.#effects.push({ type: "registered", answer });
    if (this.#lost) this.#effects.push({ type: "back" });
    this.#lost = false;
  }

  /** A sign of life prolongs the patience, and never cuts it: a heartbeat out of turn may name a short period. */
  #heard(now: Millis): void {
    if (this.#state.name !== "registered") return;
    this.#state = { name: "registered", until: Math.max(this.#state.until, now + this.#silenceMs) };
  }

  #refused(code: string, message: string, now: Millis): void {
    if (this.#state.name === "leaving") return this.#end();
    if (this.#state.name === "waiting") return;
    if (mayPass(code)) return this.#dropped(message, now, BACK_OFF_REFUSED_MS_MAX);
    this.#state = { name: "over" };
    this.#effects.push({ type: "disconnect" }, { type: "refused", code, message });
  }

  /** @param waitMsMax - how rare tries may become */
  #dropped(reason: string, now: Millis, waitMsMax: Millis = BACK_OFF_MS_MAX): void {
    if (this.#state.name === "leaving") return this.#end();
    if (this.#state.name === "waiting" || this.#state.name === "new") return;
    this.#failures++;
    this.#reports.clear();
    const crowd = Math.min(CROWD_MS_MAX, (this.#readers / REGISTRATIONS_PER_SECOND) * 1000);
    const spread = { min: BACK_OFF_MS_MIN, max: waitMsMax, crowd };
    const waitMs = backOffMs(this.#failures, spread, this.#random);
    this.#state = { name: "waiting", until: now + waitMs };
    this.#effects.push({ type: "disconnect" });
    if (!this.#lost) this.#effects.push({ type: "lost", reason });
    this.#lost = true;
  }

  #leave(now: Millis): void {
    if (this.#state.name === "leaving") return;
    if (this.#state.name !== "registered") return this.#end();
    this.#state = { name: "leaving", until: now + LEAVE_MS_MAX };
    this.#send({ flag: "DRG" });
  }

  #end(): void {
    this.#state = { name: "over" };
    this.#effects.push({ type: "disconnect" }, { type: "left" });
  }

  #passTime(now: Millis): void {
    const state = this.#state;
    if (state.name === "new" || state.name === "over") return;
    if (state.name === "registered") this.#sendDue(now);
    if (now < state.until) return;
    if (state.name === "leaving") this.#end();
    else if (state.name === "waiting") this.#connect(now);
    else this.#dropped("the tracker does not answer", now);
  }

  /** What was held back so that the tracker is not asked too often. */
  #sendDue(now: Millis): void {
    if (this.#wantsReaders && now >= this.#listableAt) {
      this.#wantsReaders = false;
      this.#listableAt = now + LIST_SPACING_MS;
      this.#send({ flag: "LST" });
    }
    if (this.#pagesHeld !== this.#pagesTold && now >= this.#progressAt) {
      this.#pagesTold = this.#pagesHeld;
      this.#progressAt = now + PROGRESS_SPACING_MS;
      this.#send({ flag: "PRG", pagesHeld: this.#pagesHeld });
    }
    const [report] = this.#reports;
    if (report !== undefined && now >= this.#reportableAt) {
      const [readerId, reason] = report;
      this.#reports.delete(readerId);
      this.#reportableAt = now + REPORT_SPACING_MS;
      this.#send({ flag: "ERR", readerId, reason });
    }
  }

  #send(message: ReaderMessage): void {
    this.#effects.push({ type: "send", message });
  }

  #take(): readonly TrackerEffect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}
