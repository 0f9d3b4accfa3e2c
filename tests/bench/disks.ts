// Where the bytes lie. The sources lie in memory, and every run writes into a new ext4 that lies in memory too: on a
// used one, ext4 walks past every inode deleted in the last minutes before it gives out a new one, and creating a file
// costs forty times as much. Without root it is an ordinary folder, and the report says so.

import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { scratchFor } from "./scratch.ts";

export class Disks {
  /** Everything lies below. */
  readonly folder: string;
  /** Why runs write into an ordinary folder; undefined when they do not. */
  readonly why: string | undefined;
  #made = 0;

  /** @param bytes - that the sources and one run take together */
  static async make(atEnd: AsyncDisposableStack, bytes: number): Promise<Disks> {
    const folder = scratchFor(atEnd);
    const scarce = whyTooLittleMemory(bytes);
    if (scarce !== undefined) return new Disks(folder, scarce);
    try {
      run("mount", "-t", "tmpfs", "-o", `size=${2 * roomFor(bytes)}`, "tmpfs", folder);
      atEnd.defer(() => unmount(folder));
      const disks = new Disks(folder);
      await using trial = new AsyncDisposableStack();
      disks.fresh(trial, 0);
      return disks;
    } catch (error) {
      return new Disks(folder, `none can be made and mounted here: ${reasonOf(error)}`);
    }
  }

  private constructor(folder: string, why?: string) {
    this.folder = folder;
    this.why = why;
  }

  /** An empty folder on a disk of its own, gone with the run. @param bytes - that the run will write */
  fresh(atEnd: AsyncDisposableStack, bytes: number): string {
    const disk = join(this.folder, `disk-${++this.#made}`);
    mkdirSync(disk);
    atEnd.defer(() => rmSync(disk, { recursive: true, force: true }));
    if (this.why !== undefined) return disk;
    const image = `${disk}.image`;
    run("truncate", "-s", String(roomFor(bytes)), image);
    atEnd.defer(() => rmSync(image));
    run("mkfs.ext4", "-q", "-F", "-N", "100000", "-E", "lazy_itable_init=1,nodiscard", image);
    run("mount", "-o", "loop,noinit_itable", image, disk);
    atEnd.defer(() => {
      // Emptied first: what is deleted need not be written out.
      for (const entry of readdirSync(disk)) rmSync(join(disk, entry), { recursive: true });
      unmount(disk);
    });
    return disk;
  }

  /**
   * Uses as much memory as a run will, and frees it: the first use of a page that a virtual machine gave back to its
   * host costs a fault there, three seconds a gigabyte.
   */
  warm(bytes: number): void {
    if (this.why !== undefined) return;
    const file = join(this.folder, "warm");
    run("dd", "if=/dev/zero", `of=${file}`, "bs=1M", `count=${Math.ceil(roomFor(bytes) / 2 ** 20)}`);
    rmSync(file);
  }
}

/** Bytes of a disk on which so many bytes find room, with what the file system needs. */
function roomFor(bytes: number): number {
  return Math.ceil(1.2 * bytes) + 2 ** 28;
}

function whyTooLittleMemory(bytes: number): string | undefined {
  if (process.platform !== "linux") return "this takes Linux";
  const available = Number(/^MemAvailable:\s+(\d+)/m.exec(readFileSync("/proc/meminfo", "ascii"))?.[1]) * 1_024;
  const wanted = 2 * roomFor(bytes);
  return available < wanted ? `it takes ${Math.ceil(wanted / 1e9)} GB of free memory` : undefined;
}

function reasonOf(error: unknown): string {
  const [line = ""] = String(error instanceof Error && "stderr" in error ? error.stderr : error).split("\n");
  return line;
}

function unmount(folder: string): void {
  try {
    run("umount", folder);
  } catch {
    // Somebody still looks at it: it goes when nobody does.
    run("umount", "--lazy", folder);
  }
}

function run(program: string, ...args: readonly string[]): void {
  execFileSync(program, args, { stdio: ["ignore", "ignore", "pipe"] });
}
