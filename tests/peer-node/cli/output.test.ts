import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { CommandFailed } from "../../../peer-node/cli/command-failed.ts";
import { EXIT_CODES } from "../../../peer-node/cli/exit-codes.ts";
import { Output } from "../../../peer-node/cli/output.ts";
import { emptyFolder, RunningCommand } from "./command.ts";

describe("The output of a command", () => {
  it("says what waits before it closes, so that why the command failed comes last", async () => {
    const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    onTestFinished(() => write.mockRestore());
    const output = await Output.open({ json: true });
    output.event("image", { path: "a.png", file: "/sea/a.png", bytes: 1 });
    output.close();
    // Whoever says why it failed may know of no output that was open.
    (await Output.open({ json: true })).failure(new CommandFailed("stopped", "Stopped"));
    const events = write.mock.calls.map(([line]) => JSON.parse(String(line)).event);
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
});
