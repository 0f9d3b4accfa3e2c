// `node pipeline.ts send|receive PLAN FOLDER ADDRESS PORT`: the least that two Node processes can do and still check
// every page and every image. One pushes pages, the other takes their SHA-1 and the images' SHA-256 in a worker, writes
// and renames. Nobody asks, chooses, records or answers: no program that does can be faster. Prints "complete".

import { closeSync, mkdirSync, openSync, readFileSync, readSync, renameSync, writeSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { COMPLETE } from "../peer.ts";
import { type PlannedPage, pagesOf, readPlan, SLOT_BYTES } from "./plan.ts";

const [role, planFile = "", folder = "", address = "", port = ""] = process.argv.slice(2);
const plan = readPlan(readFileSync(planFile, "utf8"));
const pages = pagesOf(plan);

/** Bytes before each page: its number. */
const HEAD_BYTES = 4;

/** Pages that the sender has given to its socket at most. */
const SENDING_MAX = 8;

/** Pages of the receiver between the socket and the disk at most. */
const SLOTS = 96;

/** One for the socket: what it brings is copied out before it is read again. */
const READ_BYTES = 2 ** 18;

function send(socket: Socket): void {
  const free = Array.from({ length: SENDING_MAX }, () => Buffer.allocUnsafeSlow(HEAD_BYTES + SLOT_BYTES));
  let next = 0;
  let open = { file: -1, descriptor: -1 };
  const fill = () => {
    for (let page = pages[next]; page !== undefined && free.length > 0; page = pages[++next]) {
      const buffer = free.pop();
      if (buffer === undefined) return;
      if (open.file !== page.file) {
        if (open.descriptor >= 0) closeSync(open.descriptor);
        open = { file: page.file, descriptor: openSync(join(folder, plan.files[page.file]?.path ?? ""), "r") };
      }
      buffer.writeUInt32LE(next, 0);
      readSync(open.descriptor, buffer, HEAD_BYTES, page.bytes, page.offset);
      socket.write(buffer.subarray(0, HEAD_BYTES + page.bytes), () => {
        free.push(buffer);
        fill();
      });
    }
  };
  socket.on("error", () => undefined);
  fill();
}

/** Writes verified pages; a file gets its name with its last page. */
class Files {
  readonly #open = new Map<number, { readonly descriptor: number; left: number }>();

  constructor() {
    for (const { path } of plan.files) mkdirSync(dirname(join(folder, path)), { recursive: true });
  }

  write({ file, offset }: PlannedPage, bytes: Uint8Array): void {
    const { path = "", pages: count = 0 } = plan.files[file] ?? {};
    const part = join(folder, `${path}.part`);
    const open = this.#open.get(file) ?? { descriptor: openSync(part, "w"), left: count };
    this.#open.set(file, open);
    writeSync(open.descriptor, bytes, 0, bytes.length, offset);
    if (--open.left > 0) return;
    closeSync(open.descriptor);
    renameSync(part, join(folder, path));
    this.#open.delete(file);
  }
}

function receive(): void {
  const shared = new SharedArrayBuffer(SLOTS * SLOT_BYTES);
  const slots = new Uint8Array(shared);
  const free = Array.from({ length: SLOTS }, (_, slot) => slot);
  const files = new Files();
  const worker = new Worker(new URL("pipeline-hasher.ts", import.meta.url), { workerData: { shared, plan } });
  let written = 0;
  worker.on("message", ({ slot, number }: { slot: number; number: number }) => {
    const page = pages[number];
    if (page === undefined) return;
    files.write(page, slots.subarray(slot * SLOT_BYTES, slot * SLOT_BYTES + page.bytes));
    free.push(slot);
    if (free.length > SLOTS / 2) socket.resume();
    if (++written === pages.length) process.stdout.write(`${COMPLETE}\n`);
  });
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  const head = Buffer.alloc(HEAD_BYTES);
  let headBytes = 0;
  let begun: { slot: number; number: number; have: number; bytes: number } | undefined;
  const take = (length: number) => {
    for (let at = 0; at < length; ) {
      if (begun === undefined) {
        const part = Math.min(HEAD_BYTES - headBytes, length - at);
        buffer.copy(head, headBytes, at, at + part);
        headBytes += part;
        at += part;
        if (headBytes < HEAD_BYTES) break;
        headBytes = 0;
        const number = head.readUInt32LE();
        begun = { slot: free.pop() ?? -1, number, have: 0, bytes: pages[number]?.bytes ?? 0 };
      }
      const part = Math.min(begun.bytes - begun.have, length - at);
      slots.set(buffer.subarray(at, at + part), begun.slot * SLOT_BYTES + begun.have);
      begun.have += part;
      at += part;
      if (begun.have < begun.bytes) continue;
      worker.postMessage({ slot: begun.slot, number: begun.number });
      begun = undefined;
    }
    // A read brings small images by the dozen; false stops reading until slots are free again.
    return free.length > READ_BYTES / SMALLEST + 1;
  };
  const socket = connect({ host: address, port: Number(port), noDelay: true, onread: { buffer, callback: take } });
}

/** The smallest image that workloads have is larger. */
const SMALLEST = 4_000;

if (role === "send") createServer({ noDelay: true }, send).listen(Number(port), address);
else receive();
