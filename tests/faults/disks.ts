// Disks of a test's own, to be filled and taken away: small ones in memory, and folders that can be unplugged.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Why disks cannot be mounted here; undefined when they can. */
export function whyNoDisks(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "bookswarm-mount-"));
  try {
    run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder);
    run("umount", folder);
    return undefined;
  } catch (error) {
    const [reason] = String(error instanceof Error && "stderr" in error ? error.stderr : error).split("\n");
    return `disks cannot be mounted here (${reason}): this takes Linux and its root`;
  } finally {
    rmdirSync(folder);
  }
}

/** Why no disk that is blind to case can be mounted here; undefined when it can. */
export function whyNoBlindDisks(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "bookswarm-mount-"));
  try {
    mountBlindDisk(join(folder, "disk"));
    run("umount", join(folder, "disk"));
    return undefined;
  } catch {
    return "no disk that is blind to case can be mounted here: this takes Linux, its root, and ntfs-3g";
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A disk on which a name in capitals is the same name, mounted at `folder` until the test is over. */
export function blindDisk(folder: string): void {
  mountBlindDisk(folder);
  onTestFinished(() => run("umount", "-l", folder));
}

function mountBlindDisk(folder: string): void {
  const image = `${folder}.image`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(image, "");
  truncateSync(image, 32_000_000);
  run("mkntfs", "-F", "-Q", "-q", image);
  run("lowntfs-3g", "-o", "ignore_case", image, folder);
}

/** A disk of so many bytes, mounted at `folder` until the test is over. */
export function smallDisk(folder: string, bytes: number): void {
  mkdirSync(folder, { recursive: true });
  run("mount", "-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", folder);
  onTestFinished(() => run("umount", "-l", folder));
}

/** From now on a mounted disk takes nothing. */
export function makeReadOnly(folder: string): void {
  run("mount", "-o", "remount,ro", folder);
}

/** A disk that is mounted at `folder`, and can be pulled out and put back in with what is on it. */
export class Drive {
  readonly #contents: string;
  readonly #folder: string;

  constructor(contents: string, folder: string) {
    this.#contents = contents;
    this.#folder = folder;
    for (const each of [contents, folder]) mkdirSync(each, { recursive: true });
    this.plugIn();
    onTestFinished(() => {
      try {
        this.pullOut();
      } catch {
        // It is out.
      }
    });
  }

  plugIn(): void {
    run("mount", "--bind", this.#contents, this.#folder);
  }

  /** Without asking whether anybody uses it. */
  pullOut(): void {
    run("umount", "-l", this.#folder);
  }
}

function run(program: string, ...args: readonly string[]): void {
  execFileSync(program, args, { stdio: ["ignore", "ignore", "pipe"] });
}
