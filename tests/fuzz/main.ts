// npm run fuzz [-- --minutes M | --inputs N] [--seed S] [--keep] [TARGET...]
//
// Mutation of kept inputs, guided by V8's own count of the blocks that they reach. Ends at the first input that is not
// taken, or takes too long, and prints it; with --keep what reached something new joins the corpus in the tree.

import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { report, secondsSince } from "../faults/report.ts";
import { writeCorpus } from "./corpus.ts";
import { HEAD_WORDS, type News, type Orders } from "./orders.ts";
import { TARGETS } from "./targets.ts";

/** Milliseconds without a new input after which the one under way counts as a hang. */
const HANG_MS = 20_000;

/** Inputs of one turn of all targets, when a time is given. */
const TURN_INPUTS = 200_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    inputs: { type: "string" },
    minutes: { type: "string" },
    seed: { type: "string", default: "1" },
    keep: { type: "boolean", default: false },
  },
});

const chosen = positionals.length > 0 ? positionals : Object.keys(TARGETS);
const weights = chosen.reduce((sum, name) => sum + (TARGETS[name]?.weight ?? 0), 0);
const began = performance.now();
let total = 0;

function fuzz(target: string, inputs: number, seed: number): Promise<News> {
  const bytesMax = TARGETS[target]?.bytesMax ?? 0;
  const shared = new SharedArrayBuffer(4 * HEAD_WORDS + Math.ceil(bytesMax / 4) * 4 + 4_096);
  const orders: Orders = { target, inputs, seed, shared };
  const worker = new Worker(new URL("worker.ts", import.meta.url), { workerData: orders });
  const head = new Uint32Array(shared, 0, HEAD_WORDS);
  return new Promise((resolve, reject) => {
    let seen = 0;
    const watch = setInterval(() => {
      if (head[0] === seen && seen > 0) {
        const input = new Uint8Array(shared, 4 * HEAD_WORDS, head[1]).slice();
        resolve({ type: "finding", input, error: `It hangs: nothing for ${HANG_MS} ms` });
        void worker.terminate();
      }
      seen = head[0] ?? 0;
    }, HANG_MS);
    worker
      .once("message", resolve)
      .once("error", reject)
      .once("exit", () => clearInterval(watch));
  });
}

async function turn(inputs: number, seed: number): Promise<void> {
  for (const name of chosen) {
    const share = Math.ceil((inputs * (TARGETS[name]?.weight ?? 0)) / weights);
    const from = performance.now();
    const news = await fuzz(name, share, seed);
    if (news.type === "finding") {
      console.error(`${name} did not take this input: ${news.error}\n${Buffer.from(news.input).toString("base64")}`);
      process.exit(1);
    }
    total += news.inputs;
    const perSecond = Math.round((news.inputs * 1_000) / (performance.now() - from));
    console.log(
      `${name}: ${news.inputs} inputs, ${perSecond} a second, ${news.reached} characters of source reached, ${news.corpus.length} inputs that reach them`,
    );
    if (values.keep) writeCorpus(name, news.corpus);
  }
}

const unknown = chosen.find((name) => TARGETS[name] === undefined);
if (unknown !== undefined) {
  console.error(`There is no target ${unknown}; there are ${Object.keys(TARGETS).join(", ")}`);
  process.exit(2);
}
const until = began + Number(values.minutes ?? 1) * 60_000;
let seed = Number(values.seed);
if (values.inputs !== undefined) await turn(Number(values.inputs), seed);
else while (performance.now() < until) await turn(TURN_INPUTS, seed++);
report({
  fault: `hostile input to a parser or codec, of ${chosen.length}`,
  tried: `${total} inputs in ${secondsSince(began)}`,
  lost: "no crash, no hang",
  whole: "-",
});
