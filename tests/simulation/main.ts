// `npm run sim`: plays one swarm from its seed, or the whole table of cases, and says how far it stayed from what no
// schedule can beat. Exits with 1 when something happened that may not, with the one command that plays it again, and
// with 2 when it was called wrongly.

import { Command, InvalidArgumentError } from "commander";
import { Breach } from "./invariants.ts";
import { commandOf, flagOf, OPTIONS, type Scenario } from "./options.ts";
import { play } from "./report.ts";
import { inWords } from "./words.ts";

function program(): Command {
  const command = new Command("npm run sim --").exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  command.description("Plays a swarm of production engines in a world that a seed replays.");
  command.option("--json", "print the result as one line");
  for (const [name, { fallback, help }] of Object.entries(OPTIONS)) {
    const flag = flagOf(name);
    if (typeof fallback === "boolean") command.option(flag, help, fallback);
    else command.option(`${flag} <number>`, help, numberOf, fallback);
  }
  return command;
}

function numberOf(text: string): number {
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number) || number < 0) {
    throw new InvalidArgumentError(`${JSON.stringify(text)} is no number from 0 on.`);
  }
  return number;
}

function playOne({ json, ...scenario }: Scenario & { readonly json?: boolean }): number {
  try {
    const report = play(scenario);
    process.stdout.write(json === true ? `${JSON.stringify(report)}\n` : inWords(report));
    return 0;
  } catch (error) {
    // An assertion of the engine's own is a finding as well: what fails is told with the way back to it.
    const sentence = error instanceof Breach ? error.message : String(error instanceof Error ? error.stack : error);
    process.stderr.write(`${sentence}\nTo see it again: ${commandOf(scenario)}\n`);
    return 1;
  }
}

process.exitCode = playOne(program().parse().opts());
