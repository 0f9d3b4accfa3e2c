import { describe, expect, it } from "vitest";
import { TrackerConversation } from "../../../peer-node/tracker/tracker-conversation.ts";
import type { TrackerEffect, TrackerEvent } from "../../../peer-node/tracker/tracker-events.ts";
import { parseReaderId } from "../../../shared/ids.ts";
import type { TrackerMessage } from "../../../shared/tracker-api/flags.ts";

const READER = parseReaderId("ee".repeat(32));
const SELF = { secret: "5e".repeat(32), port: 7000, silent: false, pages: 100, pagesHeld: 3 };
const TAKEN: TrackerMessage = {
  flag: "CON",
  readerId: READER,
  observed: "192.0.2.7",
  heartbeatSeconds: 30,
  readers: 2,
  complete: 1,
  sublist: [],
};
const BEAT: TrackerMessage = { flag: "HBT", heartbeatSeconds: 30, readers: 2, complete: 1 };
const SECOND = 1_000;

const OPENED = { type: "opened", privateHosts: ["10.0.0.4"] } as const;

/** A conversation whose clock the test moves; chance is half of everything. */
class Trial {
  readonly #conversation = new TrackerConversation(SELF, () => 0.5);
  #now = 0;
  readonly seen: TrackerEffect[] = [];

  constructor() {
    this.#see(this.#conversation.start(0));
  }

  get now(): number {
    return this.#now;
  }

  get nextWakeAt(): number | undefined {
    return this.#conversation.nextWakeAt();
  }

  /** Effects of one event, as `type` or `send FLAG`. */
  tell(event: TrackerEvent): readonly string[] {
    return this.#see(this.#conversation.handle(event, this.#now));
  }

  hear(message: TrackerMessage): readonly string[] {
    return this.tell({ type: "received", message });
  }

  /** Lets time go by, waking the conversation whenever it wishes. */
  pass(ms: number): readonly string[] {
    const until = this.#now + ms;
    const effects: string[] = [];
    for (let at = this.nextWakeAt; at !== undefined && at <= until; at = this.nextWakeAt) {
      this.#now = Math.max(this.#now, at);
      effects.push(...this.tell({ type: "timePassed" }));
    }
    this.#now = until;
    return effects;
  }

  register(answer: TrackerMessage = TAKEN): this {
    this.tell(OPENED);
    this.hear(answer);
    return this;
  }

  #see(effects: readonly TrackerEffect[]): readonly string[] {
    this.seen.push(...effects);
    return effects.map((effect) => (effect.type === "send" ? `send ${effect.message.flag}` : effect.type));
  }
}

/** How long it waits after each of a dozen failures. */
function waitsAfter(failure: TrackerEvent): readonly number[] {
  const trial = new Trial();
  return Array.from({ length: 12 }, () => {
    trial.tell(failure);
    const wait = (trial.nextWakeAt ?? 0) - trial.now;
    trial.pass(wait);
    return wait;
  });
}

