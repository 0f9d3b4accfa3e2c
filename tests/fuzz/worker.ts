// A thread that runs one target. The input under way stands in memory that its maker shares, so that a hang can be told.

import { parentPort, workerData } from "node:worker_threads";
import { readCorpus } from "./corpus.ts";
import { Coverage } from "./coverage.ts";
import { HEAD_WORDS, type News, type Orders } from "./orders.ts";
import { Finding, Run } from "./run.ts";
import { TARGETS } from "./targets.ts";

const orders = workerData as Orders;
const head = new Uint32Array(orders.shared, 0, HEAD_WORDS);
const body = new Uint8Array(orders.shared, 4 * HEAD_WORDS);
// What a target refuses it refuses by throwing, a million times; nobody reads where.
Error.stackTraceLimit = 0;

function announce(input: Uint8Array): void {
  head[1] = input.length;
  body.set(input);
  head[0] = (head[0] ?? 0) + 1;
}

function carryOut(): News {
  const target = TARGETS[orders.target];
  if (target === undefined) throw new Error(`There is no target ${orders.target}`);
  const coverage = new Coverage();
  try {
    const run = new Run(target, readCorpus(orders.target), orders.seed, announce, coverage);
    run.go(orders.inputs);
    return { type: "done", inputs: run.inputs, reached: coverage.reached, corpus: run.corpus };
  } catch (error) {
    if (!(error instanceof Finding)) throw error;
    return { type: "finding", input: error.input, error: error.message };
  }
}

parentPort?.postMessage(carryOut());
