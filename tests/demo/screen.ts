// The live picture of the swarm: a line for each process, what it holds and how fast it moves. On a terminal it is
// drawn over itself; elsewhere a plain line is printed now and then, so that a log stays readable.

import { createLogUpdate } from "log-update";
import { megabytes } from "./summary.ts";

export interface Row {
  readonly name: string;
  readonly pagesHeld: number;
  readonly pages: number;
  /** Bytes a second that come in. */
  readonly rate: number;
  readonly state: string;
}

const BAR = 30;

/** Milliseconds between two plain lines where the output is no terminal. */
const PLAIN_EVERY_MS = 2_000;

export class Screen {
  readonly #isTerminal = process.stdout.isTTY === true;
  readonly #draw = createLogUpdate(process.stdout);
  #plainAt = 0;

  show(rows: readonly Row[], now: number): void {
    if (this.#isTerminal) return this.#draw(rows.map(lineOf).join("\n"));
    if (now < this.#plainAt) return;
    this.#plainAt = now + PLAIN_EVERY_MS;
    process.stdout.write(
      `${rows.map(({ name, pagesHeld, pages }) => `${name} ${percent(pagesHeld, pages)}`).join("  ")}\n`,
    );
  }

  /** Leaves the last picture where it is. */
  done(): void {
    if (this.#isTerminal) this.#draw.done();
  }
}

function lineOf({ name, pagesHeld, pages, rate, state }: Row): string {
  const filled = pages === 0 ? BAR : Math.floor((BAR * pagesHeld) / pages);
  const bar = "█".repeat(filled) + "░".repeat(BAR - filled);
  const speed = rate > 0 ? `${megabytes(rate)}/s` : "";
  return `${name.padEnd(9)} ${bar} ${percent(pagesHeld, pages)}  ${speed.padStart(11)}  ${state}`;
}

function percent(held: number, of: number): string {
  return `${String(of === 0 ? 100 : Math.floor((100 * held) / of)).padStart(3)}%`;
}
