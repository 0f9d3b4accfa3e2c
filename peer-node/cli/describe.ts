// bookswarm describe: makes the descriptor of a folder, and nothing else.

import { describeBook } from "../node/publish-book.ts";
import { BookVoice, LOOKING } from "./book-voice.ts";
import type { Output } from "./output.ts";

export interface DescribeOptions {
  readonly output?: string;
  readonly name?: string;
  readonly tracker?: readonly string[];
}

/** @throws DescriptorRefused, FileUnsteady or DiskFault */
export async function describe(output: Output, folder: string, options: DescribeOptions): Promise<void> {
  const { name, output: descriptor, tracker: trackers = [] } = options;
  output.status(LOOKING);
  await describeBook({ folder, name, descriptor, trackers, trust: "nothing", onEvent: new BookVoice(output).say });
}
