// Every command of bookswarm, with what it takes. A command's own module is loaded when it runs, and what knows all errors
// when there is one, so that asking for help costs nothing but this page.

import { Command, CommanderError, Option } from "commander";
import { BOOK_SORTS } from "../../shared/tracker-api/http.ts";
import type { BooksOptions } from "./books.ts";
import type { ChooseOptions } from "./choose.ts";
import { CommandFailed } from "./command-failed.ts";
import type { DescribeOptions } from "./describe.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import type { GetOptions } from "./get.ts";
import type { LaunchOptions } from "./launch.ts";
import { readManifest } from "./manifest.ts";
import { globValues, heartbeatValue, portValue, trackerValues } from "./option-values.ts";
import { Output, type OutputOptions } from "./output.ts";
import type { PublishOptions } from "./publish.ts";
import type { RemoveOptions } from "./remove.ts";
import type { SeedOptions } from "./seed.ts";
import { addNodeOptions, addOutputOptions, addTrackerOptions, addWebOptions } from "./shared-options.ts";
import type { TrackerCommandOptions } from "./tracker.ts";
import type { VerifyOptions } from "./verify.ts";

/**
 * Carries out a command line.
 * @param args - what stands behind the command's own name
 * @returns the exit code
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  try {
    await commandLine().parseAsync(withCommand(args), { from: "user" });
    return EXIT_CODES.done.code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT_CODES.done.code;
    const output = await Output.open({ json: args.includes("--json"), verbose: args.includes("--verbose") });
    const failure = error instanceof CommanderError ? wrongUse(error) : (await import("./failure.ts")).failureOf(error);
    output.failure(failure);
    return EXIT_CODES[failure.exit].code;
  }
}

/** Options without a command belong to `choose`; so does nothing at all, where a person sits. */
function withCommand(args: readonly string[]): readonly string[] {
  const [first] = args;
  if (first === undefined) return process.stdin.isTTY && process.stdout.isTTY ? ["choose"] : args;
  const isOption = first.startsWith("-") && !["-h", "--help", "-V", "--version"].includes(first);
  return isOption ? ["choose", ...args] : args;
}

function commandLine(): Command {
  const program = new Command("bookswarm")
    .description("Shares libraries of images among any number of machines.")
    .version(readManifest().version)
    .addHelpText("after", `\nA running command ends in order on Ctrl-C, or the line "end".\n\n${exitCodesHelp()}`)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });

  addOutputOptions(program.command("describe <folder>"))
    .description("make the descriptor of a folder of images, and nothing else")
    .option("-o, --output <file>", "where to write it; in the folder by default")
    .option("--name <name>", "name of the book; the folder's own by default")
    .option("--tracker <url>", "where readers may be found; may be given several times", trackerValues)
    .action(async (folder: string, options: DescribeOptions & OutputOptions) =>
      carryOut(options, async (output) => (await import("./describe.ts")).describe(output, folder, options)),
    );

  addWebOptions(addExchange(program.command("publish <folder|file.desc>")), AT_TERMINAL)
    .description("describe a folder, put the book into a tracker's catalog, print its link, and serve it")
    .option("--name <name>", "name of the book; the folder's own by default")
    .action(async (source: string, options: PublishOptions & OutputOptions) =>
      carryOut(options, async (output) => (await import("./publish.ts")).publish(output, source, options)),
    );

  addWebOptions(addExchange(program.command("get <link|file.desc>")), AT_TERMINAL)
    .description("download a book, serving while it arrives and after it is complete")
    .option("--to <folder>", "where the images go; a folder with the book's name by default")
    .option(
      "--only <glob>",
      "fetch only images whose path matches, as in '2026/**'; may be given several times",
      globValues,
    )
    .option("--exit", EXIT_HELP)
    .action(async (source: string, options: GetOptions & OutputOptions) =>
      carryOut(options, async (output) => (await import("./get.ts")).get(output, source, options)),
    );

  addChoose(program);

  addWebOptions(addExchange(program.command("seed <folder|file.desc...>")), "not by default")
    .description("serve the books that lie in these folders, all over one port, and ask for nothing")
    .action(async (places: readonly string[], options: SeedOptions & OutputOptions) =>
      carryOut(options, async (output) => (await import("./seed.ts")).seed(output, places, options)),
    );

  addWebOptions(addExchange(program.command("launch <folder...>")), "one for each node; not by default")
    .usage("[options] [link|file.desc] <folder...>")
    .description(
      "run one node for each folder: the first serves what it has, the others fetch; with a port asked for, each takes the next one",
    )
    .action(async (words: readonly string[], options: LaunchOptions & OutputOptions) =>
      carryOut(options, async (output) => (await import("./launch.ts")).launch(output, words, options)),
    );

  addOutputOptions(program.command("verify <folder|file.desc>"))
    .description("hash all images in a folder, name those that are damaged, and mend the record for the next get")
    .option("--only <glob>", "judge only images whose path matches; may be given several times", globValues)
    .action(async (place: string, options: VerifyOptions & OutputOptions) =>
      carryOut(options, async (output) => (await import("./verify.ts")).verify(output, place, options)),
    );

  addCatalogCommands(program);
  return program;
}

