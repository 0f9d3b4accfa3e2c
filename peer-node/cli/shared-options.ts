// Options that mean the same on every command that has them.

import { type Command, Option } from "commander";
import { countValue, portValue, rateValue, secondsValue, trackerValue } from "./option-values.ts";

/** How much a command says. */
export function addOutputOptions(command: Command): Command {
  return command
    .option("--json", "write one JSON event a line")
    .option("--quiet", "say the result and errors only")
    .option("--verbose", "say more about what goes on");
}

/** Which tracker is meant, and the token to show to it. */
export interface TrackerOptions {
  readonly tracker?: string;
  readonly tokenFile?: string;
}

export function addTrackerOptions(command: Command): Command {
  return command
    .addOption(new Option("--tracker <url>", "address of the tracker").env("BOOKSWARM_TRACKER").argParser(trackerValue))
    .option("--token-file <file>", "file with the token to show to that tracker (or set BOOKSWARM_TOKEN)");
}

/** How a command that exchanges pages goes about it. */
export interface NodeOptions {
  readonly port: number;
  readonly host?: string;
  /** Bytes a second. */
  readonly maxUpload?: number;
  /** Bytes a second. */
  readonly maxDownload?: number;
  /** Most pages asked of one reader at a time. */
  readonly pipeline?: number;
  /** Seconds without a new page after which to give up. */
  readonly timeout?: number;
}

export function addNodeOptions(command: Command): Command {
  return command
    .option("--port <port>", "TCP port to listen on; 0 for any free one", portValue, 0)
    .option("--host <address>", "address to listen on; all of them by default")
    .option("--max-upload <rate>", "most bytes a second to send, as in 500kB or 4MiB", rateValue)
    .option("--max-download <rate>", "most bytes a second to fetch", rateValue)
    .option("--pipeline <pages>", "when fetching, most pages to ask of one reader at a time", countValue)
    .option("--timeout <seconds>", "when fetching, give up after this time without a new page", secondsValue);
}

/** Whether a command shows what it does on a page for this machine's browsers. */
export interface WebOptions {
  /** A port, any port, or no page at all. */
  readonly web?: number | boolean;
}

/** @param byDefault - when the page is there without being asked for */
export function addWebOptions(command: Command, byDefault: string): Command {
  return command
    .option("--web [port]", `show it on a page for browsers of this machine; ${byDefault}`, portValue)
    .option("--no-web", "show no such page");
}
