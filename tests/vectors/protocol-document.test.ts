// PROTOCOL.md and the code, held against each other both ways: what one has and the other has not is a failure.

import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Session } from "../../peer-node/core/session.ts";
import { pageCountOf, pageLength } from "../../shared/book.ts";
import { formatImageLine } from "../../shared/descriptor.ts";
import { DescriptorParser } from "../../shared/descriptor-parser.ts";
import { DESCRIPTOR_FAULTS, LINK_FAULTS } from "../../shared/faults.ts";
import type { BookId, ReaderId } from "../../shared/ids.ts";
import * as limits from "../../shared/limits.ts";
import {
  ALIVE_MESSAGE,
  decodeReaderMessage,
  decodeTrackerMessage,
  encodeMessage,
} from "../../shared/tracker-api/codec.ts";
import { READER_FLAGS as TO_TRACKER, TRACKER_FLAGS } from "../../shared/tracker-api/flags.ts";
import { PATHS } from "../../shared/tracker-api/http.ts";
import * as trackerLimits from "../../shared/tracker-api/limits.ts";
import { REFUSALS as TRACKER_REFUSALS } from "../../shared/tracker-api/refusals.ts";
import { FRAME_BYTES_MAX, HELD_SET_BYTES_MAX, READER_FLAGS, REFUSALS } from "../../shared/wire/flags.ts";
import { blocks, hexOf, rows, SECTIONS, section } from "./protocol-document.ts";
import { EXAMPLE_BOOK_ID, VECTORS } from "./reader-frames.ts";

const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");
const sha1 = (text: string) => createHash("sha1").update(text).digest("hex");
const spelt = (number: number) => number.toLocaleString("en-US");

describe("PROTOCOL.md, reader to reader,", () => {
  const text = section("Flags");

  test("has the table of flags that the code has", () => {
    const written = rows(text, "| Flag | Number | Original | Body | Bytes of the body |");
    const meant = Object.entries(READER_FLAGS).map(
      ([
        flag,
        {
          code,
          legacy,
          body,
          bodyBytes: { min, max },
        },
      ]) => [
        flag,
        `0x${code.toString(16).padStart(2, "0")}`,
        legacy || "-",
        body || "empty",
        min === max ? spelt(min) : `${spelt(min)} to ${spelt(max)}`,
      ],
    );
    expect(written).toEqual(meant);
  });

  test.each(Object.entries(READER_FLAGS))(
    "has a section about %s whose examples are of this flag",
    (flag, { code }) => {
      const examples = blocks(section(flag), "hex").map(hexOf);
      expect(examples.length).toBeGreaterThan(0);
      for (const hex of examples) expect(Number.parseInt(hex.slice(8, 10), 16)).toBe(code);
    },
  );

  test("has exactly the vectors as its hex examples, in their order", () => {
    const written = SECTIONS.flatMap((part) => blocks(part.text, "hex").map(hexOf));
    expect(written).toEqual(VECTORS.map(({ hex }) => hex.replaceAll(" ", "")));
  });

  test("has the table of link faults that the code has", () => {
    const written = rows(section("Why a link is closed"), "| Number | Fault | Meaning |");
    expect(written).toEqual(Object.entries(LINK_FAULTS).map(([fault, spec]) => [`${spec.code}`, fault, spec.meaning]));
  });

  test("has the table of refusals that the code has", () => {
    const written = rows(section("Why an ask is refused"), "| Number | Reason | Meaning |");
    expect(written).toEqual(Object.entries(REFUSALS).map(([reason, spec]) => [`${spec.code}`, reason, spec.meaning]));
  });

  test("gives each state of a session the flags that the engine allows in it", () => {
    const written = rows(section("The session"), "| State | The other side | Flags that may come |");
    const flags = Object.keys(READER_FLAGS) as (keyof typeof READER_FLAGS)[];
    const meant = (["greeting", "opening", "open"] as const).map((state) => [
      state,
      flags.filter((flag) => allows(state, flag)).sort(),
    ]);
    expect(written.map(([state, , list = ""]) => [state, list.replaceAll("`", "").split(", ").sort()])).toEqual(meant);
  });

  test("has the limits that the code has", () => {
    expect(limitsIn("Limits of a link")).toEqual([
      FRAME_BYTES_MAX,
      limits.PIECE_BYTES,
      HELD_SET_BYTES_MAX,
      limits.PAGES_PER_FRAME_MAX,
      limits.ASKS_PER_LINK_MAX,
      limits.MET_READERS_MAX,
      limits.CLOSE_MESSAGE_BYTES_MAX,
    ]);
  });

  test("gives numbers to flags, faults and refusals that nothing else of their table has", () => {
    for (const table of [READER_FLAGS, LINK_FAULTS, REFUSALS]) {
      const codes = Object.values(table).map(({ code }) => code);
      expect(new Set(codes).size).toBe(codes.length);
    }
  });
});

