// A line between two addresses, in user space: what is sent through it arrives later by its delay, and no faster than
// its rate. With neither it only counts.

import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface LineOptions {
  /** Port on loopback to which connections go on. */
  readonly target: number;
  /** Milliseconds that each direction adds. */
  readonly delayMs?: number;
  /** Bytes a second in each direction, for all connections together. */
  readonly rate?: number;
}

/** What waits before the line, in milliseconds at its rate; then its sender is told to wait. */
const QUEUE_MS = 20;

/** One direction of the line. */
class Direction {
  /** Bytes that went this way so far. */
  bytes = 0;
  readonly #delayMs: number;
  readonly #rate: number;
  /** When the last byte put in so far will have left. */
  #freeAt = 0;

  constructor(delayMs: number, rate: number) {
    this.#delayMs = delayMs;
    this.#rate = rate;
  }

  /** Carries all that comes from one socket to the other. */
  carry(from: Socket, to: Socket): void {
    const waiting: { readonly at: number; readonly chunk: Buffer }[] = [];
    let timer: NodeJS.Timeout | undefined;
    const deliver = () => {
      timer = undefined;
      for (let first = waiting[0]; first !== undefined && first.at <= performance.now(); first = waiting[0]) {
        waiting.shift();
        if (!to.destroyed) to.write(first.chunk);
      }
      const [next] = waiting;
      if (next !== undefined) timer = setTimeout(deliver, Math.max(0, next.at - performance.now()));
      else if (from.readableEnded) to.end();
    };
    from.on("data", (chunk) => {
      const now = performance.now();
      this.bytes += chunk.length;
      this.#freeAt = Math.max(now, this.#freeAt) + (1_000 * chunk.length) / this.#rate;
      waiting.push({ at: this.#freeAt + this.#delayMs, chunk });
      const tooEarlyMs = this.#freeAt - now - QUEUE_MS;
      if (tooEarlyMs > 0) {
        from.pause();
        setTimeout(() => from.resume(), tooEarlyMs);
      }
      timer ??= setTimeout(deliver, this.#delayMs);
    });
    from.on("end", () => {
      timer ??= setTimeout(deliver, this.#delayMs);
    });
    from.on("close", () => clearTimeout(timer));
    // Its end says what happened; the line has nothing to add.
    from.on("error", () => to.destroy());
  }
}

export class LongLine {
  /** Where connections come in, on loopback. */
  readonly port: number;
  readonly #there: Direction;
  readonly #back: Direction;

  static async open(options: LineOptions, atEnd: AsyncDisposableStack): Promise<LongLine> {
    const { target, delayMs = 0, rate = Number.POSITIVE_INFINITY } = options;
    const [there, back] = [new Direction(delayMs, rate), new Direction(delayMs, rate)];
    const open = new Set<Socket>();
    const server = createServer({ noDelay: true }, (near) => {
      const far = connect({ host: "127.0.0.1", port: target, noDelay: true });
      there.carry(near, far);
      back.carry(far, near);
      for (const socket of [near, far]) {
        open.add(socket);
        socket.once("close", () => open.delete(socket));
      }
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    atEnd.defer(() => {
      for (const socket of open) socket.destroy();
      server.close();
    });
    const address = server.address();
    if (typeof address !== "object" || address === null) throw new Error("The line has no port");
    return new LongLine(address.port, there, back);
  }

  private constructor(port: number, there: Direction, back: Direction) {
    this.port = port;
    this.#there = there;
    this.#back = back;
  }

  /** Bytes that went through in both directions. */
  get bytes(): number {
    return this.#there.bytes + this.#back.bytes;
  }
}
