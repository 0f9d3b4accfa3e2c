import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { FrontDoor } from "../../../peer-node/cli/local-tracker/front-door.ts";
import { bodyOf, json, serve, type WebServer } from "../tracker/web-server.ts";

async function doorTo(web: WebServer): Promise<string> {
  const door = await FrontDoor.open({ port: 0, host: "127.0.0.1" }, new URL(web.url));
  onTestFinished(() => door.close());
  return `127.0.0.1:${door.port}`;
}

/** What a client may claim, and what nobody may believe. */
const LIES = {
  "CF-Connecting-IP": "6.6.6.6",
  "cf-ray": "1",
  "MF-Original-URL": "http://6.6.6.6",
  "X-Forwarded-For": "6.6.6.6",
};

describe("FrontDoor", () => {
  it("passes a request and its answer on, with the true address in place of a claimed one", async () => {
    const web = await serve(async (request, response) => {
      const lies = Object.entries(request.headers).filter(([, value]) => String(value).includes("6.6.6.6"));
      const { host } = request.headers;
      const address = request.headersDistinct["cf-connecting-ip"];
      json(response, { host, address, lies, body: (await bodyOf(request)).toString() }, 201);
    });
    const door = await doorTo(web);
    const response = await fetch(`http://${door}/books?query=a`, { method: "PUT", body: "page", headers: LIES });
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ host: door, address: ["127.0.0.1"], lies: [], body: "page" });
    expect(web.requests).toEqual(["PUT /books?query=a"]);
  });

  it("passes a socket on in both directions, with the true address", async () => {
    const web = await serve(() => undefined);
    new WebSocketServer({ server: web.server }).on("connection", (socket, request) => {
      socket.send(String(request.headersDistinct["cf-connecting-ip"]));
      socket.on("message", (data) => socket.send(`${data}!`));
    });
    const client = new WebSocket(`ws://${await doorTo(web)}/`, { headers: LIES });
    const [address] = await once(client, "message");
    expect(String(address)).toBe("127.0.0.1");
    client.send("hello");
    const [answer] = await once(client, "message");
    expect(String(answer)).toBe("hello!");
    client.close();
    await once(client, "close");
  });

  it("passes on why an upgrade is refused", async () => {
    const web = await serve(() => undefined);
    web.server.on("upgrade", (_, socket) => socket.end("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"));
    const client = new WebSocket(`ws://${await doorTo(web)}/`);
    client.on("error", () => undefined);
    const [, response] = await once(client, "unexpected-response");
    expect(response.statusCode).toBe(404);
    client.terminate();
  });

  it("answers with 502 when the runtime is gone, and closes with sockets open", async () => {
    const web = await serve(() => undefined);
    const sockets = new WebSocketServer({ server: web.server });
    const door = await FrontDoor.open({ port: 0, host: "127.0.0.1" }, new URL(web.url));
    const client = new WebSocket(`ws://127.0.0.1:${door.port}/`);
    await once(client, "open");
    sockets.close();
    web.server.close();
    const response = await fetch(`http://127.0.0.1:${door.port}/`);
    expect(response.status).toBe(502);
    const closed = once(client, "close");
    await door.close();
    await closed;
  });

  it("outlives clients that go away before they are answered", async () => {
    const asked: (() => void)[] = [];
    const web = await serve((request, response) => {
      if (request.url === "/late") asked.push(() => json(response, {}, 200));
      else json(response, { still: "here" }, 200);
    });
    const door = await doorTo(web);
    const [host, port] = door.split(":");
    const clients = Array.from({ length: 20 }, () => {
      const socket = connect(Number(port), host);
      socket.write("GET /late HTTP/1.1\r\nHost: x\r\n\r\n");
      return socket.on("error", () => undefined);
    });
    await expect.poll(() => asked.length).toBe(20);
    for (const client of clients) client.resetAndDestroy();
    // Once the door knows that they have gone, the runtime answers.
    for (let times = 0; times < 3; times++) await fetch(`http://${door}/`);
    for (const answer of asked) answer();
    for (let times = 0; times < 3; times++) {
      expect(await (await fetch(`http://${door}/`)).json()).toEqual({ still: "here" });
    }
  });
});