describe("PROTOCOL.md, on the book,", () => {
  const example = blocks(section("A complete example"), "descriptor")[0] ?? "";

  test("cuts images into pages as the code does", () => {
    const written = rows(section("Pages"), "| Bytes of the image | Pages | Bytes of the last page |");
    const meant = [0, 1, 255_999, 256_000, 256_001, 600_000].map((bytes) => {
      const pages = pageCountOf(bytes);
      return [spelt(bytes), `${pages}`, pages === 0 ? "-" : spelt(pageLength(bytes, pages - 1))];
    });
    expect(written).toEqual(meant);
  });

  test("has the table of descriptor faults that the code has", () => {
    expect(rows(section("Why a descriptor is refused"), "| Code | Meaning |")).toEqual(
      Object.entries(DESCRIPTOR_FAULTS),
    );
  });

  test("has the limits that the code has", () => {
    expect(limitsIn("Limits of a descriptor")).toEqual([
      limits.PAGE_BYTES,
      limits.SLICE_BYTES,
      limits.DESCRIPTOR_BYTES_MAX,
      limits.DESCRIPTOR_LINE_BYTES_MAX,
      limits.BOOK_LINE_BYTES_MAX,
      limits.TRACKERS_LINE_BYTES_MAX,
      limits.TRACKERS_MAX,
      limits.TRACKER_URL_BYTES_MAX,
      limits.BOOK_NAME_BYTES_MAX,
      limits.IMAGE_PATH_BYTES_MAX,
      limits.IMAGE_PATH_PARTS_MAX,
    ]);
  });

  test("gives the length of the shortest image line that a parser counts with", () => {
    const shortest = formatImageLine({ path: "a", bytes: 0, sha256: sha256(""), pages: "" });
    expect(section("Checking a descriptor")).toContain(`${shortest.length + 1} bytes, LF included`);
  });

  test("has an example of a descriptor that parses and has the stated id", () => {
    const stated = /book id is `([0-9a-f]{64})`/.exec(section("A complete example"))?.[1];
    expect(stated).toBe(EXAMPLE_BOOK_ID);
    const parser = new DescriptorParser(sha256, EXAMPLE_BOOK_ID);
    parser.feed(new TextEncoder().encode(example));
    const book = parser.end();
    expect([...book.images()].map(({ path, bytes }) => [path, bytes])).toEqual([
      ["empty.txt", 0],
      ["hello.txt", 6],
      ["plates/one.txt", 7],
    ]);
  });

  test("describes in its example the files that it says", () => {
    const lines = example.split("\n").slice(2, -1);
    const images: [string, string][] = [
      ["empty.txt", ""],
      ["hello.txt", "hello\n"],
      ["plates/one.txt", "a page\n"],
    ];
    expect(lines).toEqual(
      images.map(([path, text]) =>
        formatImageLine({ path, bytes: text.length, sha256: sha256(text), pages: text === "" ? "" : sha1(text) }),
      ),
    );
  });

  test("shows single lines that are lines of the example", () => {
    const shown = [
      ...SECTIONS.filter(({ heading }) => heading.startsWith("Line ")).flatMap(({ text }) => blocks(text, "json")),
    ];
    expect(shown).toHaveLength(3);
    for (const line of shown) expect(example).toContain(line);
  });
});

