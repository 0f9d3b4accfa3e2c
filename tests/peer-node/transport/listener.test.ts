import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import type { Link } from "../../../peer-node/transport/link.ts";
import { ListenFailed } from "../../../peer-node/transport/listen.ts";
import { Listener, protocolOf } from "../../../peer-node/transport/listener.ts";
import { encodeMessage } from "../../../shared/wire/codec.ts";
import type { Hello } from "../../../shared/wire/messages.ts";
import { connectTo, HAS_IPV6, HELLO, messagesUntilEnd, openListener, portOf, reportOf } from "./sockets.ts";

const refuseAll = () => "unknown-book" as const;

describe("Listener", () => {
  it("leads a link to whoever takes its hello, with the frames that came behind it", async () => {
    const taken = Promise.withResolvers<{
      readonly link: Link;
      readonly hello: Hello;
      readonly rest: Promise<unknown>;
    }>();
    const listener = await openListener((link, hello) => {
      taken.resolve({ link, hello, rest: reportOf(link).heard(1) });
      return undefined;
    });
    const socket = await connectTo({ host: "127.0.0.1", port: listener.port });
    socket.write(Buffer.concat([encodeMessage(HELLO), encodeMessage({ flag: "heldAll" })]));
    const { link, hello, rest } = await taken.promise;
    expect(hello).toEqual(HELLO);
    expect(link.host).toBe("127.0.0.1");
    expect(await rest).toEqual([{ flag: "heldAll" }]);
  });

  it("tells whoever names a book that nobody takes why it is refused", async () => {
    const listener = await openListener(refuseAll);
    const socket = await connectTo({ host: "127.0.0.1", port: listener.port });
    socket.write(encodeMessage(HELLO));
    expect(await messagesUntilEnd(socket)).toMatchObject([{ flag: "close", fault: "unknown-book" }]);
  });

  it("answers a probe of a reader that is here with a proof, tells others why not, and leads neither to a book", async () => {
    const nonce = Buffer.from("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", "hex");
    const probe = { flag: "probe", version: 1, bookId: HELLO.bookId, to: HELLO.to, nonce } as const;
    const here = (listed: boolean) =>
      openListener(() => expect.unreachable(), {
        absence: ({ to }) => (listed && to === HELLO.to ? undefined : "wrong-reader"),
      });
    for (const [listed, to, answer] of [
      [true, HELLO.to, { flag: "proof", from: HELLO.to, nonce }],
      [true, HELLO.from, { flag: "close", fault: "wrong-reader" }],
      [false, HELLO.to, { flag: "close", fault: "wrong-reader" }],
    ] as const) {
      const socket = await connectTo({ host: "127.0.0.1", port: (await here(listed)).port });
      socket.write(encodeMessage({ ...probe, to }));
      expect(await messagesUntilEnd(socket)).toMatchObject([answer]);
    }
  });

  it("closes as silent a connection that has not said hello in time, whole or in part", async () => {
    const listener = await openListener(refuseAll, { helloTimeoutMs: 30 });
    for (const said of [[], [...encodeMessage(HELLO).subarray(0, 40)]]) {
      const socket = await connectTo({ host: "127.0.0.1", port: listener.port });
      socket.write(Uint8Array.from(said));
      expect(await messagesUntilEnd(socket)).toMatchObject([{ flag: "close", fault: "silent" }]);
    }
  });

  it("refuses what is no bookswarm: another protocol, another first frame, a hello without the magic", async () => {
    const listener = await openListener(refuseAll);
    const noMagic = encodeMessage(HELLO);
    noMagic[5] = 0;
    const openings = [
      Buffer.from("GET / HTTP/1.1\r\n\r\n"),
      Uint8Array.of(0x16, 3, 1, 0, 200),
      Uint8Array.of(0, 0, 0, 1, 0xee),
      encodeMessage({ flag: "ping" }),
      noMagic,
    ];
    for (const opening of openings) {
      const socket = await connectTo({ host: "127.0.0.1", port: listener.port });
      socket.write(opening);
      expect(await messagesUntilEnd(socket)).toMatchObject([{ flag: "close", fault: "not-bookswarm" }]);
    }
  });

  it("lets the longest waiting go when one address holds all the places it may have", async () => {
    const listener = await openListener(refuseAll, { waitingPerNetworkMax: 3 });
    const address = { host: "127.0.0.1", port: listener.port };
    const first = await connectTo(address);
    const pushedOut = once(first, "close");
    first.resume();
    for (let more = 0; more < 3; more++) await connectTo(address);
    await pushedOut;
    const honest = await connectTo(address);
    honest.write(encodeMessage(HELLO));
    expect(await messagesUntilEnd(honest)).toMatchObject([{ fault: "unknown-book" }]);
  });

  it("closes its door and sends the waiting away, but leaves the links that were taken", async () => {
    const taken = Promise.withResolvers<Link>();
    const listener = await Listener.open((link) => void taken.resolve(link) as undefined, { host: "127.0.0.1" });
    const address = { host: "127.0.0.1", port: listener.port };
    const greeted = await connectTo(address);
    greeted.write(encodeMessage(HELLO));
    const link = await taken.promise;
    const waiting = await connectTo(address);
    waiting.resume();
    const gone = once(waiting, "close");
    await listener.close();
    await gone;
    link.send({ flag: "ping" });
    await once(greeted, "data");
    link.destroy();
  });

  it("names the fault when its port is taken", async () => {
    const port = await portOf(createServer());
    const opening = Listener.open(refuseAll, { port, host: "127.0.0.1" });
    await expect(opening).rejects.toThrow(ListenFailed);
    await expect(opening).rejects.toMatchObject({ code: "port-taken" });
  });

  it.skipIf(!HAS_IPV6)("takes IPv4 and IPv6 alike, and reports an IPv4 host plainly", async () => {
    const hosts: string[] = [];
    const listener = await Listener.open((link) => {
      hosts.push(link.host);
      return "unknown-book";
    });
    for (const host of ["127.0.0.1", "::1"]) {
      const socket = await connectTo({ host, port: listener.port });
      socket.write(encodeMessage(HELLO));
      await messagesUntilEnd(socket);
    }
    await listener.close();
    expect(hosts).toEqual(["127.0.0.1", "::1"]);
  });
});

describe("protocolOf", () => {
  it("knows plain frames and TLS by their first byte", () => {
    expect([0x00, 0x16, 0x47].map(protocolOf)).toEqual(["frames", "tls", "other"]);
  });
});
