import { once } from "node:events";
import { describe, expect, it } from "vitest";
import {
  CLOSING_MAX,
  CONTROL_BYTES_UNSENT_MAX,
  CONTROL_FRAMES_UNSENT_MAX,
} from "../../../peer-node/transport/limits.ts";
import { encodeMessage } from "../../../shared/wire/codec.ts";
import type { ReaderMessage } from "../../../shared/wire/messages.ts";
import { HELLO, linkAndSocket, messagesUntilEnd, reportOf } from "./sockets.ts";

const PING = { flag: "ping" } as const;
const HAVE = { flag: "have", pages: [1, 2, 3] } as const;
const PIECE = { flag: "piece", page: 7, offset: 0, bytes: new Uint8Array(64_000).fill(7) } as const;

describe("Link, receiving", () => {
  it("delivers the same messages when their frames arrive one byte at a time", async () => {
    const { link, socket } = await linkAndSocket();
    const report = reportOf(link);
    for (const byte of [HELLO, PING, HAVE].flatMap((message) => [...encodeMessage(message)])) {
      socket.write(Uint8Array.of(byte));
      await new Promise(setImmediate);
    }
    expect(await report.heard(3)).toEqual([HELLO, PING, HAVE]);
  });

  it("delivers many frames of one chunk in order", async () => {
    const { link, socket } = await linkAndSocket();
    const report = reportOf(link);
    const messages: readonly ReaderMessage[] = Array.from({ length: 500 }, (_, page) => ({
      flag: "have",
      pages: [page],
    }));
    socket.write(Buffer.concat(messages.map(encodeMessage)));
    expect(await report.heard(500)).toEqual(messages);
  });

  it("keeps the frames of links apart that read into the same buffer", async () => {
    const sides = await Promise.all(Array.from({ length: 4 }, () => linkAndSocket()));
    const reports = sides.map(({ link }) => reportOf(link));
    const frame = encodeMessage(PIECE);
    for (let from = 0; from < frame.length; from += 10_007) {
      for (const { socket } of sides) socket.write(frame.subarray(from, from + 10_007));
      await new Promise(setImmediate);
    }
    for (const report of reports) expect(await report.heard(1)).toEqual([PIECE]);
  });

  it("delivers a held set that stays as it is when more is read", async () => {
    const { link, socket } = await linkAndSocket();
    const report = reportOf(link);
    const heldSet = (fill: number) =>
      ({ flag: "heldSet", first: 0, bits: new Uint8Array(100).fill(fill) }) as const satisfies ReaderMessage;
    socket.write(encodeMessage(heldSet(0xaa)));
    await report.heard(1);
    socket.write(encodeMessage(heldSet(0x55)));
    expect(await report.heard(2)).toEqual([heldSet(0xaa), heldSet(0x55)]);
  });

  it("hands over between two messages of one chunk to whoever attaches during the first", async () => {
    const { link, socket } = await linkAndSocket();
    const second = Promise.withResolvers<ReaderMessage>();
    link.attach({
      message: () => link.attach({ message: second.resolve, broken: () => undefined, closed: () => undefined }),
      broken: () => undefined,
      closed: () => undefined,
    });
    socket.write(Buffer.concat([encodeMessage(HELLO), encodeMessage(PING)]));
    expect(await second.promise).toEqual(PING);
  });

  it("reads nothing before it is attached to", async () => {
    const { link, socket } = await linkAndSocket();
    socket.write(encodeMessage(PING));
    await new Promise(setImmediate);
    expect(await reportOf(link).heard(1)).toEqual([PING]);
  });

  it("reports a violation once, and nothing after it", async () => {
    const { link, socket } = await linkAndSocket();
    const report = reportOf(link);
    socket.write(Buffer.concat([encodeMessage(PING), Uint8Array.of(0, 0, 0, 1, 0x7f), encodeMessage(PING)]));
    await report.brokenOnce;
    socket.end(encodeMessage(PING));
    await report.closed;
    expect(report.messages).toEqual([PING]);
    expect(report.broken).toEqual([{ fault: "unknown-flag", message: "No flag has the number 127" }]);
  });

  it("reports a closed link once when the other side ends, resets, or is ended", async () => {
    for (const end of ["end", "resetAndDestroy", "destroy"] as const) {
      const { link, socket } = await linkAndSocket();
      const report = reportOf(link);
      socket[end]();
      await report.closed;
      expect(link.state).toBe("closed");
    }
    const { link } = await linkAndSocket();
    const report = reportOf(link);
    link.destroy();
    await report.closed;
  });
});

