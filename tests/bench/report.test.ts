import { describe, expect, it } from "vitest";
import type { Lap } from "./race.ts";
import { median, tableOf, withTable } from "./report.ts";
import { bencode } from "./torrent.ts";
import { fluidBound, makeWorkloads } from "./workloads.ts";

const used = { cpuSeconds: 1, residentPeak: 50e6, ownPeak: 20e6 };
const lap = (contestant: string, seconds: number): Lap => ({
  contestant,
  workload: "W1",
  seconds,
  sender: used,
  receivers: used,
});
const machine = {
  processor: "a processor",
  cores: 2,
  memory: 2 ** 34,
  system: "Linux 6.1",
  node: "24.0.0",
  date: "2026-01-31",
  load: 0.2,
};

function workload(name: "W1" | "W2" | "W4") {
  const found = makeWorkloads(false).get(name);
  if (found === undefined) throw new Error(`There is no ${name}`);
  return found;
}

describe("The report", () => {
  it("has a row for each contestant, the fastest first, with its median and how bookswarm compares", () => {
    const laps = [lap("rsync", 3), lap("bookswarm", 4), lap("bookswarm", 2), lap("bookswarm", 90), lap("rsync", 2)];
    const lines = tableOf({ workload: workload("W1"), laps, machine, conditions: ["on loopback"] }).split("\n");
    const rows = lines
      .filter((line) => /^\| (rsync|bookswarm)/.test(line))
      .map((line) => line.split(" | ").slice(0, 5));
    expect(rows).toEqual([
      ["| rsync", "2.50", "2.00", "429", "0.63 x as fast"],
      ["| bookswarm", "4.00", "2.00", "268", "1.00 x as fast"],
    ]);
    expect(lines.at(-1)).toBe(
      "2026-01-31: 2 cores of a processor, 16 GiB, Linux 6.1, Node 24.0.0; medians of 3 rounds; on loopback.",
    );
  });

  it("says when the machine had other things to do", () => {
    const table = tableOf({ workload: workload("W1"), laps: [], machine: { ...machine, load: 7 }, conditions: [] });
    expect(table).toContain("Node 24.0.0, busy with other things (load 7.0);");
  });

  it("says of limited uplinks how far the time is from the bound, and how often the source sent everything", () => {
    const capped = workload("W4");
    const laps = [{ ...lap("bookswarm", 20), bytesSent: 1.5 * capped.bytes }];
    const table = tableOf({ workload: capped, laps, machine, conditions: [] });
    expect(table).toContain("| x fluid bound | copies sent by the source |");
    expect(table).toContain("| 1.25 | 1.50 |");
  });

  it("goes between its markers and leaves the rest of the document alone", () => {
    const document = "before\n<!-- bench W1 -->\nold\n<!-- /bench W1 -->\nafter\n";
    const once = withTable(document, "W1", "new");
    expect(once).toBe("before\n<!-- bench W1 -->\n\nnew\n\n<!-- /bench W1 -->\nafter\n");
    expect(withTable(once, "W1", "new")).toBe(once);
    expect(() => withTable(document, "W2", "new")).toThrow("no place for W2");
  });

  it("takes the mean of the middle two as the median of an even number", () => {
    expect(median([lap("cp", 4), lap("cp", 1), lap("cp", 2), lap("cp", 8)], ({ seconds }) => seconds)).toBe(3);
  });
});

describe("The workloads", () => {
  it("are the same in every run, and as large as they are called", () => {
    const images = workload("W2");
    expect(images.files).toEqual(workload("W2").files);
    expect(images.files.length).toBe(8_000);
    expect(Math.abs(images.bytes / 2 ** 30 - 1)).toBeLessThan(0.05);
    expect(workload("W1").bytes).toBe(2 ** 30);
  });

  it("cannot be spread faster than the source sends one copy, or all together send all copies", () => {
    expect(fluidBound(workload("W4"), 2 ** 22)).toBe(16);
    expect(fluidBound({ ...workload("W4"), receivers: 1 }, 2 ** 22)).toBe(16);
  });
});

describe("A .torrent", () => {
  it("is bencoded with its keys in order", () => {
    expect(String(bencode({ b: ["x", 12], a: Buffer.from("yz"), "a b": {} }))).toBe("d1:a2:yz3:a bde1:bl1:xi12eee");
  });
});
