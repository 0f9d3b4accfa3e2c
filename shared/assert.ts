// Our own mistakes. `node:assert` would bring what it needs to print differences, in 2 ms of every start.

/** @throws Error with this message when the condition does not hold: a mistake of ours, never the world's */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message);
}
