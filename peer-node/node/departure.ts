// When a complete reader may go without harm: nobody waits for a page of it, and no page would leave with it.

import { setTimeout as pause } from "node:timers/promises";
import type { Reader } from "./reader.ts";

/** Longest wait for others: some ask on and on, some never read, and some never come for what only we hold. Chosen. */
const WAIT_MS = 30_000;

/** Milliseconds between two looks. Chosen: shorter than anybody waits for a prompt to come back. */
const LOOK_MS = 50;

/** Settles when the reader may go, when it has waited for long enough, or when `signal` says that it must. */
export async function untilNeedless(reader: Reader, signal: AbortSignal): Promise<void> {
  const lastAt = performance.now() + WAIT_MS;
  while (!signal.aborted && performance.now() < lastAt) {
    const { ordersOpen, pagesOnlyHere } = reader.snapshot();
    if (ordersOpen === 0 && pagesOnlyHere === 0) return;
    await pause(LOOK_MS);
  }
}
