// The benchmarks themselves, on folders so small that nothing follows from their figures.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { Bookswarm, run } from "../processes/bookswarm.ts";
import { scratchFolder } from "../processes/pictures.ts";

const main = fileURLToPath(new URL("../bench/main.ts", import.meta.url));

/** What the harness with this process id has left behind: folders and hosts. What Node itself caches is not its own. */
function leftIn(temporary: string, pid = 0): readonly string[] {
  const folders = readdirSync(temporary).filter((name) => name.startsWith("bookswarm-"));
  const hosts = existsSync("/run/netns") ? readdirSync("/run/netns").filter((name) => name.includes(`-${pid}-`)) : [];
  return [...folders, ...hosts];
}

it("npm run bench moves a folder beside another program, compares what arrived, and leaves nothing behind", async () => {
  const [scratch, temporary] = [await scratchFolder(), await scratchFolder()];
  const json = join(scratch, "figures.json");
  const args = ["W2", "--small", "--runs", "2", "--against", "cp", "--json", json];
  const bench = new Bookswarm(args, { main, env: { TMPDIR: temporary } });
  const { code, stdout, stderr } = await bench.exit;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [{ laps, workload, machine }] = JSON.parse(readFileSync(json, "utf8"));
  // The order turns with each round.
  expect(laps.map(({ contestant }: { contestant: string }) => contestant)).toEqual([
    "bookswarm",
    "cp",
    "cp",
    "bookswarm",
  ]);
  expect(workload).toMatchObject({ name: "W2", files: 80, receivers: 1 });
  expect(machine.node).toBe(process.version.slice(1));
  for (const { seconds, receivers } of laps) {
    expect(seconds).toBeGreaterThan(0);
    expect(receivers.residentPeak).toBeGreaterThan(0);
  }
  expect(stdout).toMatch(/^\| bookswarm \| .* \| 1\.00 x as fast \|/m);
  expect(stdout).toContain("medians of 2 rounds");
  expect(leftIn(temporary, bench.pid)).toEqual([]);
});

it("npm run bench leaves nothing behind when it is interrupted", async () => {
  const temporary = await scratchFolder();
  const args = ["W2", "--small", "--runs", "1000", "--against", "cp"];
  const bench = new Bookswarm(args, { main, env: { TMPDIR: temporary } });
  await bench.says("round 2");
  bench.signal("SIGINT");
  expect(await bench.exit).toMatchObject({ code: 130, signal: null });
  expect(leftIn(temporary, bench.pid)).toEqual([]);
});

it("npm run bench -- delay brings small images over a long line, and says how much of it they filled", async () => {
  const temporary = await scratchFolder();
  const bench = new Bookswarm(["delay", "--small"], { main, env: { TMPDIR: temporary } });
  const { code, stdout, stderr } = await bench.exit;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/adds 50 ms in each direction: [\d.]+ s, [\d.]+ MB\/s, \d+ % of the line/);
  expect(leftIn(temporary, bench.pid)).toEqual([]);
});

it("npm run bench -- start says how soon everything answers, and how much memory a large book takes", async () => {
  const temporary = await scratchFolder();
  const bench = new Bookswarm(["start", "--small", "--runs", "1"], { main, env: { TMPDIR: temporary } });
  const { code, stdout, stderr } = await bench.exit;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  for (const subject of [
    "--help: ",
    "describe W1: ",
    "describe W2: ",
    "restart of ",
    "a book of 10,000 pages in 1,000 ",
  ])
    expect(stdout).toContain(subject);
  expect(leftIn(temporary, bench.pid)).toEqual([]);
});

it.each([
  { args: ["W9"], sentence: "There is no workload W9" },
  { args: ["--against", "teleport"], sentence: "Nobody is called teleport" },
  { args: ["--runs", "0"], sentence: "--runs, --ms and --seconds take whole numbers from 1 on" },
  { args: ["--small", "--readme"], sentence: "--readme takes figures of whole workloads" },
  { args: ["--rnus", "1"], sentence: "Unknown option '--rnus'" },
])("npm run bench refuses $args with a sentence and the code for wrong use", async ({ args, sentence }) => {
  const { code, stderr } = await run(args, { main });
  expect(code).toBe(2);
  expect(stderr).toContain(sentence);
});
