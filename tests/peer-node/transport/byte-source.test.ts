import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { adoptSource, type ByteSource } from "../../../peer-node/transport/byte-source.ts";
import { connectTo, portOf } from "./sockets.ts";

async function acceptedAndFar(): Promise<{
  readonly accepted: Socket;
  readonly far: Socket;
  readonly closed: Promise<void>;
}> {
  const server = createServer({ pauseOnConnect: true });
  const connection = once(server, "connection") as Promise<[Socket]>;
  const far = await connectTo({ host: "127.0.0.1", port: await portOf(server) });
  const [accepted] = await connection;
  return { accepted, far, closed: new Promise((resolve) => server.close(() => resolve())) };
}

async function nextBytes(source: ByteSource): Promise<string> {
  return new Promise((resolve) => {
    source.take = (bytes) => resolve(Buffer.from(bytes).toString());
    source.socket.resume();
  });
}

describe("adoptSource", () => {
  it("reads an accepted connection without `data` events, and lets its server close", async () => {
    const { accepted, far, closed } = await acceptedAndFar();
    const source = adoptSource(accepted);
    expect(source.socket).not.toBe(accepted);
    far.write("page");
    expect(await nextBytes(source)).toBe("page");
    await closed;
    source.socket.destroy();
  });

  it("falls back to `data` events where the private handle is not there", async () => {
    const { accepted, far } = await acceptedAndFar();
    const hidden = new Proxy(accepted, {
      get: (socket, name) => {
        const value = name === "_handle" ? undefined : Reflect.get(socket, name);
        return typeof value === "function" ? value.bind(socket) : value;
      },
    });
    const source = adoptSource(hidden);
    expect(source.socket).toBe(hidden);
    far.write("page");
    expect(await nextBytes(source)).toBe("page");
    accepted.destroy();
  });
});
