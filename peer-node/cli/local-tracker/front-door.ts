// The door in front of the local runtime. On Cloudflare the platform says from which address a request comes; the local
// runtime believes what the request itself says. Here the true address is written into every request, and whatever a
// client put in its place is left out, so that nobody can send readers to a third party. And on Cloudflare only the
// tracker's own names lead to it; here whoever owns a name can let it point at this machine, and have a page under that
// name use the tracker as its own (DNS rebinding). So a stranger's name is turned away.

import {
  type ClientRequest,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { Socket } from "node:net";
import { pipeline } from "node:stream";
import { parseHost } from "../../../shared/hosts.ts";
import type { RefusalAnswer } from "../../../shared/tracker-api/http.ts";
import { REFUSALS } from "../../../shared/tracker-api/refusals.ts";
import { type ListenPort, listen } from "../../transport/listen.ts";

/** Headers by which Cloudflare and its runtime speak to a Worker; from a client they are a lie. */
const PLATFORM_HEADER = /^(cf-|mf-|x-real-ip$|x-forwarded-|true-client-ip$)/i;

/** Headers that concern one connection, not the request. */
const CONNECTION_HEADER = /^(connection|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i;

/**
 * Names that mean nothing, or something else, outside of one's own network, so that no stranger can own one: a single word,
 * or one below a domain of RFC 6761, RFC 6762, RFC 8375, `internal` (ICANN), or `lan`, which many routers use.
 */
const LOCAL_NAME = /^[^.]+$|\.(localhost|local|internal|lan|home\.arpa)$/;

export class FrontDoor {
  readonly port: number;
  readonly #server: Server;
  readonly #upgraded: Set<Socket>;

  /**
   * Opens the door.
   * @param target - address of the runtime behind it
   * @throws ListenFailed when the port cannot be opened
   */
  static async open(where: ListenPort, target: URL): Promise<FrontDoor> {
    const upgraded = new Set<Socket>();
    const isOurs = (request: IncomingMessage) => isLocal(nameIn(request), where.host);
    const server = createServer((request, response) => {
      if (isOurs(request)) return forward(request, response, target);
      response.writeHead(REFUSALS[FOREIGN].status, { "Content-Type": "application/json" });
      response.end(JSON.stringify(foreignName(nameIn(request))));
    });
    server.on("upgrade", (request: IncomingMessage, client: Socket, head: Buffer) => {
      // Node has let go of it: whoever resets a connection that nobody listens to would end this process.
      client.on("error", () => undefined);
      upgraded.add(client.once("close", () => upgraded.delete(client)));
      if (!isOurs(request)) return endWith(client, `${REFUSALS[FOREIGN].status} Forbidden`);
      // Where a body ends is not looked for behind an upgrade, and no reader sends one.
      if (request.method !== "GET" || hasBody(request)) return endWith(client, "400 Bad Request");
      passUpgrade(request, client, head, target);
    });
    return new FrontDoor(server, await listen(server, where), upgraded);
  }

  private constructor(server: Server, port: number, upgraded: Set<Socket>) {
    this.#server = server;
    this.port = port;
    this.#upgraded = upgraded;
  }

  /** Closes the door and everything that goes through it. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#upgraded) socket.destroy();
    this.#server.closeAllConnections();
    await closed;
  }
}

const FOREIGN = "foreign-origin";

function foreignName(name: string): RefusalAnswer {
  return {
    code: FOREIGN,
    message: `This tracker does not answer to the name ${name}: use its address, or start it with --host and that name`,
  };
}

/** The name or address under which a request came, without its port; none is what only old programs send. */
function nameIn({ headers: { host = "localhost" } }: IncomingMessage): string {
  return host.replace(/:\d*$/, "").toLowerCase();
}

function isLocal(name: string, ownName: string | undefined): boolean {
  return parseHost(name) !== undefined || LOCAL_NAME.test(name) || name === ownName?.toLowerCase();
}

function forward(request: IncomingMessage, response: ServerResponse, target: URL): void {
  const headers = headersFor(request);
  // Said for methods that seldom have a body, too: Node would send it without its bounds, and the runtime take it for the
  // next request, with an address of its sender's choice.
  if (request.headers["transfer-encoding"] !== undefined) headers.push(["Transfer-Encoding", "chunked"]);
  const onward = requestTo(target, request, headers);
  onward.on("response", (answer) => {
    // Whoever asked may have gone meanwhile.
    if (response.destroyed) return void answer.destroy();
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, messageHeaders(answer).flat());
    pipeline(answer, response, () => undefined);
  });
  onward.on("error", () => giveUp(response));
  // A client that goes away ends the request onward, too: an error like any other.
  pipeline(request, onward, () => undefined);
}

/** The runtime broke off. An answer that has begun is not continued with a sentence of ours: it breaks off, too. */
function giveUp(response: ServerResponse): void {
  if (response.writableEnded) return;
  if (response.headersSent) return void response.destroy();
  response.writeHead(502, { "Content-Type": "text/plain" }).end("The tracker's runtime does not answer\n");
}

/**
 * The two sides are joined only when the runtime has agreed: a connection that goes on in HTTP would carry further
 * requests past this door. Another answer than that is the last one on it, and so is the one to any other protocol.
 */
function passUpgrade(request: IncomingMessage, client: Socket, head: Buffer, target: URL): void {
  const headers = headersFor(request);
  if (request.headers.upgrade?.toLowerCase() === "websocket") {
    headers.push(["Connection", "Upgrade"], ["Upgrade", "websocket"]);
  }
  const onward = requestTo(target, request, headers);
  let isAnswered = false;
  onward.on("upgrade", (answer, runtime, first) => {
    isAnswered = true;
    client.write(headOf(answer, pairsOf(answer.rawHeaders)));
    client.unshift(head);
    runtime.unshift(first);
    // A failure on one side ends the other; nobody is left to be told.
    pipeline(client, runtime, () => undefined);
    pipeline(runtime, client, () => undefined);
  });
  onward.on("response", (answer) => {
    isAnswered = true;
    client.write(headOf(answer, [...messageHeaders(answer), ["Connection", "close"]]));
    pipeline(answer, client, () => client.destroy());
  });
  onward.on("error", () => (isAnswered ? client.destroy() : endWith(client, "502 Bad Gateway")));
  client.once("close", () => onward.destroy());
  onward.end();
}

/** Says a last word, and waits for none. */
function endWith(client: Socket, status: string): void {
  client.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`, () => client.destroy());
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** A connection of its own: one that is kept may be closed by the runtime just when it is used again. */
function requestTo(target: URL, { method, url: path }: IncomingMessage, headers: readonly Header[]): ClientRequest {
  return httpRequest(target, { method, path, headers: headers.flat(), agent: false, setHost: false });
}

function headOf({ statusCode, statusMessage }: IncomingMessage, headers: readonly Header[]): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${statusCode} ${statusMessage}\r\n${lines.join("")}\r\n`;
}

type Header = readonly [name: string, value: string];

/** What a request says, with where it comes from; what concerns the connection is not in it. */
function headersFor(request: IncomingMessage): Header[] {
  const theirs = messageHeaders(request).filter(([name]) => !PLATFORM_HEADER.test(name));
  return [...theirs, ["CF-Connecting-IP", parseHost(request.socket.remoteAddress ?? "") ?? ""]];
}

function messageHeaders({ rawHeaders }: IncomingMessage): readonly Header[] {
  return pairsOf(rawHeaders).filter(([name]) => !CONNECTION_HEADER.test(name));
}

function pairsOf(raw: readonly string[]): readonly Header[] {
  return Array.from({ length: raw.length / 2 }, (_, row) => [raw[row * 2] ?? "", raw[row * 2 + 1] ?? ""] as const);
}
