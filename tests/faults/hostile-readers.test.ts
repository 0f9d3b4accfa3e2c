// Everything that a reader can do to another, tried on real processes one after the other: each attack ends as the
// protocol says, the honest go on meanwhile, and in the end they have the book, byte for byte.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LINK_FAULTS } from "../../shared/faults.ts";
import { BadReader, type Ending } from "./bad-reader.ts";
import type { Behaviour } from "./behaviour.ts";
import { TRIES_ALL } from "./effort.ts";
import { FLOOD_BEHAVIOURS } from "./flood-behaviours.ts";
import { FRAME_BEHAVIOURS } from "./frame-behaviours.ts";
import { HANDSHAKE_BEHAVIOURS } from "./handshake-behaviours.ts";
import { PAGE_BEHAVIOURS } from "./page-behaviours.ts";
import { roomOf } from "./process-room.ts";
import { report, secondsSince } from "./report.ts";
import { type Honest, Siege } from "./siege.ts";
import { WORD_BEHAVIOURS } from "./word-behaviours.ts";

/** What an honest process may take while it is attacked: 320 MB, and the files of 60 links, 256 guests, 256 goodbyes and its disk. */
const MEMORY_MAX = 320_000_000;
const FILES_MAX = 768;

const ALL: readonly Behaviour[] = [
  ...HANDSHAKE_BEHAVIOURS,
  ...FRAME_BEHAVIOURS,
  ...FLOOD_BEHAVIOURS,
  ...PAGE_BEHAVIOURS,
  ...WORD_BEHAVIOURS,
];
const tried = ALL.filter(({ isHeavy = false }) => TRIES_ALL || !isHeavy);
const most = { memory: 0, files: 0 };

test("There are at least forty kinds of hostile behaviour", () => {
  expect(new Set(ALL.map(({ does }) => does)).size).toBe(ALL.length);
  expect(ALL.length).toBeGreaterThanOrEqual(40);
});

test("Every way in which a link can end through the other side's fault is among their ends", () => {
  const ends = new Set<string>(ALL.flatMap((behaviour) => behaviour.ends));
  const others = Object.keys(LINK_FAULTS).filter((fault) => !ends.has(fault));
  expect(others).toEqual(["too-many-links", "not-useful"]);
});

describe.skipIf(process.platform !== "linux")("An honest reader among hostile ones", () => {
  let siege: Siege & Honest;

  beforeAll(async () => {
    siege = await Siege.lay();
  });

  afterAll(() => siege.lift());

  /** One behaviour against one victim; whatever it dialled is gone afterwards. */
  async function attack({ act }: Behaviour, whom: "server" | "fetcher"): Promise<Ending | "stays"> {
    const readers: BadReader[] = [];
    const friend = siege.victims[whom === "server" ? "fetcher" : "server"];
    try {
      return await act({
        victim: siege.victims[whom],
        friend,
        dial: async (options) => {
          const reader = await BadReader.dial(siege.victims[whom], options);
          readers.push(reader);
          return reader;
        },
      });
    } finally {
      look();
      for (const reader of readers) reader.leave();
    }
  }

  function look(): void {
    for (const { pid } of [siege.server, siege.fetcher]) {
      const { memory, files } = roomOf(pid);
      most.memory = Math.max(most.memory, memory);
      most.files = Math.max(most.files, files);
      expect(memory).toBeLessThan(MEMORY_MAX);
      expect(files).toBeLessThan(FILES_MAX);
    }
  }

  test.each(tried.map((behaviour) => [behaviour.does, behaviour] as const))(
    "goes on beside one that %s",
    async (_, behaviour) => {
      const victims = behaviour.whom === "both" ? (["server", "fetcher"] as const) : [behaviour.whom];
      const endings = await Promise.all(victims.map((whom) => attack(behaviour, whom)));
      for (const ending of endings) expect(behaviour.ends).toContain(ending);
      // What it fetches must last as long as the siege does, or there is nothing to go on with.
      expect(siege.fetcher.latest("complete")).toBeUndefined();
      const held = Number(siege.fetcher.latest("progress")?.["pagesHeld"]);
      await siege.fetcher.event("progress", ({ pagesHeld }) => Number(pagesHeld) > held);
    },
  );

  test("completes byte for byte after all of that, and nobody honest is banned", async () => {
    const honest = [siege.victims.server.id, siege.victims.fetcher.id];
    const began = performance.now();
    await siege.relieve();
    await siege.fetcher.event("complete");
    const whole = secondsSince(began);
    expect(await siege.differences()).toEqual([]);
    const banned = [siege.server, siege.fetcher].flatMap(({ events }) =>
      events.filter(({ event }) => event === "banned"),
    );
    expect(banned.length).toBeGreaterThan(0);
    expect(banned.filter(({ reader }) => honest.includes(String(reader) as never))).toEqual([]);
    const attacks = tried.reduce((sum, { whom }) => sum + (whom === "both" ? 2 : 1), 0);
    report({
      fault: `a hostile reader, of ${tried.length} kinds`,
      tried: `${attacks} attacks, by which an honest process took ${Math.round(most.memory / 1e6)} MB and ${most.files} files at most`,
      lost: "nothing; nobody honest was banned",
      whole: `the reader went on meanwhile, and was complete ${whole} after the last of them`,
    });
  });
});
