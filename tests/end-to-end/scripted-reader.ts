// A reader in the test's hands: a socket to a real tracker and a port of its own, each of which can be made to fail
// without the other.

import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import WebSocket from "ws";
import type { ReaderId } from "../../shared/ids.ts";
import { ALIVE_MESSAGE, decodeTrackerMessage, encodeMessage } from "../../shared/tracker-api/codec.ts";
import type { SublistEntry } from "../../shared/tracker-api/fields.ts";
import type { ReaderMessage, TrackerMessage } from "../../shared/tracker-api/flags.ts";
import { type Door, type OpenDoor, ownDoor } from "./doors.ts";

type MessageOf<Flag extends TrackerMessage["flag"]> = Extract<TrackerMessage, { readonly flag: Flag }>;

export class ScriptedReader {
  readonly id: ReaderId;
  /** When each probe came to its port, by the clock of `performance`. */
  readonly probedAt: number[];
  readonly #socket: WebSocket;
  readonly #door: Door;
  readonly #heard: TrackerMessage[] = [];
  readonly #watchers = new Set<() => void>();

  /**
   * Registers at the tracker of `link`.
   * @param openDoor - what answers at its port
   */
  static async join(link: string, openDoor: OpenDoor = ownDoor): Promise<ScriptedReader> {
    const secret = randomBytes(32);
    const id = createHash("sha256").update(secret).digest("hex") as ReaderId;
    const probedAt: number[] = [];
    const door = await openDoor(id, () => void probedAt.push(performance.now()));
    const socket = new WebSocket(`${link.replace(/^http/, "ws")}/readers`, { perMessageDeflate: false });
    onTestFinished(async () => {
      socket.terminate();
      await door.close();
    });
    await once(socket, "open");
    const reader = new ScriptedReader(id, socket, door, probedAt);
    const { port } = door;
    reader.say({
      flag: "CON",
      version: 1,
      secret: secret.toString("hex"),
      port,
      privateHosts: [],
      pagesHeld: 0,
      silent: false,
    });
    await reader.next("CON");
    return reader;
  }

  private constructor(id: ReaderId, socket: WebSocket, door: Door, probedAt: number[]) {
    this.id = id;
    this.probedAt = probedAt;
    this.#socket = socket;
    this.#door = door;
    socket.on("message", (data) => {
      const message = decodeTrackerMessage(String(data));
      if (message.flag === "HBT") socket.send(ALIVE_MESSAGE);
      this.#heard.push(message);
      for (const wake of this.#watchers) wake();
      this.#watchers.clear();
    });
  }

  say(message: ReaderMessage): void {
    this.#socket.send(encodeMessage(message));
  }

  /** The next message with a flag that was not taken before. */
  async next<Flag extends TrackerMessage["flag"]>(flag: Flag): Promise<MessageOf<Flag>> {
    for (;;) {
      const at = this.#heard.findIndex((message) => message.flag === flag);
      const [message] = at < 0 ? [] : this.#heard.splice(at, 1);
      if (message !== undefined) return message as MessageOf<Flag>;
      await new Promise<void>((resolve) => this.#watchers.add(resolve));
    }
  }

  /** Reports a reader and waits for the tracker's receipt. */
  async report(readerId: ReaderId, reason: "no-connection" | "no-answer"): Promise<void> {
    this.say({ flag: "ERR", readerId, reason });
    await this.next("RCV");
  }

  /** What the tracker says of another reader; undefined when that is no longer registered. */
  async entryOf(readerId: ReaderId): Promise<SublistEntry | undefined> {
    this.say({ flag: "LST" });
    return (await this.next("LST")).sublist.find((entry) => entry.readerId === readerId);
  }

  /** Asks until the tracker says of another reader what `accepts` likes; returns the milliseconds that took. */
  async until(
    readerId: ReaderId,
    accepts: (entry: SublistEntry | undefined) => boolean,
    withinMs: number,
  ): Promise<number> {
    const began = performance.now();
    for (;;) {
      const entry = await this.entryOf(readerId);
      const tookMs = performance.now() - began;
      if (accepts(entry)) return tookMs;
      if (tookMs > withinMs) throw new Error(`After ${withinMs} ms the tracker still says ${JSON.stringify(entry)}`);
      // Slower than the tracker's limit on messages.
      await new Promise((resolve) => setTimeout(resolve, withinMs < 2_000 ? 25 : 250));
    }
  }

  /** Closes its port; the socket to the tracker stays. */
  closePort(): Promise<void> {
    return this.#door.close();
  }
}
