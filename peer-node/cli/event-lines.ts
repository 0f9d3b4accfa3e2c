// Events on their way to standard output. Images come by the thousand in a second, and every line that is written alone
// wakes whoever reads it: theirs wait for one another a little. Nothing else waits, and nothing is overtaken.

/** Milliseconds that lines wait at most. Chosen: nobody notices. */
const WAIT_MS = 50;

/** Where lines leave. */
interface LineStream {
  write(text: string): unknown;
}

export class EventLines {
  readonly #stream: LineStream;
  #waiting = "";
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: LineStream) {
    this.#stream = stream;
  }

  /** @param mayWait - false for a line that leaves at once, with all that wait */
  say(event: Readonly<Record<string, unknown>>, mayWait: boolean): void {
    this.#waiting += `${JSON.stringify(event)}\n`;
    if (mayWait) this.#timer ??= setTimeout(() => this.flush(), WAIT_MS);
    else this.flush();
  }

  /** Lets everything leave that waits. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting === "") return;
    this.#stream.write(this.#waiting);
    this.#waiting = "";
  }
}