describe("Link, sending", () => {
  it("sends what is sent within one turn of the loop in one packet", async () => {
    const { link, socket } = await linkAndSocket();
    reportOf(link);
    link.send(HELLO);
    link.send(PING);
    link.send(HAVE);
    const [bytes] = await once(socket, "data");
    expect(bytes).toEqual(Buffer.concat([HELLO, PING, HAVE].map(encodeMessage)));
  });

  it("gives back a buffer of frames when its bytes have left", async () => {
    const { link, socket } = await linkAndSocket();
    reportOf(link);
    const frame = encodeMessage(PIECE);
    const buffer = new Uint8Array(frame.length + 1_000);
    buffer.set(frame);
    socket.resume();
    expect(await new Promise((done) => link.sendFrames(buffer, frame.length, done))).toBe(true);
  });

  it("gives back a buffer of frames that never left, and says so", async () => {
    const { link } = await linkAndSocket();
    const report = reportOf(link);
    const buffer = new Uint8Array(64_000);
    const results: boolean[] = [];
    for (let frames = 0; frames < 500; frames++) link.sendFrames(buffer, buffer.length, (sent) => results.push(sent));
    link.destroy();
    await report.closed;
    await new Promise(setImmediate);
    expect(results.length).toBe(500);
    expect(results.at(-1)).toBe(false);
    link.sendFrames(buffer, 5, (sent) => results.push(sent));
    expect(results.slice(500)).toEqual([false]);
  });

  it("closes as silent a reader that never reads what it is told", async () => {
    const { link, socket } = await linkAndSocket(20);
    const report = reportOf(link);
    socket.pause();
    const message = { flag: "have", pages: Array.from({ length: 512 }, (_, page) => page) } as const;
    let sent = 0;
    for (; link.state === "open"; sent += encodeMessage(message).length) {
      link.send(message);
      await new Promise(setImmediate);
    }
    await report.closed;
    expect(sent).toBeGreaterThan(CONTROL_BYTES_UNSENT_MAX);
  });

  it("closes as silent a reader that never reads, however small the frames", async () => {
    const { link, socket } = await linkAndSocket(20);
    const report = reportOf(link);
    socket.pause();
    // Fills what the system keeps, so that the small frames behind it stay.
    link.sendFrames(new Uint8Array(32_000_000), 32_000_000, () => undefined);
    let frames = 0;
    for (; link.state === "open"; frames++) {
      link.send({ flag: "pong" });
      if (frames % 1_000 === 0) await new Promise(setImmediate);
    }
    await report.closed;
    expect(frames).toBe(CONTROL_FRAMES_UNSENT_MAX + 2);
  });

  it("counts no frame that has left", async () => {
    const { link, socket } = await linkAndSocket();
    reportOf(link);
    socket.resume();
    for (let frames = 0; frames < 2 * CONTROL_FRAMES_UNSENT_MAX; frames++) {
      link.send({ flag: "pong" });
      if (frames % 5_000 === 0) await new Promise((done) => link.sendFrames(new Uint8Array(1), 1, done));
    }
    expect(link.state).toBe("open");
  });
});

describe("Link, closing", () => {
  it("cuts off the link that has said goodbye longest when too many do at once", async () => {
    const sides = await Promise.all(Array.from({ length: CLOSING_MAX + 20 }, () => linkAndSocket(600_000)));
    const closed = sides.map(({ link }) => reportOf(link).closed);
    for (const { link } of sides) link.close("leaving", "");
    await Promise.all(closed.slice(0, 20));
    expect(sides.filter(({ link }) => link.state === "closing").length).toBe(CLOSING_MAX);
  });

  it("tells the other side why, behind everything that was sent before", async () => {
    const { link, socket } = await linkAndSocket();
    reportOf(link);
    link.send(HAVE);
    link.close("leaving", "the reader is leaving the book");
    link.send(PING);
    expect(await messagesUntilEnd(socket)).toEqual([
      HAVE,
      { flag: "close", fault: "leaving", message: "the reader is leaving the book" },
    ]);
  });

  it("gets the reason across although the other side never stops sending", async () => {
    const { link, socket } = await linkAndSocket();
    const report = reportOf(link);
    const frame = encodeMessage(PIECE);
    let open = true;
    socket.once("close", () => (open = false));
    const pour = () => {
      while (open && socket.write(frame));
      if (open) socket.once("drain", pour);
    };
    const received = messagesUntilEnd(socket);
    pour();
    await report.heard(10);
    link.close("not-asked", "page 7 was not asked for");
    expect(await received).toContainEqual({ flag: "close", fault: "not-asked", message: "page 7 was not asked for" });
    await report.closed;
  });

  it("answers a violation with a close frame that says what was wrong", async () => {
    const { link, socket } = await linkAndSocket();
    link.attach({
      message: () => undefined,
      broken: (fault, message) => link.close(fault, message),
      closed: () => undefined,
    });
    socket.write(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x22));
    const [close] = await messagesUntilEnd(socket);
    expect(close).toMatchObject({ flag: "close", fault: "frame-length" });
  });

  it("delivers no message after it was closed, not even of the same chunk", async () => {
    const { link, socket } = await linkAndSocket();
    const messages: ReaderMessage[] = [];
    const closed = new Promise<void>((resolve) => {
      link.attach({
        message: (message) => {
          messages.push(message);
          link.close("out-of-turn", "no");
        },
        broken: () => undefined,
        closed: resolve,
      });
    });
    socket.end(Buffer.concat([encodeMessage(PING), encodeMessage(PING)]));
    await closed;
    expect(messages).toEqual([PING]);
  });

  it("is destroyed after a grace when the other side does not end", async () => {
    const { link, socket } = await linkAndSocket(20);
    const report = reportOf(link);
    socket.pause();
    link.close("silent", "nothing heard");
    await report.closed;
  });
});
