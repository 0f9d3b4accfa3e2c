// All that a command says. With --json standard output carries events and nothing else; without, it carries sentences,
// and what passes (progress, warnings) goes to standard error, so that a pipe gets the result alone. Names and messages
// come from strangers: nothing reaches a terminal before it is made printable.

import { printable } from "../../shared/printable.ts";
import { CommandFailed } from "./command-failed.ts";
import { EventLines } from "./event-lines.ts";
import type { CommandEvent, CommandEvents } from "./events.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { Outlet } from "./outlet.ts";

/** Width of a terminal that does not tell its own. */
const COLUMNS = 80;

/** Why standard output lacks some of what was said. That is said at once, and decides how the command ends. */
let loss: CommandFailed | undefined;

const stderr = new Outlet(process.stderr, () => undefined);

const stdout = new Outlet(process.stdout, ({ message }) => {
  loss = new CommandFailed("disk", `Cannot write to standard output, where nothing more is said: ${message}`);
  loss.wasSaid = true;
  stderr.write(`bookswarm: ${lines(loss.message)}\n`);
});

export interface OutputOptions {
  readonly json?: boolean;
  /** Says the result and errors, and nothing else. */
  readonly quiet?: boolean;
  /** Says more about what goes on, and where an unforeseen error comes from. */
  readonly verbose?: boolean;
}

/** The line at the bottom of a terminal that is written over and over. */
interface StatusLine {
  (text: string): void;
  clear(): void;
  done(): void;
}

/** Which of several books an output speaks of. */
interface Subject {
  /** The book's folder, an absolute path. */
  readonly folder: string;
  /** What people read before each sentence; nothing when there is only one book. */
  readonly label: string | undefined;
}

export class Output {
  readonly #options: OutputOptions;
  readonly #status: StatusLine | undefined;
  readonly #events: EventLines;
  readonly #subject: Subject | undefined;

  private constructor(
    options: OutputOptions,
    status: StatusLine | undefined,
    events = new EventLines(stdout),
    subject?: Subject,
  ) {
    this.#options = options;
    this.#status = status;
    this.#events = events;
    this.#subject = subject;
  }

  /** Opens standard output and standard error for one command. */
  static async open(options: OutputOptions): Promise<Output> {
    const wantsStatus = process.stderr.isTTY && !options.json && !options.quiet;
    if (!wantsStatus) return new Output(options, undefined);
    const { createLogUpdate } = await import("log-update");
    return new Output(options, createLogUpdate(process.stderr));
  }

  /** True where a person sits and wants to see what goes on. */
  get isTerminal(): boolean {
    return this.#status !== undefined;
  }

  /** True when more is to be said than usual. */
  get isVerbose(): boolean {
    return this.#options.verbose === true;
  }

  /** Characters that fit into a line of the terminal. */
  get columns(): number {
    return process.stderr.columns ?? COLUMNS;
  }

  /** The same output, for what concerns one of several books: its events have `folder`, its sentences a label. */
  about(folder: string, label?: string): Output {
    return new Output(this.#options, this.#status, this.#events, { folder, label });
  }

  /**
   * Says that something happened.
   * @param text - what people read of it; nothing when absent
   */
  event<Name extends CommandEvent>(event: Name, fields: CommandEvents[Name], text?: string): void {
    if (this.#options.json) {
      const folder = this.#subject === undefined ? {} : { folder: this.#subject.folder };
      this.#events.say({ event, at: new Date().toISOString(), ...folder, ...fields }, event === "image");
    } else if (text !== undefined) {
      this.#write(stdout, this.labelled(text));
    }
  }

  /** Says something in passing, to people alone. */
  note(text: string): void {
    if (!this.#options.json && !this.#options.quiet) this.#write(stderr, this.labelled(text));
  }

  /** Says something that only whoever looks for a fault wants to read. */
  detail(text: string): void {
    if (this.#options.verbose) this.#write(stderr, text);
  }

  /** Says that something failed which does not end the command; on standard error, whatever the options. */
  warn(text: string): void {
    this.#write(stderr, text);
  }

  /** Replaces the lines at the bottom of the terminal. */
  status(text: string): void {
    this.#status?.(lines(text));
  }

  /** A sentence with the label of the book that it is about. */
  labelled(text: string): string {
    const label = this.#subject?.label;
    return label === undefined ? text : `${label}: ${text}`;
  }

  /** Says why the command ends, or what it could not do, and says it only once; with --verbose, also where an unforeseen error comes from. */
  failure(failure: CommandFailed): void {
    if (failure.wasSaid) return;
    failure.wasSaid = true;
    const { exit, message, cause } = failure;
    this.event("error", { code: exit, message });
    if (!this.#options.json) this.#write(stderr, `bookswarm: ${message}`);
    const unforeseen = EXIT_CODES[exit] === EXIT_CODES.failed && cause instanceof Error;
    if (unforeseen) this.detail(cause.stack ?? cause.message);
  }

  /** Why standard output lacks some of what was said; undefined when it lacks nothing, for sure once this is closed. */
  get loss(): CommandFailed | undefined {
    return loss;
  }

  /** Says what still waits, and leaves the terminal as it was. */
  async close(): Promise<void> {
    this.#events.flush();
    this.#status?.clear();
    this.#status?.done();
    await stdout.settled();
  }

  #write(outlet: Outlet, text: string): void {
    this.#status?.clear();
    outlet.write(`${lines(text)}\n`);
  }
}

/** Our own line breaks are kept, and nothing else that a terminal would obey. */
function lines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
