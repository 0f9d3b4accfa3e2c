// A tracker in the test's hands: it registers whoever comes, and tells each what the test wants it to hear.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { onTestFinished } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { parseReaderId, type ReaderId } from "../../shared/ids.ts";
import { decodeReaderMessage, encodeMessage } from "../../shared/tracker-api/codec.ts";
import type { SublistEntry } from "../../shared/tracker-api/fields.ts";
import type { TrackerMessage } from "../../shared/tracker-api/flags.ts";

export interface Script {
  /** The sublist that a reader is handed, when it registers and whenever it asks. */
  readonly lists?: (reader: ReaderId) => readonly SublistEntry[];
  /** Told when a reader has registered. */
  readonly registered?: (reader: ReaderId, port: number, socket: WebSocket) => void;
  /** Answers requests over HTTP; 404 when absent. */
  readonly answers?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Takes the place of all conversation on a socket. */
  readonly socket?: (socket: WebSocket) => void;
}

const HEARTBEAT_SECONDS = 20;

export class ScriptedTracker {
  readonly url: string;
  readonly #script: Script;
  readonly #server: Server;
  readonly #connections: ReadonlySet<Socket>;

  /** @param atEnd - takes what is to be done when it is of no more use; with the test that opened it when absent */
  static async open(
    script: Script,
    host = "127.0.0.1",
    atEnd: (step: () => void) => void = onTestFinished,
  ): Promise<ScriptedTracker> {
    const server = createServer((request, response) => {
      if (script.answers !== undefined) return script.answers(request, response);
      response.writeHead(404, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ code: "unknown-book", message: "No such book" }));
    });
    const connections = new Set<Socket>();
    server.on("connection", (socket: Socket) => {
      connections.add(socket);
      socket.once("close", () => connections.delete(socket));
    });
    server.listen(0, host);
    await once(server, "listening");
    const address = server.address();
    if (typeof address !== "object" || address === null) throw new Error("The tracker has no port");
    const tracker = new ScriptedTracker(server, connections, `http://${host}:${address.port}`, script);
    atEnd(() => tracker.vanish());
    return tracker;
  }

  private constructor(server: Server, connections: ReadonlySet<Socket>, url: string, script: Script) {
    this.url = url;
    this.#script = script;
    this.#server = server;
    this.#connections = connections;
    new WebSocketServer({ server, perMessageDeflate: false }).on("connection", (socket) => {
      socket.on("error", () => undefined);
      if (script.socket !== undefined) script.socket(socket);
      else this.#converse(socket);
    });
  }

  /** One that lists whoever registers first, who should be the seeder, to all that come after it. */
  static listingFirst(): Promise<ScriptedTracker> {
    let first: SublistEntry | undefined;
    return ScriptedTracker.open({
      lists: (asker) => (first === undefined || first.readerId === asker ? [] : [first]),
      registered: (reader, port) => {
        first ??= listed(reader, port);
      },
    });
  }

  /** Is gone, and does not come back. */
  vanish(): void {
    for (const socket of this.#connections) socket.destroy();
    this.#server.close();
  }

  #converse(socket: WebSocket): void {
    let reader: ReaderId | undefined;
    const say = (message: TrackerMessage) => socket.send(encodeMessage(message));
    const list = () => ({
      readers: 9,
      complete: 0,
      sublist: reader === undefined ? [] : (this.#script.lists?.(reader) ?? []),
    });
    const beat = setInterval(
      () => say({ flag: "HBT", heartbeatSeconds: HEARTBEAT_SECONDS, readers: 9, complete: 0 }),
      1_000 * HEARTBEAT_SECONDS,
    );
    socket.on("close", () => clearInterval(beat));
    socket.on("message", (data) => {
      const message = decodeReaderMessage(String(data));
      if (message.flag === "CON") {
        reader = parseReaderId(createHash("sha256").update(message.secret, "hex").digest("hex"));
        this.#script.registered?.(reader, message.port, socket);
        say({ flag: "CON", readerId: reader, observed: "127.0.0.1", heartbeatSeconds: HEARTBEAT_SECONDS, ...list() });
      } else if (message.flag === "LST") say({ flag: "LST", ...list() });
      else if (message.flag === "ERR") say({ flag: "RCV", readerId: message.readerId });
      else if (message.flag === "DRG") {
        say({ flag: "DNE" });
        socket.close(1000);
      }
    });
  }
}

/** One reader at one address, as a sublist has it. */
export function listed(readerId: ReaderId, port: number, host = "127.0.0.1"): SublistEntry {
  return { readerId, addresses: [{ host, port }], dialable: true, callable: false };
}
