import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { open, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { CommandFailed } from "../../../peer-node/cli/command-failed.ts";
import { EXIT_CODES } from "../../../peer-node/cli/exit-codes.ts";
import { Outlet } from "../../../peer-node/cli/outlet.ts";
import { Output } from "../../../peer-node/cli/output.ts";
import { emptyFolder, MAIN, RunningCommand } from "./command.ts";

describe("The output of a command", () => {
  it("says what waits before it closes, so that why the command failed comes last", async () => {
    const write = vi.spyOn(process.stdout, "write").mockImplementation((_line, ...rest: unknown[]) => {
      const done = rest.at(-1);
      if (typeof done === "function") done();
      return true;
    });
    onTestFinished(() => write.mockRestore());
    const output = await Output.open({ json: true });
    output.event("image", { path: "a.png", file: "/sea/a.png", bytes: 1 });
    await output.close();
    // Whoever says why it failed may know of no output that was open.
    (await Output.open({ json: true })).failure(new CommandFailed("stopped", "Stopped"));
    const lines = write.mock.calls.map(([line]) => String(line)).filter((line) => line !== "");
    const events = lines.map((line) => JSON.parse(line).event);
    expect(events).toEqual(["image", "error"]);
  });

  it.each(["stdout", "stderr"] as const)("ends the command when nobody reads its %s any more", async (stream) => {
    const folder = await emptyFolder();
    await writeFile(join(folder, "a.png"), "a");
    await symlink("a.png", join(folder, "link.png"));
    const command = new RunningCommand(["describe", folder, "--name", "Sea"]);
    command.process[stream].destroy();
    expect((await command.finished).code).toBe(EXIT_CODES.stopped.code);
  });

  it.skipIf(process.platform !== "linux")(
    "ends no command when a disk takes no more of it, which is said once and decides the exit code",
    async () => {
      const folder = await emptyFolder();
      await writeFile(join(folder, "a.png"), "a");
      await symlink("a.png", join(folder, "link.png"));
      // Every write to this device fails as one to a full disk does.
      const full = await open("/dev/full", "w");
      onTestFinished(() => full.close());
      for (const options of [["--json"], []]) {
        const stdio = ["ignore", full.fd, "pipe"] as const;
        const child = spawn(process.execPath, [MAIN, "describe", folder, "--name", "Sea", ...options], {
          stdio: [...stdio],
        });
        const said = text(child.stderr as Readable);
        expect(await once(child, "close")).toEqual([EXIT_CODES.disk.code, null]);
        expect((await said).match(/^bookswarm: Cannot write to standard output.*ENOSPC.*$/gm)).toHaveLength(1);
        expect(await readdir(folder)).toContain("Sea.desc");
        await rm(join(folder, "Sea.desc"));
      }
    },
  );
});

describe("An outlet", () => {
  /** A stream of which every write fails with this code. */
  function failing(code: string, isTTY: boolean) {
    const writes: string[] = [];
    const fault = Object.assign(new Error(code), { code });
    const events = new EventEmitter();
    const write = (line: string, done: (error: Error) => void) => {
      writes.push(line);
      done(fault);
      return events.emit("error", fault);
    };
    return { stream: Object.assign(events, { isTTY, write }), writes };
  }

  it.each([
    { what: "a terminal whose window was closed", code: "EIO", isTTY: true, losses: [] },
    { what: "a disk that breaks", code: "EIO", isTTY: false, losses: ["EIO"] },
    { what: "a full disk", code: "ENOSPC", isTTY: false, losses: ["ENOSPC"] },
  ])("says nothing more to $what, and tells at most once of it", async ({ code, isTTY, losses }) => {
    const { stream, writes } = failing(code, isTTY);
    const told: string[] = [];
    const outlet = new Outlet(stream, ({ message }) => told.push(message));
    for (const line of ["one", "two"]) outlet.write(line);
    await outlet.settled();
    expect(writes).toEqual(["one"]);
    expect(told).toEqual(losses);
  });
});
