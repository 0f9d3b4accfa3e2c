// The tracker's log: the runtime's console, which wrangler and the dashboard read. Stack traces end here, never in an
// answer.

/** Notes that something failed that nobody who asked is to blame for. */
export function logFailure(what: string, error: unknown): void {
  // biome-ignore lint/suspicious/noConsole: the console is the platform's log
  console.error(what, error);
}
