import { beforeEach, describe, expect, it, vi } from "vitest";
import { untilNeedless } from "../../../peer-node/node/departure.ts";
import type { Reader } from "../../../peer-node/node/reader.ts";

/** As long as it waits for others, as README.md says. */
const WAIT_MS = 30_000;

/** A complete reader that wants to go: what it sends and what it alone holds are the test's to say. */
function leavingReader(facts: { ordersOpen: number; pagesOnlyHere: number }) {
  const stopping = new AbortController();
  let isGone = false;
  const reader = { snapshot: () => facts } as unknown as Reader;
  void untilNeedless(reader, stopping.signal).then(() => {
    isGone = true;
  });
  return {
    facts,
    stop: () => stopping.abort(),
    /** Whether it is gone when so much time has passed. */
    after: async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms);
      return isGone ? "gone" : "here";
    },
  };
}

describe("A complete reader that leaves by itself", () => {
  beforeEach(() => {
    // Node's own modules, too: it pauses by node:timers/promises.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"], fakeNodeBuiltins: true });
    return () => vi.useRealTimers();
  });

  it("goes at once when nobody waits for a page of it and others hold all that it has", async () => {
    expect(await leavingReader({ ordersOpen: 0, pagesOnlyHere: 0 }).after(0)).toBe("gone");
  });

  it("finishes what it sends", async () => {
    const reader = leavingReader({ ordersOpen: 2, pagesOnlyHere: 0 });
    expect(await reader.after(1_000)).toBe("here");
    reader.facts.ordersOpen = 0;
    expect(await reader.after(100)).toBe("gone");
  });

  it("waits as a page's last holder until others hold everything", async () => {
    const reader = leavingReader({ ordersOpen: 0, pagesOnlyHere: 3 });
    expect(await reader.after(WAIT_MS - 1_000)).toBe("here");
    reader.facts.pagesOnlyHere = 0;
    expect(await reader.after(100)).toBe("gone");
  });

  it.each([
    ["asks on and on", { ordersOpen: 1, pagesOnlyHere: 0 }],
    ["never comes for what it alone holds", { ordersOpen: 0, pagesOnlyHere: 3 }],
  ])("waits no longer than 30 seconds for whoever %s", async (_, facts) => {
    const reader = leavingReader(facts);
    expect(await reader.after(WAIT_MS - 100)).toBe("here");
    expect(await reader.after(200)).toBe("gone");
  });

  it("goes when it is told to, whatever it sends and holds", async () => {
    const reader = leavingReader({ ordersOpen: 1, pagesOnlyHere: 3 });
    expect(await reader.after(1_000)).toBe("here");
    reader.stop();
    expect(await reader.after(100)).toBe("gone");
  });
});
