import { describe, expect, it } from "vitest";
import { EXIT_CODES } from "../../../peer-node/cli/exit-codes.ts";
import { eventsOf, run } from "./command.ts";

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

  it("has one exit code for each way to end", () => {
    const codes = Object.values(EXIT_CODES).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });
});
