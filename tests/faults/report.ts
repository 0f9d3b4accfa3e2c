// What a command of faults says in the end: a row of the table in SECURITY.md, as it stands there.

/** Seconds since a moment of `performance.now()`, as people read them. */
export function seconds(since: number): string {
  return `${((performance.now() - since) / 1_000).toFixed(1)} s`;
}

/** @param fault - what was done @param tried - how often @param lost - in words @param whole - when all was as before */
export function lastLine(fault: string, tried: string, lost: string, whole: string): void {
  process.stdout.write(`| ${[fault, tried, lost, whole].join(" | ")} |\n`);
}
