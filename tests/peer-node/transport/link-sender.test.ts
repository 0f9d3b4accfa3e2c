import { describe, expect, it } from "vitest";
import { DiskFault } from "../../../peer-node/storage/page-store.ts";
import { BufferPool } from "../../../peer-node/transport/buffer-pool.ts";
import { LinkSender } from "../../../peer-node/transport/link-sender.ts";
import type { ReaderMessage } from "../../../shared/wire/messages.ts";
import { bookOf, byteAt, readPattern, storeOf } from "./pages.ts";
import { linkAndSocket, messagesUntilEnd, reportOf } from "./sockets.ts";

const BOOK = bookOf(600_000);
const PAGE = BOOK.page(0);

const shape = (message: ReaderMessage) =>
  message.flag === "piece" ? `piece ${message.page} ${message.offset}+${message.bytes.length}` : message.flag;

async function senderOver(read: typeof readPattern) {
  const { link, socket } = await linkAndSocket();
  reportOf(link);
  const pool = new BufferPool();
  return {
    link,
    pool,
    sender: new LinkSender(link, storeOf(BOOK, { read }), pool),
    received: messagesUntilEnd(socket),
  };
}

describe("LinkSender", () => {
  it("sends a page as pieces of at most 64,000 bytes and returns its buffer to the pool", async () => {
    const { link, pool, sender, received } = await senderOver(readPattern);
    expect(await sender.sendPage({ page: PAGE, offset: 0, bytes: 256_000 })).toBe(true);
    expect(pool.takenBytes).toBe(0);
    link.close("leaving", "");
    const messages = await received;
    expect(messages.map(shape)).toEqual([
      "piece 0 0+64000",
      "piece 0 64000+64000",
      "piece 0 128000+64000",
      "piece 0 192000+64000",
      "close",
    ]);
    for (const piece of messages.slice(0, 4)) {
      if (piece.flag === "piece")
        expect(piece.bytes.every((byte, at) => byte === byteAt(0, piece.offset + at))).toBe(true);
    }
  });

  it("asks the store once for a stretch", async () => {
    const reads: unknown[] = [];
    const { sender } = await senderOver(async (page, offset, targets) => {
      reads.push([page, offset, targets.map(({ length }) => length)]);
    });
    await sender.sendPage({ page: PAGE, offset: 64_000, bytes: 130_000 });
    expect(reads).toEqual([[0, 64_000, [64_000, 64_000, 2_000]]]);
  });

  it("keeps the order of pages and messages, however long a read takes", async () => {
    const firstRead = Promise.withResolvers<void>();
    const { link, sender, received } = await senderOver((page) => (page === 0 ? firstRead.promise : Promise.resolve()));
    const first = sender.sendPage({ page: PAGE, offset: 0, bytes: 10 });
    sender.send({ flag: "refuse", page: 2, reason: "cancelled" });
    const second = sender.sendPage({ page: BOOK.page(1), offset: 0, bytes: 20 });
    sender.send({ flag: "pong" });
    firstRead.resolve();
    await Promise.all([first, second]);
    link.close("leaving", "");
    expect((await received).map(shape)).toEqual(["piece 0 0+10", "refuse", "piece 1 0+20", "pong", "close"]);
  });

  it("fails the later stretches of a page that could not be read, and goes on with others", async () => {
    const fault = new DiskFault("failed", "a.png", "a.png cannot be read");
    let reads = 0;
    const { link, pool, sender, received } = await senderOver(async (page) => {
      reads++;
      if (page === 0) throw fault;
    });
    const outcomes = await Promise.allSettled([
      sender.sendPage({ page: PAGE, offset: 0, bytes: 64_000 }),
      sender.sendPage({ page: PAGE, offset: 64_000, bytes: 64_000 }),
      sender.sendPage({ page: BOOK.page(1), offset: 0, bytes: 10 }),
    ]);
    expect(outcomes).toMatchObject([{ reason: fault }, { reason: fault }, { value: true }]);
    expect([reads, pool.takenBytes]).toEqual([2, 0]);
    link.close("leaving", "");
    expect((await received).map(shape)).toEqual(["piece 1 0+10", "close"]);
  });

  it("says that nothing left when the link has ended", async () => {
    const { link, sender } = await senderOver(readPattern);
    link.close("leaving", "");
    expect(await sender.sendPage({ page: PAGE, offset: 0, bytes: 10 })).toBe(false);
  });
});
