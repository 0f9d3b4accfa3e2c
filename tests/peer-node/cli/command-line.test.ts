import { execFile } from "node:child_process";
import { cp, mkdir, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { EXIT_CODES } from "../../../peer-node/cli/exit-codes.ts";
import { emptyFolder, eventsOf, run } from "./command.ts";

describe("bookswarm", () => {
  it("names its commands when asked for help, and its version", async () => {
    const help = await run(["--help"]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    for (const command of ["describe", "books", "tracker"]) expect(help.stdout).toContain(command);
    expect(await run(["--version"])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it.each([
    ["no command", []],
    ["an unknown command", ["publich"]],
    ["an unknown option", ["books", "--colour"]],
    ["a missing argument", ["describe"]],
    ["an argument too many", ["describe", "a", "b"]],
    ["a port that is none", ["tracker", "--port", "70000"]],
    ["a tracker with credentials", ["books", "--tracker", "https://me:secret@t.example"]],
    ["no tracker", ["books"]],
  ])("calls %s wrong use, in one sentence on standard error", async (_, args) => {
    const { code, stdout, stderr } = await run(args);
    expect(code).toBe(EXIT_CODES["wrong-use"].code);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^bookswarm: .+\n$/m);
    expect(stderr).not.toContain(".;");
  });

  it("tells programs of wrong use with an event", async () => {
    const events = eventsOf(await run(["books", "--json", "--colour"]));
    expect(events).toMatchObject([{ event: "error", code: "wrong-use", message: expect.stringContaining("--colour") }]);
  });

  it("finds its own files through a link to it, in a folder whose name is spelt otherwise in a URL", async () => {
    const checkout = resolve(import.meta.dirname, "../../..");
    const above = await emptyFolder();
    const copy = join(above, "ä b#c%20?");
    await mkdir(copy);
    for (const room of ["peer-node", "shared", "package.json"]) {
      await cp(join(checkout, room), join(copy, room), { recursive: true });
    }
    await symlink(join(checkout, "node_modules"), join(copy, "node_modules"));
    const link = join(above, "bookswarm");
    await symlink(join(copy, "peer-node/cli/bookswarm.js"), link);
    const { stdout } = await promisify(execFile)(process.execPath, [link, "describe", join(copy, "shared"), "--json"]);
    expect(stdout).toContain('"event":"described"');
  });

  it("has one exit code for each way to end", () => {
    const codes = Object.values(EXIT_CODES).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });
});
