import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import type { ProcessState } from "../../../peer-node/web/api/messages.ts";
import { Backlog } from "../../../peer-node/web/backlog.ts";
import { parseBookId } from "../../../shared/ids.ts";

const BOOK = parseBookId("ab".repeat(32));

function state(pid: number): ProcessState {
  return { bookswarm: "process", version: "0.0.0", pid, port: 1, limits: { upload: null, download: null }, books: [] };
}

describe("A backlog", () => {
  it("keeps only the last state, and each image once, for a listener that reads nothing", () => {
    const backlog = new Backlog(new AbortController().signal);
    for (let turn = 0; turn < 1_000; turn++) {
      backlog.add({ event: "state", data: state(turn) });
      backlog.add({ event: "images", data: { bookId: BOOK, whole: [turn % 3], changed: [7] } });
    }
    expect(backlog.take()).toEqual([
      { event: "state", data: state(999) },
      { event: "images", data: { bookId: BOOK, whole: [0, 1, 2], changed: [7] } },
    ]);
    expect(backlog.take()).toEqual([]);
  });

  it("wakes whoever waits when something comes, and at once when something is there", async () => {
    const backlog = new Backlog(new AbortController().signal);
    const waiting = backlog.more();
    backlog.add({ event: "state", data: state(1) });
    await waiting;
    await backlog.more();
    expect(backlog.take()).toHaveLength(1);
  });

  it("lets go of whoever waits when the listener is gone", async () => {
    const leaving = new AbortController();
    const backlog = new Backlog(leaving.signal);
    const waiting = backlog.more();
    leaving.abort();
    await waiting;
    await backlog.more();
  });

  it("costs no more the longer its listener stays", async () => {
    const { signal } = new AbortController();
    const backlog = new Backlog(signal);
    for (let turn = 0; turn < 100; turn++) {
      const waiting = backlog.more();
      backlog.add({ event: "state", data: state(turn) });
      await waiting;
      backlog.take();
    }
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
  });
});