describe("TrackerConversation, registering", () => {
  it("opens a socket, says who it is, and hears of its first readers", () => {
    const trial = new Trial();
    expect(trial.tell(OPENED)).toEqual(["send CON"]);
    expect(trial.hear(TAKEN)).toEqual(["registered"]);
    expect(trial.seen).toEqual([
      { type: "connect" },
      {
        type: "send",
        message: {
          flag: "CON",
          version: 1,
          secret: SELF.secret,
          port: 7000,
          privateHosts: ["10.0.0.4"],
          silent: false,
          pagesHeld: 3,
        },
      },
      { type: "registered", answer: { ...TAKEN, flag: undefined } },
    ]);
  });

  it("asks once more, and soon, when readers came with it that can be neither dialled nor called yet", () => {
    const port = { host: "192.0.2.4", port: 7000 };
    const entry = (addresses: readonly (typeof port)[], dialable: boolean, callable = false) => ({
      readerId: READER,
      addresses,
      dialable,
      callable,
    });
    const asks = (...sublist: readonly ReturnType<typeof entry>[]) =>
      new Trial().register({ ...TAKEN, sublist: [...sublist] }).pass(SECOND);
    expect(asks(entry([port], true), entry([port], false))).toEqual(["send LST"]);
    expect(asks(entry([port], true), entry([], false, true))).toEqual([]);
  });

  it("gives up a socket that does not open, and one on which nothing is answered", () => {
    const closed = new Trial();
    expect(closed.pass(15 * SECOND)).toEqual(["disconnect", "lost"]);
    const mute = new Trial();
    mute.tell(OPENED);
    expect(mute.pass(15 * SECOND)).toEqual(["disconnect", "lost"]);
  });

  it("ends when it is refused for good", () => {
    const trial = new Trial();
    trial.tell(OPENED);
    expect(trial.hear({ flag: "NAY", code: "unknown-book", message: "No such book" })).toEqual([
      "disconnect",
      "refused",
    ]);
    expect(trial.nextWakeAt).toBeUndefined();
    expect(trial.tell({ type: "dropped", reason: "closed" })).toEqual([]);
  });

  it("comes back when the refusal may pass, and when it does not know the code", () => {
    for (const code of ["book-full", "too-many", "evicted", "a-newer-reason"]) {
      const trial = new Trial();
      expect(trial.tell({ type: "refused", code, message: "Later" })).toEqual(["disconnect", "lost"]);
      expect(trial.pass(SECOND)).toEqual(["connect"]);
    }
  });
});

describe("TrackerConversation, registered", () => {
  it("answers each heartbeat and tells how the book fares", () => {
    const trial = new Trial().register();
    expect(trial.hear(BEAT)).toEqual(["send ALV", "health"]);
  });

  it("asks for readers at most every two seconds, and once for many wishes", () => {
    const trial = new Trial().register();
    expect(trial.tell({ type: "wantReaders" })).toEqual([]);
    expect(trial.tell({ type: "wantReaders" })).toEqual([]);
    expect(trial.pass(1_999)).toEqual([]);
    expect(trial.pass(1)).toEqual(["send LST"]);
    expect(trial.hear({ flag: "LST", readers: 9, complete: 2, sublist: [] })).toEqual(["listed"]);
    expect(trial.pass(10 * SECOND)).toEqual([]);
    expect(trial.tell({ type: "wantReaders" })).toEqual(["send LST"]);
  });

  it("says now and then how many pages it holds, and the last page at once", () => {
    const trial = new Trial().register();
    for (const pagesHeld of [4, 5, 6]) expect(trial.tell({ type: "holding", pagesHeld })).toEqual([]);
    expect(trial.pass(30 * SECOND)).toEqual(["send PRG"]);
    expect(trial.seen.at(-1)).toMatchObject({ message: { pagesHeld: 6 } });
    expect(trial.tell({ type: "holding", pagesHeld: 100 })).toEqual(["send PRG"]);
  });

  it("spaces its reports, and reports a reader once for many complaints", () => {
    const trial = new Trial().register();
    const other = parseReaderId("dd".repeat(32));
    expect(trial.tell({ type: "suspect", reader: READER, reason: "no-answer" })).toEqual(["send ERR"]);
    trial.tell({ type: "suspect", reader: other, reason: "no-connection" });
    trial.tell({ type: "suspect", reader: other, reason: "no-connection" });
    expect(trial.pass(5 * SECOND)).toEqual(["send ERR"]);
  });

  it("calls a reader at once, and not later when the tracker is away", () => {
    const trial = new Trial().register();
    expect(trial.tell({ type: "call", reader: READER })).toEqual(["send CAL"]);
    expect(trial.seen.at(-1)).toMatchObject({ message: { flag: "CAL", readerId: READER } });
    trial.tell({ type: "dropped", reason: "1006" });
    expect(trial.tell({ type: "call", reader: READER })).toEqual([]);
    trial.pass(500);
    expect(trial.register().pass(SECOND)).toEqual([]);
  });

  it("tells of a reader that calls, with the addresses that the tracker gives", () => {
    const trial = new Trial().register();
    const addresses = [{ host: "192.0.2.4", port: 7000 }];
    expect(trial.hear({ flag: "CAL", readerId: READER, addresses })).toEqual(["called"]);
    expect(trial.seen.at(-1)).toEqual({ type: "called", reader: READER, addresses });
  });

  it("takes the tracker for dead after three periods of silence", () => {
    const trial = new Trial().register();
    expect(trial.pass(90 * SECOND - 1)).toEqual([]);
    expect(trial.pass(1)).toEqual(["disconnect", "lost"]);
  });

  it("is patient as long as the longest period promised, even after a heartbeat out of turn", () => {
    const trial = new Trial().register();
    trial.hear({ ...BEAT, heartbeatSeconds: 120 });
    trial.pass(20 * SECOND);
    trial.hear({ ...BEAT, heartbeatSeconds: 10 });
    expect(trial.pass(339 * SECOND)).toEqual([]);
    expect(trial.pass(SECOND)).toEqual(["disconnect", "lost"]);
  });
});

