// Ends the runtime when this process is killed. Miniflare does so at an orderly end; after a kill -9 nobody would, and the
// runtime would stay for ever. So a shell waits beside each runtime at the end of a pipe that the system closes whatever
// becomes of us. On Windows the system ends the children of a Node process by itself.

import { type ChildProcess, spawn } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { basename } from "node:path";

/** Node tells here of every process that it is about to start; Miniflare does not say which one is its runtime. */
const CHANNEL = "child_process";

const RUNTIME = /^workerd\b/;

/** A line means that the runtime has ended by itself; the end of the pipe, that we have. */
const WATCH = 'read -r line || kill -9 "$0"';

/**
 * Guards each runtime that this process starts from now on.
 * @returns what ends that; runtimes that are guarded stay so
 */
export function guardRuntimes(): () => void {
  if (process.platform === "win32") return () => undefined;
  const started = (message: unknown) => {
    const { process: child } = message as { readonly process: ChildProcess };
    child.once("spawn", () => {
      if (RUNTIME.test(basename(child.spawnfile))) guard(child);
    });
  };
  subscribe(CHANNEL, started);
  return () => void unsubscribe(CHANNEL, started);
}

function guard(runtime: ChildProcess): void {
  // A group of its own: whatever ends this process from a terminal must not end its guard first.
  const shell = spawn("/bin/sh", ["-c", WATCH, String(runtime.pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  // Without a shell there is no guard; all else is as it was.
  shell.on("error", () => undefined);
  shell.stdin.on("error", () => undefined);
  shell.unref();
  runtime.once("exit", () => shell.stdin.end("over\n"));
}
