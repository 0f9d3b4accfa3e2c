import type { IncomingMessage } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { TrackerSession, type TrackerSessionHandlers } from "../../../peer-node/tracker/tracker-session.ts";
import { parseReaderId } from "../../../shared/ids.ts";
import { ALIVE_MESSAGE } from "../../../shared/tracker-api/codec.ts";
import { BOOK_ID, json, serve } from "./web-server.ts";

const TAKEN = {
  flag: "CON",
  readerId: parseReaderId("ee".repeat(32)),
  observed: "127.0.0.1",
  heartbeatSeconds: 30,
  readers: 1,
  complete: 0,
  sublist: [],
};
const REGISTRATION = { secret: "5e".repeat(32), port: 7000, silent: false, pages: 9, pagesHeld: 0 };

/** A tracker in the test's hands, but for the answer to whoever leaves. */
async function tracker(onSocket: (socket: WebSocket, request: IncomingMessage) => void): Promise<string> {
  const web = await serve((_, response) => json(response, { code: "unknown-book", message: "No such book" }, 404));
  const sockets = new WebSocketServer({ server: web.server });
  sockets.on("connection", (socket, request) => {
    onSocket(socket, request);
    socket.on("message", (data) => {
      if (data.toString() !== '{"flag":"DRG"}') return;
      socket.send(JSON.stringify({ flag: "DNE" }));
      socket.close(1000);
    });
  });
  onTestFinished(() => {
    for (const client of sockets.clients) client.terminate();
  });
  return web.url;
}

/** A session that tells what happens as a list of words; `until` waits for one of them. */
function sessionAt(url: string, token?: string) {
  const told: string[] = [];
  const waiting = new Map<string, () => void>();
  const tell = (word: string) => {
    told.push(word);
    waiting.get(word)?.();
  };
  const handlers: TrackerSessionHandlers = {
    registered: ({ observed }) => tell(`registered ${observed}`),
    listed: ({ readers }) => tell(`listed ${readers}`),
    called: (reader) => tell(`called ${reader}`),
    health: ({ readers }) => tell(`health ${readers}`),
    refused: (code) => tell(`refused ${code}`),
    lost: () => tell("lost"),
    back: () => tell("back"),
  };
  const credential = token === undefined ? undefined : { tracker: url, token };
  const session = new TrackerSession(
    { address: { tracker: url, credential }, bookId: BOOK_ID, registration: REGISTRATION, random: () => 0 },
    handlers,
  );
  onTestFinished(() => session.leave());
  const until = (word: string) =>
    told.includes(word) ? Promise.resolve() : new Promise<void>((resolve) => waiting.set(word, resolve));
  session.start();
  return { session, told, until };
}

describe("TrackerSession", () => {
  it("registers, shows its token, answers a heartbeat with the exact text, and deregisters", async () => {
    const heard: string[] = [];
    const requests: IncomingMessage[] = [];
    const url = await tracker((socket, request) => {
      requests.push(request);
      socket.on("message", (data) => {
        const text = data.toString();
        heard.push(text);
        if (text.includes('"CON"')) {
          socket.send(JSON.stringify(TAKEN));
          socket.send(JSON.stringify({ flag: "HBT", heartbeatSeconds: 30, readers: 7, complete: 0 }));
        }
      });
    });
    const { session, told, until } = sessionAt(url, "t0ken");
    await until("health 7");
    await session.leave();
    expect(heard).toEqual([expect.stringContaining('"CON"'), ALIVE_MESSAGE, JSON.stringify({ flag: "DRG" })]);
    expect(told).toEqual(["registered 127.0.0.1", "health 7"]);
    expect(requests[0]?.url).toBe(`/books/${BOOK_ID}/readers`);
    expect(requests[0]?.headers.authorization).toBe("Bearer t0ken");
    expect(requests[0]?.headers["sec-websocket-extensions"]).toBeUndefined();
  });

  it("comes back after a socket breaks, says something senseless, or is closed as evicted", async () => {
    const ends: readonly ((socket: WebSocket) => void)[] = [
      (socket) => socket.terminate(),
      (socket) => socket.send("{"),
      (socket) => socket.close(4408, "evicted"),
    ];
    for (const end of ends) {
      let sockets = 0;
      const url = await tracker((socket) => {
        const first = ++sockets === 1;
        socket.on("message", () => {
          socket.send(JSON.stringify(TAKEN));
          if (first) end(socket);
        });
      });
      const { told, until } = sessionAt(url);
      await until("back");
      expect(told).toEqual(["registered 127.0.0.1", "lost", "registered 127.0.0.1", "back"]);
    }
  });

  it("ends when a tracker refuses for good: in a message, by its close code, or before the upgrade", async () => {
    const nay = JSON.stringify({ flag: "NAY", code: "replaced", message: "This reader registered anew" });
    const urls = [
      await tracker((socket) => socket.send(nay)),
      await tracker((socket) => socket.close(4409, "replaced")),
    ];
    const web = await serve(() => undefined);
    web.server.on("upgrade", (_, socket) => {
      const body = JSON.stringify({ code: "unknown-book", message: "No such book" });
      socket.end(`HTTP/1.1 404 Not Found\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
    });
    for (const url of urls) await sessionAt(url).until("refused replaced");
    await sessionAt(web.url).until("refused unknown-book");
  });

  it("leaves at once a tracker that was never reached", async () => {
    const { session, until } = sessionAt("http://127.0.0.1:1");
    await until("lost");
    await session.leave();
  });
});
