import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { EXIT_CODES } from "../../../peer-node/cli/exit-codes.ts";
import { describeFolder } from "../../../peer-node/library/describe.ts";
import { keepRemovalSecret } from "../../../peer-node/library/removal-secrets.ts";
import { json, serve, type WebServer } from "../tracker/web-server.ts";
import { emptyFolder, eventsOf, RunningCommand } from "./command.ts";

/** A tracker that is too busy for uploads, and does not know the book for whose readers somebody registers. */
async function forgetfulTracker(): Promise<WebServer> {
  const web = await serve((_, response) => json(response, { code: "tracker-busy", message: "Not now" }, 503));
  web.server.on("upgrade", (_, socket) => {
    const body = JSON.stringify({ code: "unknown-book", message: "No such book" });
    socket.end(`HTTP/1.1 404 Not Found\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
  });
  return web;
}

describe("bookswarm publish", () => {
  it("says that a book is published only where the tracker has it, and fails with the tracker's refusal", async () => {
    const { url: tracker } = await forgetfulTracker();
    const [above, state] = [await emptyFolder(), await emptyFolder()];
    const folder = join(above, "Sea");
    await mkdir(folder);
    await writeFile(join(folder, "a.png"), "a");
    const { bookId } = await describeFolder({ folder });
    // Of an upload that was begun before, so that this one goes on without the tracker's consent.
    vi.stubEnv("BOOKSWARM_STATE", state);
    keepRemovalSecret({ tracker, bookId }, "0".repeat(64));
    vi.unstubAllEnvs();
    const command = new RunningCommand(["publish", folder, "--tracker", tracker, "--json"], { BOOKSWARM_STATE: state });
    await command.event("error");
    command.say("end");
    const finished = await command.finished;
    const events = eventsOf(finished);
    expect(finished.code).toBe(EXIT_CODES["book-not-found"].code);
    expect(events.filter(({ event }) => event === "error")).toEqual([
      { event: "error", code: "book-not-found", message: "No such book" },
    ]);
    expect(events.map(({ event }) => event)).not.toContain("published");
    expect(events.at(-1)).toMatchObject({ event: "ended" });
  });
});
