import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { DialFailed, dial } from "../../../peer-node/transport/dialer.ts";
import { encodeMessage } from "../../../shared/wire/codec.ts";
import { HAS_IPV6, HELLO, portOf, reportOf } from "./sockets.ts";

const greeter = () => createServer((socket) => void socket.on("error", () => undefined).write(encodeMessage(HELLO)));

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Documentation addresses (RFC 5737) answer nobody: a dial hangs, or is refused by the network at once. */
const NOWHERE = { host: "192.0.2.1", port: 9 };

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

  it("does not wait for an address that says nothing", async () => {
    const link = await dial([NOWHERE, { host: "127.0.0.1", port: await portOf(greeter()) }], { staggerMs: 1 });
    expect(link.host).toBe("127.0.0.1");
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

  it("fails when the time allowed is over", async () => {
    await expect(dial([NOWHERE], { timeoutMs: 20 })).rejects.toThrow(DialFailed);
  });

  it("is given up by its signal, before and during", async () => {
    await expect(dial([NOWHERE], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
    const controller = new AbortController();
    const dialling = dial([{ host: "127.0.0.1", port: await portOf(greeter()) }], { signal: controller.signal });
    controller.abort();
    await expect(dialling).rejects.toMatchObject({ code: "aborted" });
  });
});
