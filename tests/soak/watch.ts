// Looks at processes all the while, and says in the end whether what they take has stayed the same.

import { readdirSync, readlinkSync } from "node:fs";
import { pause } from "../faults/behaviour.ts";
import { roomOf } from "../faults/process-room.ts";

/** What a process takes at one moment. */
interface Look {
  readonly memory: number;
  readonly files: number;
  readonly sockets: number;
}

/** Milliseconds between two looks. */
const LOOK_MS = 15_000;

/** Milliseconds in which what the last readers held is let go of. */
const SETTLE_MS = 60_000;

/**
 * How much more memory than in the second third of a run its last third may take: a collector is never exact. The first
 * third is for warming up: code is compiled, caches fill, and a runtime sets its heap to what it meets.
 */
const MEMORY_GROWTH_MAX = 1.15;

/** Files and sockets that may be open in the end and were not before: a link that is just being closed. */
const FILES_GROWTH_MAX = 8;

export class Watch {
  readonly #pids: Readonly<Record<string, number>>;
  readonly #looks = new Map<string, Look[]>();
  readonly #first: ReadonlyMap<string, Look>;
  readonly #timer: NodeJS.Timeout;

  /** @param also - said beside each look */
  constructor(pids: Readonly<Record<string, number>>, also: () => string) {
    this.#pids = pids;
    this.#first = new Map(Object.entries(pids).map(([name, pid]) => [name, look(pid)]));
    this.#timer = setInterval(() => this.#look(also()), LOOK_MS);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  /** True when memory, files and sockets are as at the beginning; says what they are. */
  async isFlat(): Promise<boolean> {
    await pause(SETTLE_MS);
    this.#look("the end");
    this.end();
    return [...this.#looks].map(([name, looks]) => this.#judge(name, looks)).every(Boolean);
  }

  #judge(name: string, looks: readonly Look[]): boolean {
    const third = Math.max(1, Math.floor(looks.length / 3));
    const [first, early, late] = [0, 1, 2].map((at) => typical(looks.slice(at * third, (at + 1) * third)));
    if (first === undefined || early === undefined || late === undefined) return false;
    const last = looks.at(-1) ?? late;
    console.log(
      `${name}: memory ${[first, early, late].map(({ memory }) => megabytes(memory)).join(", ")} MB in the thirds of the run; files ${early.files} in the second and ${last.files} at the end; sockets ${this.#first.get(name)?.sockets} before the first reader and ${last.sockets} after the last`,
    );
    const sockets = last.sockets - (this.#first.get(name)?.sockets ?? 0);
    const grown = Math.max(last.files - early.files, sockets);
    return late.memory <= early.memory * MEMORY_GROWTH_MAX && grown <= FILES_GROWTH_MAX;
  }

  #look(also: string): void {
    for (const [name, pid] of Object.entries(this.#pids)) {
      const looks = this.#looks.get(name) ?? [];
      this.#looks.set(name, looks);
      try {
        looks.push(look(pid));
      } catch {
        // It has ended, which is told and judged elsewhere.
      }
    }
    const now = [...this.#looks].map(
      ([name, looks]) => `${name} ${megabytes(looks.at(-1)?.memory ?? 0)} MB ${looks.at(-1)?.files} files`,
    );
    console.log(`${now.join(", ")}; ${also}`);
  }
}

function look(pid: number): Look {
  return { ...roomOf(pid), sockets: socketsOf(pid) };
}

function socketsOf(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((file) => {
    try {
      return readlinkSync(`${folder}/${file}`).startsWith("socket:");
    } catch {
      return false;
    }
  }).length;
}

/** The median of each thing. */
function typical(looks: readonly Look[]): Look {
  const median = (of: (each: Look) => number) => looks.map(of).sort((a, b) => a - b)[looks.length >> 1] ?? 0;
  return {
    memory: median(({ memory }) => memory),
    files: median(({ files }) => files),
    sockets: median(({ sockets }) => sockets),
  };
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
