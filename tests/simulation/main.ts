// `npm run sim`: plays one swarm from its seed, or the whole table of cases, and says how far it stayed from what no
// schedule can beat. Exits with 1 when something happened that may not, with the one command that plays it again, and
// with 2 when it was called wrongly.

import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import { CASES } from "./cases.ts";
import { withPlayed } from "./document.ts";
import { Breach } from "./invariants.ts";
import { commandOf, flagOf, OPTIONS, type OptionKind, type OptionName, type Scenario } from "./options.ts";
import { play } from "./play.ts";
import { printTable } from "./table.ts";
import { inWords } from "./words.ts";

interface Wishes {
  readonly json?: true | undefined;
  readonly table?: true | undefined;
  readonly cases?: readonly string[] | undefined;
  readonly jobs: number;
  readonly seeds?: number | undefined;
  readonly readme?: true | undefined;
}

const README = new URL("../../README.md", import.meta.url);

function program(): Command {
  const command = new Command("npm run sim --").exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  command
    .description("Plays a swarm of production engines in a world that a seed replays.")
    .option("--json", "print the result as one line")
    .option("--table", "play every case and print a Markdown table")
    .option("--cases <names>", "only these cases of the table, separated by commas", namesOf)
    .option(
      "--jobs <number>",
      "plays of the table at one time; as many as there are cores, unless said",
      (text) => numberOf("count", text),
      availableParallelism(),
    )
    .option("--seeds <number>", "most seeds of each case of the table", (text) => numberOf("count", text))
    .option("--readme", "put the rows of the table into README.md");
  for (const [name, { kind, fallback, help }] of Object.entries(OPTIONS)) {
    if (kind === "flag") command.option(flagOf(name), help, fallback);
    else command.option(`${flagOf(name)} <number>`, help, (text) => numberOf(kind, text), fallback);
  }
  return command;
}

function numberOf(kind: Exclude<OptionKind, "flag">, text: string): number {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  const { isGood, words } = KINDS[kind];
  if (isGood(number)) return number;
  throw new InvalidArgumentError(`${JSON.stringify(text)} is not ${words}.`);
}

const KINDS = {
  count: { isGood: (number: number) => Number.isSafeInteger(number) && number > 0, words: "a whole number from 1 on" },
  amount: { isGood: (number: number) => number >= 0 && Number.isFinite(number), words: "a number from 0 on" },
  positive: { isGood: (number: number) => number > 0 && Number.isFinite(number), words: "a number above 0" },
  share: { isGood: (number: number) => number >= 0 && number <= 1, words: "a number from 0 to 1" },
} as const;

function namesOf(text: string): readonly string[] {
  const names = text.split(",");
  const unknown = names.find((name) => !CASES.some((each) => each.name === name));
  if (unknown === undefined) return names;
  throw new InvalidArgumentError(
    `No case is called ${JSON.stringify(unknown)}; there are ${CASES.map(({ name }) => name).join(", ")}.`,
  );
}

function playOne(scenario: Scenario, isJson: boolean): number {
  try {
    const report = play(scenario);
    process.stdout.write(isJson ? `${JSON.stringify(report)}\n` : inWords(report));
    return 0;
  } catch (error) {
    // An assertion of the engine's own is a finding as well: whatever fails is told with the way back to it.
    const sentence = error instanceof Breach ? error.message : String(error instanceof Error ? error.stack : error);
    process.stderr.write(`${sentence}\nTo see it again: ${commandOf(scenario)}\n`);
    return 1;
  }
}

async function playTable({ cases: names, jobs, seeds, readme }: Wishes): Promise<number> {
  const cases = CASES.filter(({ name }) => names === undefined || names.includes(name));
  const played = await printTable(cases, { jobs, seeds }, (line) => void process.stdout.write(`${line}\n`));
  for (const failure of played.failures) process.stderr.write(`${failure}\n`);
  if (played.failures.length > 0) return 1;
  if (readme === true) writeFileSync(README, withPlayed(readFileSync(README, "utf8"), played));
  return 0;
}

const { json, table, cases, jobs, seeds, readme, ...options } = program()
  .parse()
  .opts<Wishes & Record<OptionName, never>>();
process.exitCode =
  table === true || cases !== undefined
    ? await playTable({ cases, jobs, seeds, readme })
    : playOne(options as Scenario, json === true);
