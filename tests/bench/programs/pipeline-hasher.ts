// The bare pipeline's worker: takes each page's SHA-1 and each image's SHA-256, and ends everything at the first that is
// wrong.

import { createHash, type Hash, hash } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { type Plan, pagesOf, SLOT_BYTES } from "./plan.ts";

const { shared, plan } = workerData as { readonly shared: SharedArrayBuffer; readonly plan: Plan };
const slots = new Uint8Array(shared);
const pages = pagesOf(plan);
/** Of images of more than one page, by the number of the file; pages come in order. */
const running = new Map<number, Hash>();

parentPort?.on("message", (message: { readonly slot: number; readonly number: number }) => {
  const page = pages[message.number];
  const file = plan.files[page?.file ?? -1];
  if (page === undefined || file === undefined) throw new Error(`No page ${message.number}`);
  const bytes = slots.subarray(message.slot * SLOT_BYTES, message.slot * SLOT_BYTES + page.bytes);
  if (hash("sha1", bytes) !== page.digest) throw new Error(`Page ${message.number} is wrong`);
  const digest = sha256(page.file, file.pages, page.offset + page.bytes === file.bytes, bytes);
  if (digest !== undefined && digest !== file.sha256) throw new Error(`${file.path} is wrong`);
  parentPort?.postMessage(message);
});

/** @returns the image's SHA-256 with its last page */
function sha256(file: number, count: number, isLast: boolean, bytes: Uint8Array): string | undefined {
  if (count === 1) return hash("sha256", bytes);
  const digest = running.get(file) ?? createHash("sha256");
  running.set(file, digest);
  digest.update(bytes);
  if (!isLast) return undefined;
  running.delete(file);
  return digest.digest("hex");
}