/** What a person chooses at a terminal; `bookswarm` alone means it. */
function addChoose(program: Command): void {
  addWebOptions(addExchange(program.command("choose")), AT_TERMINAL)
    .description("choose a book of the tracker's catalog at this terminal, and get it; the same without any command")
    .option("--to <folder>", "the folder to propose; one with the book's name by default")
    .option("--exit", EXIT_HELP)
    .addOption(sortOption())
    .action(async (options: ChooseOptions & OutputOptions) =>
      carryOut(options, async (output) => (await import("./choose.ts")).choose(output, options)),
    );
}

/** What concerns trackers and no images. */
function addCatalogCommands(program: Command): void {
  addTrackerOptions(addOutputOptions(program.command("remove <link>")))
    .description("take a book out of its catalog: one that you published, or any with the tracker's admin token")
    .action(async (link: string, options: RemoveOptions & OutputOptions) =>
      carryOut(options, async (output) => (await import("./remove.ts")).remove(output, link, options)),
    );

  addTrackerOptions(addOutputOptions(program.command("books [query]")))
    .description("list the books of a tracker, or those whose names hold every word of the query")
    .addOption(sortOption())
    .action(async (query: string | undefined, options: BooksOptions & OutputOptions) =>
      carryOut(options, async (output) => (await import("./books.ts")).books(output, query, options)),
    );

  addLocalCommands(program);
}

/** Commands about this machine alone. */
function addLocalCommands(program: Command): void {
  addOutputOptions(program.command("status"))
    .description("say what your running processes with a local page are doing")
    .action(async (options: OutputOptions) =>
      carryOut(options, async (output) => (await import("./status.ts")).status(output)),
    );

  addOutputOptions(program.command("tracker"))
    .description("run a tracker on this machine, until it is told to end")
    .option("--port <port>", "TCP port to listen on; 0 for any free one", portValue, 8787)
    .option("--host <address>", "address to listen on; 0.0.0.0 for all readers of the local network", "127.0.0.1")
    .option("--data <folder>", "where to keep its books; among your own program data by default")
    .option("--heartbeat <seconds>", "fixed time between heartbeats; adapts by default", heartbeatValue)
    .action(async (options: TrackerCommandOptions & OutputOptions) =>
      carryOut(options, async (output) => (await import("./tracker.ts")).tracker(output, options)),
    );
}

const EXIT_HELP = "leave when the book is complete";

function sortOption(): Option {
  return new Option("--sort <order>", "which books come first; those with most readers by default").choices(BOOK_SORTS);
}

/** When there is a local page without anybody asking for it. */
const AT_TERMINAL = "at a terminal it is there by default";

/** The options of every command that exchanges pages. */
function addExchange(command: Command): Command {
  return addNodeOptions(addTrackerOptions(addOutputOptions(command)));
}

function exitCodesHelp(): string {
  const lines = Object.values(EXIT_CODES).map(({ code, meaning }) => `  ${String(code).padStart(2)}  ${meaning}`);
  return ["Exit codes:", ...lines].join("\n");
}

async function carryOut(options: OutputOptions, work: (output: Output) => Promise<void>): Promise<void> {
  const output = await Output.open(options);
  try {
    await work(output);
  } finally {
    await output.close();
  }
  if (output.loss !== undefined) throw output.loss;
}

/** Commander's own words, without their prefix, and where to read on. */
function wrongUse(error: CommanderError): CommandFailed {
  // Without a command, commander has already written its help.
  if (error.code === "commander.help") return new CommandFailed("wrong-use", "Which command?");
  const message = error.message.replace(/^error: |\.$/g, "").replace(/\n+/g, " ");
  return new CommandFailed("wrong-use", `${message}; see bookswarm --help`);
}
