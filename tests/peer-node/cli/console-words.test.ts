import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { EXIT_CODES } from "../../../peer-node/cli/exit-codes.ts";

const PROGRAM = resolve(import.meta.dirname, "busy-process.ts");

/** A command that listens, and ends when it is made to or the test is over. */
async function busyCommand(stdin: "pipe" | number = "pipe") {
  const child = spawn(process.execPath, [PROGRAM], { stdio: [stdin, "pipe", "inherit"] });
  const exit = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exit;
  });
  const lines = createInterface({ input: child.stdout as Readable })[Symbol.asyncIterator]();
  const line = async () => (await lines.next()).value;
  expect(await line()).toBe("listening");
  return { child, exit, line };
}

describe("A running command", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "is told to leave by %s, and ended at once by a second",
    async (signal) => {
      const { child, exit, line } = await busyCommand();
      child.kill(signal);
      expect(await line()).toBe("leaving");
      child.kill(signal);
      expect(await exit).toEqual([EXIT_CODES.stopped.code, null]);
    },
  );

  it("is ended at once by another signal than the first, or by one after the word end", async () => {
    const [one, other] = await Promise.all([busyCommand(), busyCommand()]);
    one.child.kill("SIGINT");
    other.child.stdin?.write("what?\n end \n");
    for (const { child, exit, line } of [one, other]) {
      expect(await line()).toBe("leaving");
      child.kill("SIGTERM");
      expect(await exit).toEqual([EXIT_CODES.stopped.code, null]);
    }
  });

  it("listens and leaves as others do when its standard input cannot be read, as behind nohup", async () => {
    const unreadable = openSync("/dev/null", "w");
    onTestFinished(() => closeSync(unreadable));
    const { child, line } = await busyCommand(unreadable);
    child.kill("SIGTERM");
    expect(await line()).toBe("leaving");
  });
});
