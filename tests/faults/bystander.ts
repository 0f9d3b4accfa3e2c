// Somebody who has nothing to do with it: a port of another service, at which hostile ones have readers knock.

import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export class Bystander {
  readonly port: number;
  /** All that it was told, as it came. */
  readonly heard: Buffer[] = [];
  #knocks = 0;

  /** Stands there until the test is over. */
  static async open(host = "127.0.0.1"): Promise<Bystander> {
    const server = createServer();
    server.listen(0, host);
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const address = server.address();
    if (typeof address !== "object" || address === null) throw new Error("The bystander has no port");
    return new Bystander(server, address.port);
  }

  private constructor(server: Server, port: number) {
    this.port = port;
    server.on("connection", (socket: Socket) => {
      this.#knocks++;
      socket.on("error", () => undefined).on("data", (bytes) => this.heard.push(bytes));
      socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
  }

  /** How often somebody connected. */
  get knocks(): number {
    return this.#knocks;
  }
}
