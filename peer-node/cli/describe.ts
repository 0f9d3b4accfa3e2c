// bookswarm describe: makes the descriptor of a folder, and nothing else.

import { resolve } from "node:path";
import { describeFolder } from "../library/describe.ts";
import { saveDescriptor } from "../library/descriptor-file.ts";
import { formatByteSize } from "./byte-sizes.ts";
import { descriptorPlace } from "./descriptor-place.ts";
import type { Output } from "./output.ts";
import { Pace } from "./pace.ts";

export interface DescribeOptions {
  readonly output?: string;
  readonly name?: string;
  readonly tracker?: readonly string[];
}

/** Milliseconds between two words about how far the hashing is. */
const CHECKING_MS = 500;

/** @throws DescriptorRefused, FileUnsteady or DiskFault */
export async function describe(output: Output, folder: string, options: DescribeOptions): Promise<void> {
  const pace = new Pace(CHECKING_MS);
  const { book, bookId, skipped, lines } = await describeFolder({
    folder,
    trackers: options.tracker ?? [],
    ...(options.name === undefined ? {} : { name: options.name }),
    onHashing: (bytes, of) =>
      pace.try(() => {
        output.event("checking", { bytes, of });
        output.status(`Hashing ${formatByteSize(bytes)} of ${formatByteSize(of)}`);
      }),
  });
  for (const { path, reason } of skipped) {
    output.event("skipped", { path, reason });
    output.note(`Left out: ${path} ${reason}`);
  }
  const descriptor = resolve(options.output ?? descriptorPlace(folder, book.name));
  await saveDescriptor(descriptor, lines());
  const { imageCount: images, pageCount: pages, bytes } = book;
  const size = `${images} ${images === 1 ? "image" : "images"}, ${formatByteSize(bytes)}`;
  output.event("described", { bookId, descriptor, images, pages, bytes }, `${book.name}: ${size}\n${descriptor}`);
}
