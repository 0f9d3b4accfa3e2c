// The other side of a DigestCrew: a thread that digests the files it is handed, and says how far it has come. It loads
// little, because what it loads is waited for.

import { parentPort } from "node:worker_threads";
import { errnoOf } from "./disk-fault.ts";
import { type DigestJob, type FileDigests, FileReader } from "./file-digests.ts";
import { nodeHasher } from "./hasher.ts";

/** Files to digest, in order, each with the number by which it is answered. */
export type HelperOrder = readonly (DigestJob & { readonly number: number })[];

/** What became of a file; an error keeps its code, which does not survive the way between threads by itself. */
export type HelperAnswer =
  | { readonly number: number; readonly digests: FileDigests | undefined }
  | { readonly number: number; readonly message: string; readonly code: string | undefined };

/** What a helper says: bytes read since it last spoke, and the files that it is through with. */
export interface HelperNews {
  readonly bytes: number;
  readonly answers: readonly HelperAnswer[];
}

/** Bytes read before a helper says so. Chosen; some three milliseconds. */
const NEWS_BYTES = 2 * 1024 * 1024;

const reader = new FileReader(nodeHasher);
let work = Promise.resolve();
let bytes = 0;
let answers: HelperAnswer[] = [];

function tell(): void {
  parentPort?.postMessage({ bytes, answers } satisfies HelperNews);
  bytes = 0;
  answers = [];
}

async function carryOut(order: HelperOrder): Promise<void> {
  for (const { number, ...job } of order) {
    const answer = await answerTo(number, job);
    answers.push(answer);
    if (bytes >= NEWS_BYTES) tell();
  }
  tell();
}

async function answerTo(number: number, job: DigestJob): Promise<HelperAnswer> {
  try {
    const digests = await reader.digests(job, (more) => {
      bytes += more;
      if (bytes >= NEWS_BYTES) tell();
    });
    return { number, digests };
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined) throw error;
    return { number, message: (error as Error).message, code };
  }
}

parentPort?.on("message", (order: HelperOrder) => {
  work = work.then(() => carryOut(order));
});
