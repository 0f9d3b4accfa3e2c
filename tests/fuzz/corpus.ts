// The kept inputs: one file for each target, one input a line in base64. Each reached something that none before did.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Inputs kept for one target; beyond that the tree would grow without end. Chosen. */
const KEPT_MAX = 120;

export function readCorpus(target: string): readonly Uint8Array[] {
  const file = fileOf(target);
  if (!existsSync(file)) return [];
  return readFileSync(file, "ascii")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => new Uint8Array(Buffer.from(line, "base64")));
}

export function writeCorpus(target: string, inputs: readonly Uint8Array[]): void {
  const lines = inputs.slice(0, KEPT_MAX).map((input) => `${Buffer.from(input).toString("base64")}\n`);
  writeFileSync(fileOf(target), lines.join(""));
}

function fileOf(target: string): string {
  return join(import.meta.dirname, "corpus", `${target}.txt`);
}
