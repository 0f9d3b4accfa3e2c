// Behaviours of a session about pages: what it says it holds, what it asks for, what it sends.

import { type BadReader, freshAddress, freshId } from "./bad-reader.ts";
import { asked, type Behaviour, inSession, pause } from "./behaviour.ts";
import { TRIES_ALL } from "./effort.ts";
import { BIG_PAGES } from "./siege.ts";

const PIECE = 64_000;
const beyond = (reader: BadReader) => reader.victim.pages;
const junk = (bytes: number) => new Uint8Array(bytes).fill(0x5a);

/** A whole page of the right length and wrong bytes. */
function wrong(reader: BadReader, page: number): void {
  for (let offset = 0; offset < 256_000; offset += PIECE)
    reader.say({ flag: "piece", page, offset, bytes: junk(PIECE) });
}

/** Answers each ask wrongly until it is sent away. */
async function poison(reader: BadReader): Promise<void> {
  try {
    for await (const page of reader.asks()) wrong(reader, page);
  } catch {
    // Sent away.
  }
}

/** Answers one ask wrongly, and is gone. */
async function poisonOnce(reader: BadReader): Promise<void> {
  wrong(reader, (await reader.next("ask")).pages[0] ?? 0);
  reader.socket.end();
  await reader.ending();
}

