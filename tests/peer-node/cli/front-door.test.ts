import { once } from "node:events";
import { get, request as httpRequest } from "node:http";
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

  it("turns a stranger's name away, which may point here for a page under that name, and takes a name of one's own", async () => {
    const web = await serve((_, response) => json(response, {}, 200));
    new WebSocketServer({ server: web.server });
    const door = await doorTo(web);
    const statusFor = async (Host: string) => {
      const [response] = await once(get(`http://${door}/books`, { headers: { Host } }), "response");
      return response.resume().statusCode;
    };
    for (const name of ["evil.example:8787", "127.0.0.1.evil.example", "evil.local.example", "EVIL.EXAMPLE"]) {
      expect(await statusFor(name), name).toBe(403);
      const client = new WebSocket(`ws://${door}/`, { headers: { Host: name } }).on("error", () => undefined);
      const [, response] = await once(client, "unexpected-response");
      expect(response.statusCode, name).toBe(403);
    }
    expect(web.requests).toEqual([]);
    for (const name of [
      "127.0.0.1",
      "[::1]:80",
      "192.168.1.7:8787",
      "localhost:1",
      "nas",
      "Shelf.local",
      "a.home.arpa",
    ]) {
      expect(await statusFor(name), name).toBe(200);
    }
  });

  it("takes the name that it was opened under", async () => {
    const web = await serve((_, response) => json(response, {}, 200));
    const door = await FrontDoor.open({ port: 0, host: "localhost" }, new URL(web.url));
    onTestFinished(() => door.close());
    expect((await fetch(`http://localhost:${door.port}/`)).status).toBe(200);
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

  it("answers with 502 when the runtime breaks off before its answer, whatever was sent to it", async () => {
    const web = await serve((request) => request.resume().on("end", () => request.socket.resetAndDestroy()));
    const door = await doorTo(web);
    for (const asked of [{}, { method: "PUT", body: "a page" }, { method: "PUT", body: Buffer.alloc(300_000) }]) {
      const response = await fetch(`http://${door}/`, asked);
      expect(response.status).toBe(502);
      expect(await response.text()).toBe("The tracker's runtime does not answer\n");
    }
  });

  it("breaks an answer off where the runtime does, and adds nothing to it, also while the request still comes", async () => {
    const web = await serve((request, response) => {
      response.writeHead(200, { "Content-Length": "100" });
      request.once("data", () => {
        response.write("{");
        request.once("data", () => request.socket.resetAndDestroy());
      });
    });
    const request = httpRequest(`http://${await doorTo(web)}/`, { method: "PUT" }).on("error", () => undefined);
    request.write("a page");
    const [response] = await once(request, "response");
    const texts: string[] = [];
    response.setEncoding("utf8").on("data", (text: string) => texts.push(text) && request.write("and another"));
    await expect(once(response, "end")).rejects.toThrow("aborted");
    expect(texts).toEqual(["{"]);
    request.destroy();
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

  it("outlives whoever resets a connection on which an upgrade was refused, and closes with one that stays", async () => {
    const web = await serve((_, response) => json(response, { still: "here" }, 200));
    const door = await FrontDoor.open({ port: 0, host: "127.0.0.1" }, new URL(web.url));
    const upgrade = "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    for (let times = 0; times < 20; times++) {
      const client = connect(door.port, "127.0.0.1").on("error", () => undefined);
      client.write(upgrade, () => client.resetAndDestroy());
      await once(client, "close");
    }
    // It hears the refusal, and neither ends nor reads on.
    const stayer = connect({ port: door.port, host: "127.0.0.1", allowHalfOpen: true }).on("error", () => undefined);
    stayer.write(upgrade);
    await once(stayer, "data");
    expect(await (await fetch(`http://127.0.0.1:${door.port}/`)).json()).toEqual({ still: "here" });
    await door.close();
    stayer.destroy();
  });

  it.each([
    ["to another protocol", "x", 200],
    ["that the runtime refuses", "websocket", 404],
  ])(
    "answers an upgrade %s once, and passes nothing on that follows on its connection",
    async (_, protocol, status) => {
      const web = await serve((__, response) => json(response, {}, status));
      const client = connect(Number((await doorTo(web)).split(":")[1]), "127.0.0.1");
      client.write(`GET /first HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`);
      const [answer] = await once(client, "data");
      expect(String(answer)).toMatch(new RegExp(`^HTTP/1.1 ${status} .*\r\nConnection: close\r\n`, "s"));
      client.on("error", () => undefined).resume();
      client.write("GET /second HTTP/1.1\r\nHost: x\r\nCF-Connecting-IP: 6.6.6.6\r\n\r\n");
      await new Promise((resolve) => client.once("close", resolve));
      expect(web.requests).toEqual(["GET /first"]);
    },
  );

  it.each([
    ["with a body", "GET", "Content-Length: 3\r\n"],
    ["by another method", "PUT", ""],
  ])("passes on no upgrade %s", async (_, method, headers) => {
    const web = await serve((__, response) => json(response, {}, 200));
    const client = connect(Number((await doorTo(web)).split(":")[1]), "127.0.0.1");
    client.write(`${method} / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${headers}\r\n`);
    const [answer] = await once(client, "data");
    expect(String(answer)).toMatch(/^HTTP\/1.1 400 /);
    expect(web.requests).toEqual([]);
    client.destroy();
  });

  it.each(["GET", "HEAD", "DELETE", "PUT"])(
    "passes a body of unknown length on within its bounds with %s",
    async (method) => {
      const bodies: string[] = [];
      const web = await serve(async (request, response) => {
        bodies.push(String(await bodyOf(request)));
        json(response, {}, 200);
      });
      const smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\nCF-Connecting-IP: 6.6.6.6\r\n\r\n";
      const request = httpRequest(`http://${await doorTo(web)}/`, {
        method,
        headers: { "Transfer-Encoding": "chunked" },
      });
      request.end(smuggled);
      const [response] = await once(request, "response");
      await once(response.resume(), "end");
      expect(web.requests).toEqual([`${method} /`]);
      expect(bodies).toEqual([smuggled]);
    },
  );
});
