import { describe, expect, it } from "vitest";
import { type BindingFacts, bindingOf } from "../../../peer-node/node/binding.ts";

/** A book that arrives from one reader at 1 MB/s. */
function facts(changes: Partial<BindingFacts["snapshot"]> = {}, others: Partial<BindingFacts> = {}): BindingFacts {
  const links = [{}] as unknown as BindingFacts["snapshot"]["links"];
  return {
    snapshot: { pagesMissing: 10, paused: false, receiveRate: 1_000_000, readers: 1, links, ...changes },
    diskFault: undefined,
    downloadMax: Number.POSITIVE_INFINITY,
    ...others,
  };
}

describe("What binds a book", () => {
  it.each([
    ["done", facts({ pagesMissing: 0, paused: true, links: [] })],
    ["paused", facts({ paused: true, links: [] }, { diskFault: "The disk is full" })],
    ["disk", facts({ links: [] }, { diskFault: "The disk is full" })],
    ["alone", facts({ links: [], receiveRate: 0 })],
    ["limit", facts({}, { downloadMax: 1_100_000 })],
    ["waiting", facts({ receiveRate: 0 })],
    ["readers", facts({}, { downloadMax: 2_000_000 })],
  ] as const)("is told as %s before whatever matters less", (code, given) => {
    expect(bindingOf(given).code).toBe(code);
    expect(bindingOf(given).message).toMatch(/\S/);
  });

  it("tells readers that nobody knows from readers that cannot be reached", () => {
    expect(bindingOf(facts({ links: [], readers: 0 })).message).toBe("No other reader is known.");
    expect(bindingOf(facts({ links: [], readers: 3 })).message).toBe("No other reader can be reached yet.");
  });
});
