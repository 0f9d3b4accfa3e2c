// Real loopback sockets for tests: a link on one side, and a bare socket on the other that does as the test wishes.

import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { onTestFinished } from "vitest";
import type { Address } from "../../../peer-node/core/events.ts";
import { adoptSource } from "../../../peer-node/transport/byte-source.ts";
import { Link } from "../../../peer-node/transport/link.ts";
import { Listener, type ListenerOptions, type Router } from "../../../peer-node/transport/listener.ts";
import type { LinkFault } from "../../../shared/faults.ts";
import { parseBookId, parseReaderId } from "../../../shared/ids.ts";
import { FrameDecoder } from "../../../shared/wire/frame-decoder.ts";
import type { Hello, ReaderMessage } from "../../../shared/wire/messages.ts";

/** Containers often come without IPv6. */
export const HAS_IPV6: boolean = Object.values(networkInterfaces()).some((one) =>
  one?.some(({ address }) => address === "::1"),
);

export const HELLO: Hello = {
  flag: "hello",
  version: 1,
  bookId: parseBookId("b0".repeat(32)),
  from: parseReaderId("f0".repeat(32)),
  to: parseReaderId("70".repeat(32)),
  port: 7000,
  asks: 2_000,
};

/** A link on an accepted socket, and the bare socket that dialled it. */
export async function linkAndSocket(graceMs?: number): Promise<{ readonly link: Link; readonly socket: Socket }> {
  const server = createServer({ pauseOnConnect: true, noDelay: true });
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const socket = await connectTo({ host: "127.0.0.1", port: await portOf(server) });
  const link = new Link(adoptSource((await accepted)[0]), graceMs);
  onTestFinished(() => link.destroy());
  return { link, socket };
}

/** A listener that is closed when the test ends. */
export async function openListener(router: Router, options?: ListenerOptions): Promise<Listener> {
  const listener = await Listener.open(router, { host: "127.0.0.1", ...options });
  onTestFinished(() => listener.close());
  return listener;
}

/** A server without manners, closed when the test ends. */
export async function portOf(server: Server, host = "127.0.0.1"): Promise<number> {
  server.listen(0, host);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The server has no port");
  return address.port;
}

export async function connectTo(address: Address, allowHalfOpen = false): Promise<Socket> {
  const socket = connect({ ...address, allowHalfOpen, noDelay: true });
  socket.on("error", () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket;
}

/** What a link reported, with a way to wait for it. */
export interface Report {
  readonly messages: ReaderMessage[];
  readonly broken: { readonly fault: LinkFault; readonly message: string }[];
  readonly closed: Promise<void>;
  /** Settles when as many messages have come. */
  heard(count: number): Promise<readonly ReaderMessage[]>;
  /** Settles when the link was reported broken. */
  readonly brokenOnce: Promise<void>;
}

/** Attaches to a link and writes down what it reports; pieces are copied. */
export function reportOf(link: Link): Report {
  const closed = Promise.withResolvers<void>();
  const brokenOnce = Promise.withResolvers<void>();
  const waiting: { readonly count: number; readonly done: () => void }[] = [];
  const report: Report = {
    messages: [],
    broken: [],
    closed: closed.promise,
    brokenOnce: brokenOnce.promise,
    heard: (count) =>
      new Promise((resolve) => {
        const done = () => resolve(report.messages);
        if (report.messages.length >= count) done();
        else waiting.push({ count, done });
      }),
  };
  link.attach({
    message: (message) => {
      report.messages.push(message.flag === "piece" ? { ...message, bytes: message.bytes.slice() } : message);
      for (const { count, done } of waiting) if (report.messages.length >= count) done();
    },
    broken: (fault, message) => {
      report.broken.push({ fault, message });
      brokenOnce.resolve();
    },
    closed: closed.resolve,
  });
  return report;
}

/** Every message that a bare socket receives until its end. */
export async function messagesUntilEnd(socket: Socket): Promise<readonly ReaderMessage[]> {
  const decoder = new FrameDecoder();
  const messages: ReaderMessage[] = [];
  socket.on("data", (bytes) =>
    decoder.feed(bytes, (message) => {
      messages.push(message.flag === "piece" ? { ...message, bytes: message.bytes.slice() } : message);
      return true;
    }),
  );
  await new Promise((resolve) => socket.once("close", resolve).once("end", resolve));
  return messages;
}
