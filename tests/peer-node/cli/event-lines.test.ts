import { Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { EventLines } from "../../../peer-node/cli/event-lines.ts";

function opened() {
  const writes: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _, done) {
      writes.push(chunk);
      done();
    },
  });
  return { lines: new EventLines(stream), writes };
}

describe("lines of events", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("a line that may not wait leaves at once", () => {
    const { lines, writes } = opened();
    lines.say({ event: "joined" }, false);
    expect(writes).toEqual(['{"event":"joined"}\n']);
  });

  test("lines that may wait leave together after a twentieth of a second", () => {
    const { lines, writes } = opened();
    lines.say({ image: 1 }, true);
    vi.advanceTimersByTime(49);
    lines.say({ image: 2 }, true);
    expect(writes).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(writes).toEqual(['{"image":1}\n{"image":2}\n']);
  });

  test("a line that may not wait takes those along that do, in order", () => {
    const { lines, writes } = opened();
    lines.say({ image: 1 }, true);
    lines.say({ event: "complete" }, false);
    vi.runAllTimers();
    expect(writes).toEqual(['{"image":1}\n{"event":"complete"}\n']);
  });
});
