// Behaviours of a session that are about the words around pages: what is next, what is fetched for others, who else
// reads, what was passed on, what has arrived.

import { MET_READERS_MAX } from "../../shared/limits.ts";
import { MET_READER_BYTES } from "../../shared/wire/flags.ts";
import { freshId } from "./bad-reader.ts";
import { asked, type Behaviour, inSession, pause } from "./behaviour.ts";
import { BIG_PAGES, SMALL_PAGES } from "./siege.ts";

const [NEXT, WAIT, SEEK, MEET] = [0x25, 0x24, 0x30, 0x31];

export const WORD_BEHAVIOURS: readonly Behaviour[] = [
  {
    does: "says that a page is next which nobody asked for",
    whom: "both",
    ends: ["not-asked"],
    act: inSession("none", (reader) => reader.say({ flag: "next", page: 0 })),
  },
  {
    does: "says that a page is next which the book does not have",
    whom: "both",
    ends: ["no-such-page"],
    act: inSession("none", (reader) => reader.say({ flag: "next", page: reader.victim.pages })),
  },
  {
    does: "says what is next with half a page number",
    whom: "both",
    ends: ["frame-length"],
    act: inSession("none", (reader) => reader.frame(NEXT, new Uint8Array(2))),
  },
  {
    does: "says ten thousand times that a page is next, and never sends it",
    whom: "fetcher",
    ends: ["stays"],
    act: asked((reader, page) => {
      for (let times = 0; times < 10_000; times++) reader.say({ flag: "next", page });
    }),
  },
  {
    does: "says in the middle of a page that it is next",
    whom: "fetcher",
    ends: ["stays"],
    act: asked((reader, page) =>
      reader.say(
        { flag: "piece", page, offset: 0, bytes: new Uint8Array(1_000) },
        { flag: "next", page },
        { flag: "piece", page, offset: 1_000, bytes: new Uint8Array(1_000) },
      ),
    ),
  },
  {
    does: "says that it fetches what nobody asked it for",
    whom: "both",
    ends: ["not-asked"],
    act: inSession("none", (reader) => reader.say({ flag: "wait", pages: [0] })),
  },
  {
    does: "says that it fetches a page which the book does not have",
    whom: "both",
    ends: ["no-such-page"],
    act: inSession("none", (reader) => reader.say({ flag: "wait", pages: [0xffff_ffff] })),
  },
  {
    does: "says what it fetches with a page number and a half",
    whom: "both",
    ends: ["malformed"],
    act: inSession("none", (reader) => reader.frame(WAIT, new Uint8Array(6))),
  },
  {
    does: "says ten thousand times that it fetches a page, and never sends it",
    whom: "fetcher",
    ends: ["stays"],
    act: asked((reader, page) => {
      for (let times = 0; times < 10_000; times++) reader.say({ flag: "wait", pages: [page] });
    }),
  },
  {
    does: "puts its victim off with a page for as long as it is let",
    whom: "fetcher",
    ends: ["silent"],
    isHeavy: true,
    act: async ({ dial }) => {
      const reader = await (await dial()).greet(BIG_PAGES);
      const { pages } = await reader.next("ask");
      const words = setInterval(() => reader.say({ flag: "wait", pages: pages.slice(0, 1) }, { flag: "ping" }), 2_000);
      try {
        return await reader.ending();
      } finally {
        clearInterval(words);
      }
    },
  },
  {
    does: "seeks readers ten thousand times",
    whom: "both",
    ends: ["stays"],
    act: inSession("none", async (reader) => {
      for (let times = 0; times < 10; times++) {
        reader.say(...Array.from({ length: 1_000 }, () => ({ flag: "seek" }) as const));
        await pause(1);
      }
    }),
  },
  {
    does: "seeks readers with words behind it",
    whom: "both",
    ends: ["frame-length"],
    act: inSession("none", (reader) => reader.frame(SEEK, new Uint8Array(1))),
  },
  {
    does: "names readers that nobody sought",
    whom: "both",
    ends: ["out-of-turn"],
    act: inSession("none", (reader) =>
      reader.say({ flag: "meet", readers: [{ reader: freshId(), host: "127.0.0.1", port: 9_999 }] }),
    ),
  },
  {
    does: "names a reader and a half",
    whom: "both",
    ends: ["malformed"],
    act: inSession("none", (reader) => reader.frame(MEET, new Uint8Array(MET_READER_BYTES * 1.5))),
  },
  {
    does: "names more readers than a frame may",
    whom: "both",
    ends: ["frame-length"],
    act: inSession("none", (reader) =>
      reader.frame(MEET, new Uint8Array(), 1 + (MET_READERS_MAX + 1) * MET_READER_BYTES),
    ),
  },
  {
    does: "refuses as passed on whatever it is asked, and says that it has it, again and again",
    whom: "fetcher",
    ends: ["stays"],
    act: inSession(BIG_PAGES, async (reader) => {
      let refused = 0;
      for await (const page of reader.asks()) {
        reader.say({ flag: "refuse", page, reason: "passed-on" }, { flag: "have", pages: [page] });
        if (++refused === 100) return;
      }
    }),
  },
  {
    does: "refuses as passed on whatever it is asked, and never says that it has it",
    whom: "fetcher",
    ends: ["stays"],
    act: inSession(BIG_PAGES.slice(0, 2), async (reader) => {
      for (const page of (await reader.next("ask")).pages) reader.say({ flag: "refuse", page, reason: "passed-on" });
    }),
  },
  {
    does: "says half a million times that it has a page",
    whom: "both",
    ends: ["stays"],
    act: inSession("none", async (reader) => {
      const pages = Array.from({ length: 500 }, (_, at) => at);
      for (let times = 0; times < 1_000; times++) {
        reader.say({ flag: "have", pages });
        if (times % 100 === 0) await pause(0);
      }
    }),
  },
  {
    does: "takes a page and never says that it has it",
    whom: "server",
    ends: ["stays"],
    act: inSession("none", async (reader) => {
      // So many that its victim has not passed on all of them to the honest reader.
      const pages = Array.from({ length: 2_000 }, (_, at) => reader.victim.pages - 1 - at);
      for (let from = 0; from < pages.length; from += 500)
        reader.say({ flag: "ask", pages: pages.slice(from, from + 500) });
      await reader.next("piece");
    }),
  },
  {
    does: "says that it has what it is being sent, before it has come",
    whom: "server",
    ends: ["stays"],
    act: inSession("none", (reader) =>
      reader.say({ flag: "ask", pages: SMALL_PAGES }, { flag: "have", pages: SMALL_PAGES }),
    ),
  },
];
