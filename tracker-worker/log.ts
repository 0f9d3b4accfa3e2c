// The tracker's log: one JSON object a line on the runtime's console, whose fields Cloudflare's dashboard can search.
// Book ids are in it, and stack traces, which never reach an answer; no token, no secret, no address of a reader.

interface LogFields {
  readonly bookId?: string;
  /** Path of the request, without its query. */
  readonly path?: string;
}

/** Notes something that an owner may want to look up later. */
export function logEvent(event: string, fields: LogFields = {}): void {
  // biome-ignore lint/suspicious/noConsole: the console is the platform's log
  console.log(JSON.stringify({ level: "info", event, ...fields }));
}

/** Notes that something failed that nobody who asked is to blame for. */
export function logFailure(event: string, error: unknown, fields: LogFields = {}): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  // biome-ignore lint/suspicious/noConsole: the console is the platform's log
  console.error(JSON.stringify({ level: "error", event, ...fields, message, stack }));
}
