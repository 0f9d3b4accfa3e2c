// Tables of README.md and ARCHITECTURE.md, held against the code both ways.

import { expect, test } from "vitest";
import { EXIT_CODES } from "../../peer-node/cli/exit-codes.ts";
import { rows } from "../vectors/protocol-document.ts";
import { readCommitted } from "./checkout.ts";
import { commandEvents } from "./command-events.ts";
import { ROOMS } from "./rooms.ts";

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

test("ARCHITECTURE.md lists every room, in the order of the table that the house checks", () => {
  const listed = rows(readCommitted("ARCHITECTURE.md"), "| Room | What it is | May know |").map(([room]) => room);
  expect(listed).toEqual(Object.keys(ROOMS));
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
