// Commands that are told to leave before all of their books are open, or whose book is left at the local page.

import { mkdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EXIT_CODES } from "../../../peer-node/cli/exit-codes.ts";
import { LocalClient } from "../../../peer-node/web/api/client.ts";
import { formatBookLink } from "../../../shared/book-link.ts";
import { BOOK_ID, json, serve } from "../tracker/web-server.ts";
import { emptyFolder, eventsOf, type Finished, RunningCommand, run } from "./command.ts";

/** An address at which no tracker is; what is served is served without one. */
const NOWHERE = ["--tracker", "http://127.0.0.1:1"];

/** A folder with one picture and its descriptor, and beside it a place for others. */
async function describedFolder() {
  const above = await emptyFolder();
  const [folder, state] = [join(above, "Sea"), join(above, "state")];
  await mkdir(folder);
  await writeFile(join(folder, "a.png"), "a");
  await run(["describe", folder]);
  return { above, folder, descriptor: join(folder, "Sea.desc"), env: { BOOKSWARM_STATE: state } };
}

async function localClient(command: RunningCommand): Promise<LocalClient> {
  const { address } = await command.event("gallery");
  const { origin, hash } = new URL(String(address));
  return new LocalClient({ origin, token: hash.slice(1) });
}

function lastEvents(finished: Finished, count: number) {
  return eventsOf(finished).slice(-count);
}

const NOTHING_MOVED = { event: "ended", pagesSent: 0, pagesReceived: 0, bytesSent: 0, bytesReceived: 0 };

describe("bookswarm seed, told to leave while it opens one book more", () => {
  it("leaves the one that it serves in order, and all was done", async () => {
    const { above, folder, env } = await describedFolder();
    const hills = join(above, "Hills");
    await mkdir(hills);
    await writeFile(join(hills, "b.png"), "");
    // Zeros that take no room, and time to hash.
    await truncate(join(hills, "b.png"), 500_000_000);
    await run(["describe", hills]);
    const command = new RunningCommand(["seed", folder, hills, ...NOWHERE, "--json"], env);
    await command.event("checking", (event) => event["folder"] === hills);
    command.say("end");
    const finished = await command.finished;
    expect(lastEvents(finished, 1)).toEqual([NOTHING_MOVED]);
    expect(finished.code).toBe(0);
  });
});

describe("bookswarm launch", () => {
  async function launched(answer: Parameters<typeof serve>[0]) {
    const { above, folder, env } = await describedFolder();
    const { url, requests } = await serve(answer);
    const link = formatBookLink({ tracker: url, bookId: BOOK_ID });
    const command = new RunningCommand(["launch", link, folder, join(above, "copy"), ...NOWHERE, "--json"], env);
    await command.event("progress");
    return { command, requests };
  }

  it("leaves the books that are open in order when it is told to before all are, and says so", async () => {
    const { command, requests } = await launched(() => undefined);
    await expect.poll(() => requests.length).toBeGreaterThan(0);
    command.say("end");
    const finished = await command.finished;
    expect(lastEvents(finished, 2)).toEqual([
      NOTHING_MOVED,
      { event: "error", code: "stopped", message: expect.stringContaining("before every book was open") },
    ]);
    expect(finished.code).toBe(EXIT_CODES.stopped.code);
  });

  it("leaves the books that are open in order when another one fails to open, and ends for that reason", async () => {
    const { command } = await launched((_, response) =>
      json(response, { code: "unknown-book", message: "There is no such book." }, 404),
    );
    const finished = await command.finished;
    expect(lastEvents(finished, 2)).toMatchObject([NOTHING_MOVED, { event: "error", code: "book-not-found" }]);
    expect(finished.code).toBe(EXIT_CODES["book-not-found"].code);
  });
});

describe("bookswarm get, when its book is left at the local page", () => {
  it("ends in order where it was to leave by itself, with the code for how far the book was", async () => {
    const { above, descriptor, env } = await describedFolder();
    const to = ["--to", join(above, "copy"), "--web", "0"];
    const command = new RunningCommand(["get", descriptor, ...to, ...NOWHERE, "--exit", "--json"], env);
    const client = await localClient(command);
    await command.event("found");
    await expect.poll(async () => (await client.state()).books.length).toBe(1);
    // The page may be gone before it has answered.
    for (const { bookId } of (await client.state()).books) await client.remove(bookId).catch(() => undefined);
    const finished = await command.finished;
    expect(lastEvents(finished, 2)).toMatchObject([NOTHING_MOVED, { event: "error", code: "stopped" }]);
    expect(finished.code).toBe(EXIT_CODES.stopped.code);
  });

  it("stays for other books until it is told to leave", async () => {
    const { above, folder, descriptor, env } = await describedFolder();
    const to = ["--to", join(above, "copy"), "--web", "0", "--timeout", "600"];
    const command = new RunningCommand(["get", descriptor, ...to, ...NOWHERE, "--json"], env);
    const client = await localClient(command);
    await expect.poll(async () => (await client.state()).books.length).toBe(1);
    for (const { bookId } of (await client.state()).books) await client.remove(bookId);
    expect(await client.add({ purpose: "serve", folder })).toMatchObject({ name: "Sea", purpose: "serve" });
    command.say("end");
    const finished = await command.finished;
    expect(lastEvents(finished, 2)).toMatchObject([NOTHING_MOVED, { event: "error", code: "stopped" }]);
    expect(finished.code).toBe(EXIT_CODES.stopped.code);
  });
});
