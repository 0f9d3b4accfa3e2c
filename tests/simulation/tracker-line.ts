// A reader's presence at the tracker: the production's conversation, over a socket that takes its time. Connecting costs
// a round trip, the upgrade to a WebSocket another, and each message a delay.

import type { Millis, SwarmEvent } from "../../peer-node/core/events.ts";
import { TrackerConversation } from "../../peer-node/tracker/tracker-conversation.ts";
import type { Registration, TrackerEffect, TrackerEvent } from "../../peer-node/tracker/tracker-events.ts";
import type { ReaderId } from "../../shared/ids.ts";
import type { SublistEntry } from "../../shared/tracker-api/fields.ts";
import type { TrackerMessage } from "../../shared/tracker-api/flags.ts";
import { Alarm, type EventQueue } from "./event-queue.ts";
import type { Tracker, Wire } from "./tracker.ts";

/** Who registers, where it stands, and who hears what comes of it. */
export interface TrackerLineOptions {
  readonly events: EventQueue;
  readonly delayMs: Millis;
  readonly tracker: Tracker;
  readonly reader: ReaderId;
  readonly host: string;
  readonly registration: Omit<Registration, "secret">;
  readonly random: () => number;
  /** Told what an engine is told of the tracker. */
  readonly tell: (event: Extract<SwarmEvent, { readonly type: "listed" | "called" | "tracker" }>) => void;
}

/** What the tracker said when it told of readers. */
interface Listed {
  readonly sublist?: readonly SublistEntry[];
  readonly readers: number;
  readonly complete: number;
}

export class TrackerLine {
  readonly #options: TrackerLineOptions;
  readonly #conversation: TrackerConversation;
  readonly #alarm: Alarm;
  #wire: Wire | undefined;
  #pagesHeld: number;
  #isGone = false;

  constructor(options: TrackerLineOptions) {
    this.#options = options;
    const { events, reader, registration, random } = options;
    this.#pagesHeld = registration.pagesHeld;
    this.#conversation = new TrackerConversation({ ...registration, secret: reader }, random);
    this.#alarm = new Alarm(events, () => this.#tell({ type: "timePassed" }));
  }

  /** Begins to register. */
  start(): void {
    this.#carryOut(this.#conversation.start(this.#options.events.now));
  }

  wantReaders(): void {
    this.#tell({ type: "wantReaders" });
  }

  holding(pagesHeld: number): void {
    if (pagesHeld === this.#pagesHeld) return;
    this.#pagesHeld = pagesHeld;
    this.#tell({ type: "holding", pagesHeld });
  }

  call(reader: ReaderId): void {
    this.#tell({ type: "call", reader });
  }

  report(reader: ReaderId, reason: "no-connection" | "no-answer"): void {
    this.#tell({ type: "suspect", reader, reason });
  }

  leave(): void {
    this.#tell({ type: "leave" });
  }

  /** The machine is gone: the tracker hears the socket break, or nothing. */
  vanish(isHeard: boolean): void {
    this.#isGone = true;
    const { events, delayMs, tracker } = this.#options;
    const wire = this.#wire;
    if (wire !== undefined && isHeard) tracker.events.at(events.now + delayMs, () => tracker.dropped(wire));
  }

  #tell(event: TrackerEvent): void {
    if (!this.#isGone) this.#carryOut(this.#conversation.handle(event, this.#options.events.now));
  }

  #carryOut(effects: readonly TrackerEffect[]): void {
    for (const effect of effects) this.#do(effect);
    const wakeAt = this.#conversation.nextWakeAt();
    if (wakeAt !== undefined) this.#alarm.set(wakeAt);
  }

  #do(effect: TrackerEffect): void {
    switch (effect.type) {
      case "connect":
        return this.#connect();
      case "send":
        return this.#send(effect.message);
      case "disconnect":
        return this.#disconnect();
      case "registered":
        this.#options.tell({ type: "tracker", ready: true });
        return this.#listed(effect.answer);
      case "listed":
      case "health":
        return this.#listed(effect);
      case "called":
        return this.#options.tell(effect);
      case "refused":
      case "lost":
        return this.#options.tell({ type: "tracker", ready: false });
      case "back":
        return;
      case "left":
        this.#isGone = true;
        return;
      default:
        effect satisfies never;
    }
  }

  #connect(): void {
    const { events, delayMs, tracker, reader, host } = this.#options;
    const isCurrent = () => this.#wire === wire;
    const later = (event: TrackerEvent) =>
      events.at(tracker.events.now + delayMs, () => {
        if (isCurrent()) this.#tell(event);
      });
    const wire: Wire = {
      reader,
      host,
      send: (message: TrackerMessage) => later({ type: "received", message }),
      cut: () => later({ type: "dropped", reason: "the tracker closed" }),
    };
    this.#wire = wire;
    events.after(4 * delayMs, () => {
      if (!isCurrent()) return;
      this.#tell(tracker.isUp ? { type: "opened", privateHosts: [] } : { type: "dropped", reason: "nobody listens" });
    });
  }

  #send(message: Parameters<Tracker["received"]>[1]): void {
    const { events, delayMs, tracker } = this.#options;
    const wire = this.#wire;
    if (wire !== undefined) tracker.events.at(events.now + delayMs, () => tracker.received(wire, message));
  }

  #disconnect(): void {
    const { events, delayMs, tracker } = this.#options;
    const wire = this.#wire;
    this.#wire = undefined;
    if (wire !== undefined) tracker.events.at(events.now + delayMs, () => tracker.dropped(wire));
  }

  #listed({ sublist = [], readers, complete }: Listed): void {
    const dialable = sublist.filter((entry) => entry.dialable);
    const isComplete = this.#pagesHeld === this.#options.registration.pages;
    this.#options.tell({
      type: "listed",
      readers: dialable.map(({ readerId, addresses }) => ({ reader: readerId, addresses })),
      others: Math.max(0, readers - 1),
      othersComplete: Math.max(0, complete - (isComplete ? 1 : 0)),
    });
  }
}
