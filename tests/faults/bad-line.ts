// A line that fails: a TCP proxy in front of a reader, which delays, stalls, splits, corrupts, cuts and half-closes what
// passes through it, as its seed says, and keeps a list of what it did.

import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { Dice } from "../fuzz/mutations.ts";

/** What a line can do to a chunk that passes; "passes" is nothing. */
export const INJURIES = ["passes", "delay", "stall", "split", "corrupt", "cut", "half-close", "reset"] as const;

export type Injury = (typeof INJURIES)[number];

/** How often each injury befalls a chunk, of a thousand; the rest passes. */
export type Weather = Readonly<Partial<Record<Exclude<Injury, "passes">, number>>>;

const DELAY_MS_MAX = 200;
const STALL_MS = 3_000;

export class BadLine {
  readonly port: number;
  /** How often each injury was done so far. */
  readonly injected = new Map<Injury, number>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #dice: Dice;
  readonly #weather: Weather;

  /** Opens a port that leads to `target`'s. */
  static async open(target: number, weather: Weather, seed: number): Promise<BadLine> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (typeof address !== "object" || address === null) throw new Error("The line has no port");
    return new BadLine(server, address.port, target, weather, seed);
  }

  private constructor(server: Server, port: number, target: number, weather: Weather, seed: number) {
    this.port = port;
    this.#server = server;
    this.#weather = weather;
    this.#dice = new Dice(seed);
    server.on("connection", (near: Socket) => {
      const far = connect({ host: "127.0.0.1", port: target, allowHalfOpen: true, noDelay: true });
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.on("close", () => this.#sockets.delete(socket)).on("error", () => this.#sever(near, far));
      }
      this.#lead(near, far);
      this.#lead(far, near);
    });
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  /** How often something was done to what passed. */
  get injuries(): number {
    return [...this.injected].reduce((sum, [injury, times]) => sum + (injury === "passes" ? 0 : times), 0);
  }

  /** What was injected, in words. */
  toString(): string {
    return [...this.injected].map(([injury, times]) => `${times} ${injury}`).join(", ");
  }

  #lead(from: Socket, to: Socket): void {
    from.on("data", (bytes) => {
      const injury = this.#next();
      this.injected.set(injury, (this.injected.get(injury) ?? 0) + 1);
      this.#pass(injury, bytes, from, to);
    });
    from.on("end", () => to.end());
  }

  #pass(injury: Injury, bytes: Buffer, from: Socket, to: Socket): void {
    switch (injury) {
      case "passes":
        return this.#write(from, to, bytes);
      case "delay":
        return this.#later(this.#dice.below(DELAY_MS_MAX), from, () => this.#write(from, to, bytes));
      case "stall":
        return this.#later(STALL_MS, from, () => this.#write(from, to, bytes));
      case "split":
        for (const byte of bytes.subarray(0, 64)) to.write(Uint8Array.of(byte));
        return this.#write(from, to, bytes.subarray(64));
      case "corrupt": {
        const at = this.#dice.below(bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << this.#dice.below(8));
        return this.#write(from, to, bytes);
      }
      case "cut":
        this.#write(from, to, bytes.subarray(0, this.#dice.below(bytes.length)));
        return this.#sever(from, to);
      case "half-close":
        this.#write(from, to, bytes);
        return void to.end();
      case "reset":
        from.resetAndDestroy();
        return void to.resetAndDestroy();
    }
  }

  /** Passes bytes on, no faster than they are taken. */
  #write(from: Socket, to: Socket, bytes: Buffer): void {
    if (!to.writable || to.write(bytes)) return;
    from.pause();
    to.once("drain", () => from.resume());
  }

  /** Nothing else passes in this direction meanwhile: a line does not change the order of bytes. */
  #later(ms: number, from: Socket, action: () => void): void {
    from.pause();
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
      from.resume();
    }, ms);
    this.#timers.add(timer);
  }

  #sever(...sockets: readonly Socket[]): void {
    for (const socket of sockets) socket.destroy();
  }

  #next(): Injury {
    let left = this.#dice.below(1_000);
    for (const injury of INJURIES) {
      if (injury === "passes") continue;
      left -= this.#weather[injury] ?? 0;
      if (left < 0) return injury;
    }
    return "passes";
  }
}
