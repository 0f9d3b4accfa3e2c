// Tables of README.md, ARCHITECTURE.md and TRACKER.md, held against the code both ways.

import { expect, test } from "vitest";
import { EXIT_CODES } from "../../peer-node/cli/exit-codes.ts";
import { CAUSES } from "../../peer-node/core/cause.ts";
import { LIMITS } from "../../tracker-worker/limits.ts";
import { DOLLARS, FREE_DAY, PARTS } from "../cost/prices.ts";
import { rows } from "../vectors/protocol-document.ts";
import { readCommitted } from "./checkout.ts";
import { commandEvents } from "./command-events.ts";
import { ROOMS } from "./rooms.ts";

const TRACKER = readCommitted("TRACKER.md");

test("README.md lists every exit code with its name and its meaning, and no other", () => {
  const codes = Object.entries(EXIT_CODES).map(([name, { code, meaning }]) => [String(code), name, meaning]);
  expect(rows(readCommitted("README.md"), "| Code | Name | Meaning |")).toEqual(codes);
});

test("README.md lists every event of --json with its fields, and no other", () => {
  const events = commandEvents(readCommitted("peer-node/cli/events.ts"));
  const listed = rows(readCommitted("README.md"), "| Event | When | Fields |").map(
    ([name = "", , fields = ""]) => [name, fields.match(/\w+\??/g) ?? []] as const,
  );
  expect(new Map(listed)).toEqual(new Map(events));
  expect(listed.length).toBe(events.size);
});

test("README.md lists every cause of why, in the order in which they count, with its meaning, and no other", () => {
  const listed = rows(readCommitted("README.md"), "| `why` | When |");
  expect(listed).toEqual(Object.entries(CAUSES));
});

test("ARCHITECTURE.md lists every room, in the order of the table that the house checks", () => {
  const listed = rows(readCommitted("ARCHITECTURE.md"), "| Room | What it is | May know |").map(([room]) => room);
  expect(listed).toEqual(Object.keys(ROOMS));
});

test("TRACKER.md lists every limit of the Worker with its default, its bounds and its refusal, and no other", () => {
  const limits = Object.entries(LIMITS).map(([name, { fallback, min, max, what, refusal }]) => {
    return [name, ...[fallback, min, max].map((number) => number.toLocaleString("en")), what, refusal];
  });
  expect(rows(TRACKER, "| Variable | Default | From | To | Limits | Whoever meets it |")).toEqual(limits);
});

test("wrangler.toml names every variable that the Worker reads", () => {
  const named = [...readCommitted("wrangler.toml").matchAll(/^# {3}([A-Z_]+) {2}/gm)].map(([, name]) => name);
  expect(named).toEqual(expect.arrayContaining([...Object.keys(LIMITS), "HEARTBEAT_SECONDS"]));
});

test("TRACKER.md gives the prices with which the cost ledger reckons", () => {
  const listed = rows(TRACKER, "| What | Free in a day | Dollars for a million beyond the paid plan's share |");
  expect(listed.map(([, free, dollars]) => [free, Number(dollars)])).toEqual(
    PARTS.map((part) => [FREE_DAY[part].toLocaleString("en"), Math.round(DOLLARS[part] * 1e9) / 1e3]),
  );
});

test("The reader of events finds fields that are written out, taken over, optional and absent", () => {
  const source = [
    "export interface CommandEvents {",
    "  /** A word. */",
    "  readonly one: { readonly a: number; readonly b?: string };",
    '  readonly two: CommandEvents["one"] & { readonly c: boolean };',
    "  readonly none: Readonly<Record<never, never>>;",
    "}",
  ].join("\n");
  expect([...commandEvents(source)]).toEqual([
    ["one", ["a", "b?"]],
    ["two", ["a", "b?", "c"]],
    ["none", []],
  ]);
});
