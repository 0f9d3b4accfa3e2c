import { describe, expect, it } from "vitest";
import { Bans } from "../../../peer-node/core/bans.ts";
import { BANS_PER_HOST_MAX } from "../../../peer-node/core/policy.ts";
import { readerId } from "./puzzle.ts";

describe("Bans", () => {
  it("bans a reader that we dialled where it is listed, wherever it turns up", () => {
    const bans = new Bans();
    bans.ban({ reader: readerId(1), host: "10.0.0.1", isVouched: true });
    expect(bans.includes({ reader: readerId(1), host: "10.9.9.9", isVouched: false })).toBe(true);
  });

  it("does not let an accepted link blacken a reader elsewhere, for its id was only a claim", () => {
    const bans = new Bans();
    bans.ban({ reader: readerId(1), host: "10.0.0.66", isVouched: false });
    expect(bans.includes({ reader: readerId(1), host: "10.0.0.66", isVouched: false })).toBe(true);
    expect(bans.includes({ reader: readerId(1), host: "10.0.0.1", isVouched: false })).toBe(false);
    expect(bans.includes({ reader: readerId(1), host: "10.0.0.66", isVouched: true })).toBe(false);
  });

  it("spares other readers behind the same address until several were banned there", () => {
    const bans = new Bans();
    for (let number = 1; number <= BANS_PER_HOST_MAX; number++) {
      expect(bans.includes({ reader: readerId(99), host: "10.0.0.1", isVouched: false })).toBe(false);
      bans.ban({ reader: readerId(number), host: "10.0.0.1", isVouched: false });
    }
    expect(bans.includes({ reader: readerId(99), host: "10.0.0.1", isVouched: false })).toBe(true);
    expect(bans.includes({ reader: readerId(99), host: "10.0.0.1", isVouched: true })).toBe(false);
  });
});
