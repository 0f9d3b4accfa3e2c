// The other side of a PageVerifier: a thread that looks at the pages it is handed, in order, writes the right ones, and
// keeps the digests of their images. Page buffers are shared memory, and each is handed over once: neither is a page
// copied on the way, nor does this thread's collector take every page for memory of its own.

import { parentPort } from "node:worker_threads";
import { errnoOf } from "./disk-fault.ts";
import { nodeHasher } from "./hasher.ts";
import { ImageDigests, type WrittenImage } from "./image-digests.ts";
import { lookAt, type PageLook, type PageOrder, type PageTarget } from "./page-looks.ts";
import { writeFully } from "./write-fully.ts";

/** What is to be done, with the number by which it is answered. */
export type VerifyOrder =
  /** From now on this memory is named by this number; number 0 begins anew. */
  | { readonly memory: SharedArrayBuffer; readonly as: number }
  | { readonly number: number; readonly page: SharedPage }
  | { readonly number: number; readonly image: WrittenImage };

/** A page in memory that was named before: its bytes are the first so many there. */
export interface SharedPage extends Omit<PageOrder, "bytes"> {
  readonly memory: number;
  readonly length: number;
  /** Where it is to be written if it is right; nowhere when absent. */
  readonly target: PageTarget | undefined;
}

/** What became of it; an error keeps its code, which does not survive the way between threads by itself. */
export type VerifyNews =
  | { readonly number: number; readonly look: PageLook }
  | { readonly number: number; readonly sha256: Uint8Array | undefined }
  | { readonly number: number; readonly message: string; readonly code: string };

const images = new ImageDigests(nodeHasher);
/** Page buffers, by their numbers. */
const memories: Uint8Array[] = [];

function tell(news: VerifyNews): void {
  parentPort?.postMessage(news);
}

/** False when the disk refuses: whoever handed the page tries again, and hears why. */
function tryWrite(bytes: Uint8Array, { descriptor, position }: PageTarget): boolean {
  try {
    writeFully(descriptor, bytes, position);
    return true;
  } catch {
    return false;
  }
}

async function finish(number: number, image: WrittenImage): Promise<void> {
  try {
    tell({ number, sha256: await images.finish(image) });
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined) throw error;
    tell({ number, message: (error as Error).message, code });
  }
}

parentPort?.on("message", (order: VerifyOrder) => {
  if ("memory" in order) {
    memories.splice(order.as, Number.POSITIVE_INFINITY, new Uint8Array(order.memory));
  } else if ("page" in order) {
    const { memory, length, target, ...page } = order.page;
    const bytes = memories[memory]?.subarray(0, length) ?? new Uint8Array(length);
    const look = lookAt({ ...page, bytes }, nodeHasher, images);
    const isMine = look.right && target !== undefined;
    tell({ number: order.number, look: isMine ? { ...look, isWritten: tryWrite(bytes, target) } : look });
  } else void finish(order.number, order.image);
});
