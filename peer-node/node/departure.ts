// When a complete reader may go without harm: nobody waits for a page of it, and no page would leave with it.

import { setTimeout as pause } from "node:timers/promises";
import type { Reader } from "./reader.ts";

/** Longest wait for others to take what only we hold. */
const LAST_HOLDER_MS = 30_000;

/** Milliseconds between two looks. Chosen: shorter than anybody waits for a prompt to come back. */
const LOOK_MS = 50;

/** Settles when the reader may go, or when `signal` says that it must. */
export async function untilNeedless(reader: Reader, signal: AbortSignal): Promise<void> {
  const lastAt = performance.now() + LAST_HOLDER_MS;
  while (!signal.aborted) {
    const { ordersOpen, pagesOnlyHere } = reader.snapshot();
    if (ordersOpen === 0 && (pagesOnlyHere === 0 || performance.now() >= lastAt)) return;
    await pause(LOOK_MS);
  }
}