export const PAGE_BEHAVIOURS: readonly Behaviour[] = [
  {
    does: "sends a page of wrong bytes, again and again",
    whom: "fetcher",
    ends: ["wrong-bytes"],
    act: inSession(BIG_PAGES, poison),
  },
  {
    does: "comes back under its name after it was banned",
    whom: "fetcher",
    ends: ["banned"],
    act: async ({ dial }) => {
      const first = await (await dial()).greet(BIG_PAGES);
      await poison(first);
      const again = await dial({ id: first.id, address: first.address });
      again.say(again.hello());
      return again.ending();
    },
  },
  {
    does: "comes back under ever new names after it was banned",
    whom: "fetcher",
    ends: ["banned"],
    act: async ({ dial }) => {
      const address = freshAddress();
      for (let names = 0; names < 4; names++)
        await poison(await (await dial({ address, id: freshId() })).greet(BIG_PAGES));
      const again = await dial({ address });
      again.say(again.hello());
      return again.ending();
    },
  },
  {
    does: "sends one page of wrong bytes, hangs up at once and comes back, again and again",
    whom: "fetcher",
    ends: ["banned"],
    act: async ({ dial }) => {
      const [id, address] = [freshId(), freshAddress()];
      for (let times = 0; times < 2; times++) await poisonOnce(await (await dial({ id, address })).greet(BIG_PAGES));
      const again = await dial({ id, address });
      again.say(again.hello());
      return again.ending();
    },
  },
  {
    does: "sends one page of wrong bytes and hangs up, under ever new names",
    whom: "fetcher",
    ends: ["banned"],
    act: async ({ dial }) => {
      const address = freshAddress();
      for (let names = 0; names < 8; names++) await poisonOnce(await (await dial({ address })).greet(BIG_PAGES));
      const again = await dial({ address });
      again.say(again.hello());
      return again.ending();
    },
  },
  {
    does: "sends another page than was asked",
    whom: "fetcher",
    ends: ["not-asked"],
    act: asked((reader, page) =>
      reader.say({ flag: "piece", page: page === 0 ? 1 : 0, offset: 0, bytes: junk(PIECE) }),
    ),
  },
  {
    does: "sends a page that nobody asked for",
    whom: "both",
    ends: ["not-asked"],
    act: inSession("none", (reader) => reader.say({ flag: "piece", page: 0, offset: 0, bytes: junk(10) })),
  },
  {
    does: "sends a page that the book does not have",
    whom: "both",
    ends: ["not-asked"],
    act: inSession("none", (reader) => reader.say({ flag: "piece", page: 0xffff_ffff, offset: 0, bytes: junk(10) })),
  },
  {
    does: "sends more of a page than there is",
    whom: "fetcher",
    ends: ["malformed"],
    act: asked((reader, page) => {
      for (let offset = 0; offset < 192_000; offset += PIECE)
        reader.say({ flag: "piece", page, offset, bytes: junk(PIECE) });
      reader.say(
        { flag: "piece", page, offset: 192_000, bytes: junk(60_000) },
        { flag: "piece", page, offset: 252_000, bytes: junk(4_001) },
      );
    }),
  },
  {
    does: "ends a page early and begins another",
    whom: "fetcher",
    ends: ["malformed", "not-asked"],
    act: inSession(BIG_PAGES, async (reader) => {
      const pages: number[] = [];
      // The second page is asked for when the first one begins to come.
      for await (const page of reader.asks()) {
        reader.say({ flag: "piece", page, offset: 0, bytes: junk(PIECE) });
        if (pages.push(page) === 2) break;
      }
    }),
  },
  {
    does: "sends the pieces of a page out of order",
    whom: "fetcher",
    ends: ["malformed"],
    act: asked((reader, page) => reader.say({ flag: "piece", page, offset: PIECE, bytes: junk(PIECE) })),
  },
  {
    does: "sends pieces that overlap",
    whom: "fetcher",
    ends: ["malformed"],
    act: asked((reader, page) =>
      reader.say(
        { flag: "piece", page, offset: 0, bytes: junk(PIECE) },
        { flag: "piece", page, offset: PIECE - 1, bytes: junk(PIECE) },
      ),
    ),
  },
  {
    does: "sends a piece at the end of the numbers",
    whom: "fetcher",
    ends: ["malformed"],
    act: asked((reader, page) => reader.say({ flag: "piece", page, offset: 0xffff_fff0, bytes: junk(PIECE) })),
  },
  {
    does: "sends a piece without bytes",
    whom: "fetcher",
    ends: ["frame-length"],
    act: asked((reader) => reader.frame(0x22, new Uint8Array(8))),
  },
  {
    does: "sends a piece that is too long",
    whom: "fetcher",
    ends: ["frame-length"],
    act: asked((reader) => reader.frame(0x22, new Uint8Array(), 64_010)),
  },
  {
    does: "hangs up in the middle of a page",
    whom: "fetcher",
    ends: ["no word"],
    act: asked((reader, page) => {
      reader.say({ flag: "piece", page, offset: 0, bytes: junk(PIECE) });
      reader.socket.end();
    }),
  },
  {
    does: "refuses all that it said it holds",
    whom: "fetcher",
    ends: ["stays"],
    act: inSession("all", async (reader) => {
      let refused = 0;
      for await (const page of reader.asks()) {
        reader.say({ flag: "refuse", page, reason: "not-held" });
        if (++refused === 100) return;
      }
    }),
  },
  {
    does: "refuses as unreadable what it is asked, for ever",
    whom: "fetcher",
    ends: ["stays"],
    act: inSession(BIG_PAGES, async (reader) => {
      const refused = new Map<number, number>();
      for await (const page of reader.asks()) {
        reader.say({ flag: "refuse", page, reason: "unreadable" });
        // It is asked again for what has not come from elsewhere, after some seconds, and again.
        const times = (refused.get(page) ?? 0) + 1;
        if (times > (TRIES_ALL ? 5 : 2)) return;
        refused.set(page, times);
      }
    }),
  },
  {
    does: "refuses as taken back what was not, for ever",
    whom: "fetcher",
    ends: ["stays"],
    act: inSession(BIG_PAGES, async (reader) => {
      let refused = 0;
      const refuse = async () => {
        for await (const page of reader.asks()) {
          refused++;
          reader.say({ flag: "refuse", page, reason: "cancelled" });
        }
      };
      refuse().catch(() => undefined);
      await pause(2_000);
      // Each page is asked for again after some seconds, and no sooner.
      if (refused > BIG_PAGES.length) throw new Error(`It asked ${refused} times`);
    }),
  },
  {
    does: "refuses what nobody asked",
    whom: "both",
    ends: ["not-asked"],
    act: inSession("none", (reader) => reader.say({ flag: "refuse", page: 0, reason: "not-held" })),
  },
  {
    does: "refuses for a reason that is not in the table",
    whom: "both",
    ends: ["malformed"],
    act: inSession("none", (reader) => reader.frame(0x23, Uint8Array.of(0, 0, 0, 0, 99))),
  },
  {
    does: "takes a page back while it sends it",
    whom: "fetcher",
    ends: ["stays"],
    act: asked((reader, page) =>
      reader.say(
        { flag: "piece", page, offset: 0, bytes: junk(PIECE) },
        { flag: "lost", pages: [page] },
        { flag: "refuse", page, reason: "not-held" },
      ),
    ),
  },
  {
    does: "says that it holds a page that the book does not have",
    whom: "both",
    ends: ["no-such-page"],
    act: inSession("none", (reader) => reader.say({ flag: "have", pages: [beyond(reader)] })),
  },
  {
    does: "holds a set that goes beyond the book",
    whom: "both",
    ends: ["no-such-page"],
    act: inSession("none", (reader) =>
      reader.say({ flag: "heldSet", first: 8 * Math.ceil(beyond(reader) / 8), bits: Uint8Array.of(0xff) }),
    ),
  },
  {
    does: "holds a set that starts between bytes",
    whom: "both",
    ends: ["malformed"],
    act: inSession("none", (reader) => reader.frame(0x12, Uint8Array.of(0, 0, 0, 3, 0xff))),
  },
  {
    does: "loses a page that the book does not have",
    whom: "both",
    ends: ["no-such-page"],
    act: inSession("none", (reader) => reader.say({ flag: "lost", pages: [0xffff_ffff] })),
  },
  {
    does: "asks for a page that the book does not have",
    whom: "both",
    ends: ["no-such-page"],
    act: inSession("none", (reader) => reader.say({ flag: "ask", pages: [0x8000_0000] })),
  },
  {
    does: "asks twice for one page",
    whom: "server",
    ends: ["out-of-turn"],
    act: inSession("none", (reader) =>
      reader.say({ flag: "ask", pages: [...BIG_PAGES.slice(0, 8), BIG_PAGES[7] ?? 0] }),
    ),
  },
  {
    does: "asks for more at once than is accepted",
    whom: "server",
    ends: ["too-many-asks"],
    act: inSession("none", (reader) => {
      for (let from = 0; from < 2_500; from += 500)
        reader.say({ flag: "ask", pages: Array.from({ length: 500 }, (_, at) => from + at) });
    }),
  },
  {
    does: "asks for what its victim lacks, ten thousand times",
    whom: "fetcher",
    // A page that the victim fetches for it must not be asked for again meanwhile.
    ends: ["stays", "out-of-turn"],
    act: inSession("none", async (reader) => {
      for (let times = 0; times < 20; times++) {
        reader.say({ flag: "ask", pages: Array.from({ length: 500 }, (_, at) => reader.victim.pages - 1 - at) });
        await reader.stays();
        reader.heard.length = 0;
      }
    }),
  },
  {
    does: "cancels a page as it begins to come and asks for it again, again and again",
    whom: "server",
    ends: ["stays"],
    act: inSession("none", async (reader) => {
      for (let times = 0; times < 3; times++) {
        reader.say({ flag: "ask", pages: BIG_PAGES.slice(0, 1) });
        await reader.next("piece");
        reader.say({ flag: "cancel", pages: BIG_PAGES.slice(0, 1) });
        await reader.next("refuse");
      }
    }),
  },
  {
    does: "cancels what nobody asked",
    whom: "both",
    ends: ["stays"],
    act: inSession("none", (reader) => reader.say({ flag: "cancel", pages: [0, 1, 2] })),
  },
  {
    does: "cancels a page that the book does not have",
    whom: "both",
    ends: ["no-such-page"],
    act: inSession("none", (reader) => reader.say({ flag: "cancel", pages: [beyond(reader)] })),
  },
  {
    does: "asks for everything and cancels everything, again and again",
    whom: "server",
    ends: ["stays", "out-of-turn"],
    act: inSession("none", async (reader) => {
      const pages = Array.from({ length: 500 }, (_, at) => at);
      for (let times = 0; times < 50; times++) {
        reader.say({ flag: "ask", pages }, { flag: "cancel", pages });
        if ((await reader.stays()) !== "stays") return;
        reader.heard.length = 0;
      }
    }),
  },
  {
    does: "asks for everything and never reads",
    whom: "server",
    ends: ["stays"],
    act: async ({ dial }) => {
      const readers = await Promise.all(Array.from({ length: 20 }, () => dial({ reads: false })));
      for (const reader of readers) {
        reader.say(reader.hello(), { flag: "heldNone" });
        for (let from = 0; from < 2_000; from += 500)
          reader.say({ flag: "ask", pages: Array.from({ length: 500 }, (_, at) => from + at) });
      }
      return (await (await dial()).greet()).stays();
    },
  },
  {
    does: "asks, and closes its half at once",
    whom: "server",
    ends: ["no word"],
    act: inSession("none", (reader) => {
      reader.say({ flag: "ask", pages: BIG_PAGES.slice(0, 3) });
      reader.socket.end();
    }),
  },
];
