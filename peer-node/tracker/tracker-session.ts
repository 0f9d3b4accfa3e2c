// A reader's presence at a tracker: the conversation, carried out with a socket, a clock and chance. It decides
// nothing; whoever owns it hears through handlers.

import type { BookId, ReaderId } from "../../shared/ids.ts";
import type { ReaderAddress, SublistEntry } from "../../shared/tracker-api/fields.ts";
import { showOtherFamily } from "./other-family.ts";
import { TrackerConversation } from "./tracker-conversation.ts";
import type { Registered, Registration, ReportReason, TrackerEffect, TrackerEvent } from "./tracker-events.ts";
import type { TrackerAddress } from "./tracker-request.ts";
import { TrackerSocket } from "./tracker-socket.ts";

/** Who is told what becomes of the registration. Nothing is told after `refused`, or after `leave` has settled. */
export interface TrackerSessionHandlers {
  /** Registered, at first and after every loss; `answer` brings a first sublist. */
  readonly registered: (answer: Registered) => void;
  /** The answer to `wantReaders`. */
  readonly listed: (list: {
    readonly sublist: readonly SublistEntry[];
    readonly readers: number;
    readonly complete: number;
  }) => void;
  /** A reader wishes to be dialled by us, because it cannot dial us; the tracker has reached it at `addresses`. */
  readonly called: (reader: ReaderId, addresses: readonly ReaderAddress[]) => void;
  /** How the book fares, with every heartbeat. */
  readonly health: (health: { readonly readers: number; readonly complete: number }) => void;
  /** Refused for good: an unknown or removed book, a missing token, another process in this reader's place. */
  readonly refused: (code: string, message: string) => void;
  /** Out of reach, at first or later; tried again until `leave`. */
  readonly lost: (reason: string) => void;
  readonly back: () => void;
}

export interface TrackerSessionOptions {
  readonly address: TrackerAddress;
  readonly bookId: BookId;
  readonly registration: Registration;
  readonly random?: () => number;
}

export class TrackerSession {
  readonly #options: TrackerSessionOptions;
  readonly #handlers: TrackerSessionHandlers;
  readonly #conversation: TrackerConversation;
  readonly #left = Promise.withResolvers<void>();
  readonly #leaving = new AbortController();
  #socket: TrackerSocket | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TrackerSessionOptions, handlers: TrackerSessionHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#conversation = new TrackerConversation(options.registration, options.random ?? Math.random);
  }

  /**
   * Begins to register; to be called once.
   * @throws TrackerFault "not-private" when the credential must not travel to this tracker
   */
  start(): void {
    this.#carryOut(this.#conversation.start(performance.now()));
  }

  /** Asks for more readers, as soon as that is polite. */
  wantReaders(): void {
    this.#tell({ type: "wantReaders" });
  }

  /** Says how many pages are held, now and then. */
  holding(pagesHeld: number): void {
    this.#tell({ type: "holding", pagesHeld });
  }

  /** Reports a reader that does not answer. */
  report(reader: ReaderId, reason: ReportReason): void {
    this.#tell({ type: "suspect", reader, reason });
  }

  /** Lets a reader dial us that cannot be dialled. Whether it does is seen on the port, and nowhere else. */
  call(reader: ReaderId): void {
    this.#tell({ type: "call", reader });
  }

  /** Deregisters, without waiting long for a tracker that is slow. Settles when nothing is left open. */
  async leave(): Promise<void> {
    this.#leaving.abort();
    this.#tell({ type: "leave" });
    await this.#left.promise;
  }

  #tell(event: TrackerEvent): void {
    this.#carryOut(this.#conversation.handle(event, performance.now()));
  }

  #carryOut(effects: readonly TrackerEffect[]): void {
    for (const effect of effects) this.#do(effect);
    clearTimeout(this.#timer);
    const wakeAt = this.#conversation.nextWakeAt();
    if (wakeAt === undefined) return;
    this.#timer = setTimeout(
      () => this.#tell({ type: "timePassed" }),
      Math.max(0, Math.ceil(wakeAt - performance.now())),
    );
  }

  #showOtherFamily({ observed }: Registered): void {
    const { address, bookId, registration } = this.#options;
    const { secret, port } = registration;
    if (port !== 0) showOtherFamily(address, bookId, { secret, observed }, { signal: this.#leaving.signal });
  }

  #do(effect: TrackerEffect): void {
    switch (effect.type) {
      case "connect":
        this.#socket = new TrackerSocket(this.#options.address, this.#options.bookId, (event) => this.#tell(event));
        return;
      case "send":
        return this.#socket?.send(effect.message);
      case "disconnect":
        this.#socket?.close();
        this.#socket = undefined;
        return;
      case "registered":
        this.#showOtherFamily(effect.answer);
        return this.#handlers.registered(effect.answer);
      case "listed":
        return this.#handlers.listed(effect);
      case "called":
        return this.#handlers.called(effect.reader, effect.addresses);
      case "health":
        return this.#handlers.health(effect);
      case "refused":
        this.#left.resolve();
        return this.#handlers.refused(effect.code, effect.message);
      case "lost":
        return this.#handlers.lost(effect.reason);
      case "back":
        return this.#handlers.back();
      case "left":
        return this.#left.resolve();
      default:
        effect satisfies never;
    }
  }
}
