// Many readers of one book on real sockets, as one party that is asked how it fares.

import type { BookId } from "../../shared/ids.ts";
import { CrowdReader } from "./crowd-reader.ts";

/** Readers that register at the same time. */
const AT_ONCE = 50;

export class Crowd {
  readonly readers: readonly CrowdReader[];

  /** Lets `size` readers register. */
  static async gather(url: string, bookId: BookId, size: number): Promise<Crowd> {
    const crowd = new Crowd(Array.from({ length: size }, () => new CrowdReader({ url, bookId })));
    await crowd.join();
    return crowd;
  }

  private constructor(readers: readonly CrowdReader[]) {
    this.readers = readers;
  }

  /** Those whose sockets are open. */
  get present(): readonly CrowdReader[] {
    return this.readers.filter(({ ended }) => ended === undefined);
  }

  /** Registers those who are not, or no longer, registered. */
  async join(readers = this.readers): Promise<void> {
    const waiting = [...readers];
    const lanes = Array.from({ length: AT_ONCE }, async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await next.join();
    });
    await Promise.all(lanes);
  }

  /** Settles once each of these has had so many answers of this kind, or has lost its socket. */
  async heard(readers: readonly CrowdReader[], flag: "HBT" | "ALV", count: number): Promise<void> {
    await Promise.all(readers.map((reader) => reader.until(() => reader.count(flag) >= count)));
  }

  /** Lets `askers` of the crowd ask for sublists for a while, each as soon as it has the last one. @returns answers in a second */
  async listsPerSecond(askers: number, ms: number): Promise<number> {
    const until = performance.now() + ms;
    const answered = await Promise.all(
      this.present.slice(0, askers).map(async (reader) => {
        const before = reader.count("LST");
        while (performance.now() < until) {
          const seen = reader.count("LST");
          reader.say({ flag: "LST" });
          await reader.until(() => reader.count("LST") > seen);
        }
        return reader.count("LST") - before;
      }),
    );
    return (answered.reduce((sum, count) => sum + count, 0) / ms) * 1_000;
  }

  /** Cuts every line. */
  scatter(): void {
    for (const reader of this.readers) reader.terminate();
  }
}
