import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Address } from "../../../peer-node/core/events.ts";
import { DialFailed, dial } from "../../../peer-node/transport/dialer.ts";
import { encodeMessage } from "../../../shared/wire/codec.ts";
import { connectTo, HAS_IPV6, HELLO, portOf, reportOf } from "./sockets.ts";

const greeter = () => createServer((socket) => void socket.on("error", () => undefined).write(encodeMessage(HELLO)));

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Listens and stands still: what its backlog has room for is connected by the kernel, and nobody is accepted. */
const STANDSTILL = `
  const { parentPort } = require("node:worker_threads");
  const server = require("node:net").createServer();
  server.listen({ host: "127.0.0.1", port: 0, backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

/** An address that neither connects nor refuses, as behind a dead route: its backlog is full. */
async function silentAddress(): Promise<Address> {
  const worker = new Worker(STANDSTILL, { eval: true });
  onTestFinished(async () => void (await worker.terminate()));
  const [port] = (await once(worker, "message")) as [number];
  const address = { host: "127.0.0.1", port };
  // Linux keeps one more than it is told to.
  await Promise.all([connectTo(address), connectTo(address)]);
  return address;
}

interface Dial {
  readonly socket: Socket;
  /** How many begun before were connecting still when it began. */
  readonly beside: number;
}

/** Every dial of this process from now on, in the order in which they begin. */
function dialsFromNow(): readonly Dial[] {
  const dials: Dial[] = [];
  const begins = (message: unknown) => {
    const { socket } = message as { readonly socket: Socket };
    dials.push({ socket, beside: dials.filter((dial) => dial.socket.connecting).length });
  };
  subscribe("net.client.socket", begins);
  onTestFinished(() => void unsubscribe("net.client.socket", begins));
  return dials;
}

describe("dial", () => {
  it("returns a link that reads nothing until it is attached to", async () => {
    const port = await portOf(greeter());
    const link = await dial([{ host: "127.0.0.1", port }]);
    expect(link.host).toBe("127.0.0.1");
    expect(await reportOf(link).heard(1)).toEqual([HELLO]);
    link.destroy();
  });

  it("goes on to the next address when one refuses", async () => {
    const addresses = [
      { host: "127.0.0.1", port: await freePort() },
      { host: "127.0.0.1", port: await portOf(greeter()) },
    ];
    const link = await dial(addresses, { staggerMs: 60_000 });
    link.destroy();
  });

  it("tries the next address beside one that says nothing, and gives that one up when the next connects", async () => {
    const addresses = [await silentAddress(), { host: "127.0.0.1", port: await portOf(greeter()) }];
    const dials = dialsFromNow();
    const link = await dial(addresses, { staggerMs: 1 });
    expect(await reportOf(link).heard(1)).toEqual([HELLO]);
    expect(dials.map(({ beside }) => beside)).toEqual([0, 1]);
    expect(dials[0]?.socket.destroyed).toBe(true);
    link.destroy();
  });

  it.skipIf(!HAS_IPV6)("reaches IPv6", async () => {
    const port = await portOf(greeter(), "::1");
    const link = await dial([{ host: "::1", port }]);
    expect(link.host).toBe("::1");
    link.destroy();
  });

  it("fails with the last reason when every address refuses", async () => {
    const dialling = dial([{ host: "127.0.0.1", port: await freePort() }]);
    await expect(dialling).rejects.toThrow(DialFailed);
    await expect(dialling).rejects.toMatchObject({ code: "refused", cause: { code: "ECONNREFUSED" } });
  });

  it("never looks up a name", async () => {
    await expect(dial([{ host: "localhost", port: 1 }])).rejects.toMatchObject({ code: "no-address" });
  });

  it("fails when the time allowed is over, and leaves nothing open", async () => {
    const silent = await silentAddress();
    const dials = dialsFromNow();
    const dialling = dial([silent, silent], { staggerMs: 1, timeoutMs: 20 });
    await expect(dialling).rejects.toThrow(DialFailed);
    await expect(dialling).rejects.toMatchObject({ code: "timed-out", message: "No address answered in 20 ms" });
    expect(dials.map(({ socket }) => socket.destroyed)).toEqual([true, true]);
  });

  it("is given up by its signal, before and during", async () => {
    const silent = await silentAddress();
    const dials = dialsFromNow();
    await expect(dial([silent], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
    expect(dials).toEqual([]);
    const controller = new AbortController();
    const dialling = dial([silent], { signal: controller.signal });
    controller.abort();
    await expect(dialling).rejects.toMatchObject({ code: "aborted" });
    expect(dials.map(({ socket }) => socket.destroyed)).toEqual([true]);
  });
});
