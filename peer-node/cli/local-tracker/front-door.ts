// The door in front of the local runtime. On Cloudflare the platform says from which address a request comes; the local
// runtime believes what the request itself says. Here the true address is written into every request, and whatever a
// client put in its place is left out, so that nobody can send readers to a third party. And on Cloudflare only the
// tracker's own names lead to it; here whoever owns a name can let it point at this machine, and have a page under that
// name use the tracker as its own (DNS rebinding). So a stranger's name is turned away.

import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { connect, type Socket } from "node:net";
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
      if (!isOurs(request)) return void client.end(`HTTP/1.1 ${REFUSALS[FOREIGN].status} Forbidden\r\n\r\n`);
      upgraded.add(client.once("close", () => upgraded.delete(client)));
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
  const { method, url: path } = request;
  const headers = headersFor(request, (name) => !CONNECTION_HEADER.test(name));
  // A connection of its own: one that is kept may be closed by the runtime just when it is used again.
  const onward = httpRequest(target, { method, path, headers: headers.flat(), agent: false, setHost: false });
  onward.on("response", (answer) => {
    // Whoever asked may have gone meanwhile.
    if (response.destroyed) return void answer.destroy();
    const kept = pairsOf(answer.rawHeaders).filter(([name]) => !CONNECTION_HEADER.test(name));
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, kept.flat());
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

/** An upgrade is passed on as it stands, and so is all that follows, in both directions. */
function passUpgrade(request: IncomingMessage, client: Socket, head: Buffer, target: URL): void {
  if (client.destroyed) return;
  const runtime = connect({ host: target.hostname, port: Number(target.port), noDelay: true });
  const lines = headersFor(request, () => true).map(([name, value]) => `${name}: ${value}\r\n`);
  runtime.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join("")}\r\n`);
  runtime.write(head);
  // A failure on one side ends the other; nobody is left to be told.
  pipeline(client, runtime, () => undefined);
  pipeline(runtime, client, () => undefined);
}

type Header = readonly [name: string, value: string];

function headersFor({ rawHeaders, socket }: IncomingMessage, passes: (name: string) => boolean): readonly Header[] {
  const theirs = pairsOf(rawHeaders).filter(([name]) => !PLATFORM_HEADER.test(name) && passes(name));
  return [...theirs, ["CF-Connecting-IP", parseHost(socket.remoteAddress ?? "") ?? ""]];
}

function pairsOf(raw: readonly string[]): readonly Header[] {
  return Array.from({ length: raw.length / 2 }, (_, row) => [raw[row * 2] ?? "", raw[row * 2 + 1] ?? ""] as const);
}