describe("TrackerConversation, after a loss", () => {
  it("registers anew with what it holds by now, and says once that the tracker was lost and that it is back", () => {
    const trial = new Trial().register();
    trial.tell({ type: "holding", pagesHeld: 50 });
    expect(trial.tell({ type: "dropped", reason: "1006" })).toEqual(["disconnect", "lost"]);
    expect(trial.pass(500)).toEqual(["connect"]);
    expect(trial.tell({ type: "dropped", reason: "refused" })).toEqual(["disconnect"]);
    expect(trial.pass(1.5 * SECOND)).toEqual(["connect"]);
    expect(trial.tell(OPENED)).toEqual(["send CON"]);
    expect(trial.seen.at(-1)).toMatchObject({ message: { pagesHeld: 50 } });
    expect(trial.hear(TAKEN)).toEqual(["registered", "back"]);
  });

  it("waits longer with every failure, up to a minute for a tracker that is not there", () => {
    const waits = waitsAfter({ type: "dropped", reason: "down" });
    expect(waits.slice(0, 4)).toEqual([500, 1_500, 3_000, 6_000]);
    expect(waits.at(-1)).toBe(45_000);
  });

  it("waits up to five minutes for one that is there and takes nobody in now", () => {
    const waits = waitsAfter({ type: "refused", code: "tracker-busy", message: "Later" });
    expect(waits.slice(0, 4)).toEqual([500, 1_500, 3_000, 6_000]);
    expect(waits.at(-1)).toBe(225_000);
  });

  it("spreads the return of a large book's readers over more time", () => {
    const trial = new Trial().register({ ...TAKEN, readers: 4_000 });
    trial.tell({ type: "dropped", reason: "deploy" });
    expect((trial.nextWakeAt ?? 0) - trial.now).toBe(10 * SECOND);
  });

  it("waits no longer than five minutes, however many readers the tracker says there are", () => {
    const trial = new Trial().register({ ...TAKEN, readers: 4_000_000_000 });
    trial.tell({ type: "dropped", reason: "deploy" });
    expect((trial.nextWakeAt ?? 0) - trial.now).toBe(150 * SECOND);
  });

  it("forgets its failures when a heartbeat was heard", () => {
    const trial = new Trial();
    trial.tell({ type: "dropped", reason: "down" });
    trial.pass(SECOND);
    trial.register().hear(BEAT);
    trial.tell({ type: "dropped", reason: "down" });
    expect((trial.nextWakeAt ?? 0) - trial.now).toBe(500);
  });
});

describe("TrackerConversation, leaving", () => {
  it("deregisters and ends when that is confirmed", () => {
    const trial = new Trial().register();
    expect(trial.tell({ type: "leave" })).toEqual(["send DRG"]);
    expect(trial.hear(BEAT)).toEqual([]);
    expect(trial.hear({ flag: "DNE" })).toEqual(["disconnect", "left"]);
    expect(trial.nextWakeAt).toBeUndefined();
  });

  it("does not wait long for a tracker that is slow, nor for one that is gone", () => {
    const slow = new Trial().register();
    slow.tell({ type: "leave" });
    expect(slow.pass(2 * SECOND)).toEqual(["disconnect", "left"]);
    const gone = new Trial().register();
    gone.tell({ type: "leave" });
    expect(gone.tell({ type: "dropped", reason: "closed" })).toEqual(["disconnect", "left"]);
    expect(new Trial().tell({ type: "leave" })).toEqual(["disconnect", "left"]);
  });
});