describe("PROTOCOL.md, reader to tracker,", () => {
  const socket = section("The socket");

  test("has the tracker's refusals as the code has them", () => {
    expect(rows(section("Refusals"), "| Code | Status | Again | Meaning |")).toEqual(
      Object.entries(TRACKER_REFUSALS).map(([code, { status, retry, meaning }]) => [
        code,
        `${status}`,
        retry ? "yes" : "no",
        meaning,
      ]),
    );
  });

  test.each([
    ["Reader to tracker:", TO_TRACKER],
    ["Tracker to reader:", TRACKER_FLAGS],
  ])("has the table of flags that the code has: %s", (lead, table) => {
    const written = rows(socket.slice(socket.indexOf(lead)), "| Flag | Meaning | Fields |");
    expect(written).toEqual(
      Object.entries(table).map(([flag, { meaning, fields }]) => [flag, meaning, namesOf(fields)]),
    );
  });

  test("explains every field of every message, and no other", () => {
    const fields = [TO_TRACKER, TRACKER_FLAGS].flatMap((table) =>
      Object.values(table).flatMap((spec) => Object.keys(spec.fields)),
    );
    const written = rows(socket, "| Field | Meaning |").flatMap(([names = ""]) =>
      names.replaceAll("`", "").split(", "),
    );
    expect(written.sort()).toEqual([...new Set(fields)].sort());
  });

  test("has an example of each message, spelt as the code spells it", () => {
    const examples = section("Examples of messages");
    for (const [kind, table, decode] of [
      ["json reader", TO_TRACKER, decodeReaderMessage],
      ["json tracker", TRACKER_FLAGS, decodeTrackerMessage],
    ] as const) {
      const lines = (blocks(examples, kind)[0] ?? "").trim().split("\n");
      const messages = lines.map((line) => decode(line));
      expect(messages.map(({ flag }) => flag)).toEqual(Object.keys(table));
      expect(messages.map(encodeMessage)).toEqual(lines);
    }
  });

  test("gives the reader of its example the id that belongs to its secret", () => {
    const [con = ""] = blocks(section("Examples of messages"), "json tracker");
    expect(con).toContain(`{"flag":"CON","readerId":"${sha256(Uint8Array.from({ length: 32 }, () => 0xc3))}"`);
  });

  test("gives the exact text of the answer to a heartbeat", () => {
    expect(blocks(socket, "json")).toEqual([`${ALIVE_MESSAGE}\n`]);
  });

  test("has the addresses that the code has", () => {
    const written = rows(section("Addresses of a tracker"), "| Method | Path | What it does |").map(([, path]) => path);
    const id = "ID" as BookId;
    const meant = Object.values(PATHS).map((path) =>
      typeof path === "string" ? path : path(id, Number.NaN).replace("NaN", "ORDINAL"),
    );
    expect([...new Set(written)].sort()).toEqual(meant.sort());
  });

  test("has the limits that the code has", () => {
    expect(limitsIn("Limits of a tracker")).toEqual([
      trackerLimits.MESSAGE_BYTES_MAX,
      trackerLimits.SUBLIST_READERS_MAX,
      trackerLimits.ADDRESSES_PER_READER_MAX,
      trackerLimits.HEARTBEAT_GRACE_MS / 1_000,
      trackerLimits.HEARTBEAT_SECONDS_MAX,
      trackerLimits.BOOKS_PER_ANSWER_MAX,
      trackerLimits.QUERY_LENGTH_MAX,
      trackerLimits.CURSOR_LENGTH_MAX,
      trackerLimits.REFUSAL_LENGTH_MAX,
      limits.SLICES_MAX,
    ]);
  });
});

/** The numbers of a table of limits, in order. */
function limitsIn(heading: string): readonly number[] {
  return rows(section(heading), "| Limit | Value |").map(([, value = ""]) => Number(value.replaceAll(",", "")));
}

function namesOf(fields: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(fields);
  if (names.length === 1) return names.join();
  return names.map((name) => `\`${name}\``).join(", ") || "-";
}

/** Whether a session that has come to `state` takes a frame of `flag`. */
function allows(state: "greeting" | "opening" | "open", flag: keyof typeof READER_FLAGS): boolean {
  const isOurs = state === "greeting";
  const from = { host: "192.0.2.7", dialled: isOurs, way: isOurs ? "dialled" : "accepted" } as const;
  const session = new Session(1 as Session["link"], "b2".repeat(32) as ReaderId, from, 8, 0);
  if (state === "open") session.heard("heldNone", 0);
  expect(session.state).toBe(state);
  try {
    session.heard(flag, 0);
    return true;
  } catch {
    return false;
  }
}
