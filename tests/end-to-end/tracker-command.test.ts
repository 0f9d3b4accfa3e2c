// `bookswarm tracker` as its owner runs it: a process, its port, its folder, its end.

import { readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { COMPATIBILITY_DATE } from "../../peer-node/cli/local-tracker/worker-config.ts";
import { loadDescriptor, readDescriptor } from "../../peer-node/library/descriptor-file.ts";
import { DescriptorSlices } from "../../peer-node/library/descriptor-slices.ts";
import { TrackerApiClient } from "../../peer-node/tracker/tracker-api-client.ts";
import type { BookId } from "../../shared/ids.ts";
import { processUnder, programOf } from "../faults/process-room.ts";
import { emptyFolder, RunningCommand, run } from "../peer-node/cli/command.ts";
import { portOf } from "../peer-node/transport/sockets.ts";

async function startedIn(data: string): Promise<{ readonly command: RunningCommand; readonly link: string }> {
  const command = new RunningCommand(["tracker", "--port", "0", "--data", data, "--json"]);
  const { link } = await command.event("listening");
  return { command, link: String(link) };
}

/** Describes a folder of one image and puts it into the catalog. */
async function publishedAt(tracker: string): Promise<BookId> {
  const folder = await emptyFolder();
  const descriptor = join(folder, "Sea.desc");
  await writeFile(join(folder, "a.png"), "not really a picture");
  await run(["describe", folder, "-o", descriptor]);
  const book = await loadDescriptor(descriptor);
  const slices = await DescriptorSlices.open(descriptor, book);
  await new TrackerApiClient({ tracker }).publish(slices, { keepRemovalSecret: async () => undefined });
  await slices.close();
  return book.id;
}

describe("bookswarm tracker", () => {
  it("answers as a tracker until it hears `end`", async () => {
    const { command, link } = await startedIn(await emptyFolder());
    const health = await fetch(`${link}/health`);
    expect(await health.json()).toMatchObject({ bookswarm: "tracker" });
    expect(await run(["books", "--tracker", link])).toMatchObject({ code: 0, stderr: `${link} has no books\n` });
    command.say("end");
    const { code, stderr } = await command.finished;
    expect([code, stderr]).toEqual([0, ""]);
    await command.event("ended");
  });

  it("keeps the Worker's log off its standard output, and shows it with --verbose", async () => {
    const command = new RunningCommand([
      "tracker",
      "--port",
      "0",
      "--data",
      await emptyFolder(),
      "--json",
      "--verbose",
    ]);
    const { link } = await command.event("listening");
    const bookId = await publishedAt(String(link));
    command.say("end");
    const { stdout, stderr } = await command.finished;
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).event);
    expect(events).toEqual(["listening", "ended"]);
    expect(JSON.parse(stderr)).toEqual({ level: "info", event: "book listed", bookId });
  });

  it("goes on when its input ends, and ends at a signal", async () => {
    const { command, link } = await startedIn(await emptyFolder());
    command.process.stdin.end();
    await fetch(`${link}/health`);
    command.process.kill("SIGTERM");
    expect(await command.finished).toMatchObject({ code: 0 });
  });

  it("has its books again when it is started anew", async () => {
    const data = await emptyFolder();
    const first = await startedIn(data);
    const bookId = await publishedAt(first.link);
    await fetch(`${first.link}/live/${bookId}`);
    first.command.say("end");
    await first.command.finished;
    // Its objects, and no answers that nobody would ever sweep out.
    expect(await readdir(data)).not.toContain("cache");
    const { link } = await startedIn(data);
    const { stdout } = await run(["books", "--tracker", link]);
    expect(stdout).toContain(`${link}/books/${bookId}`);
    const book = await readDescriptor(new TrackerApiClient({ tracker: link }).descriptor(bookId), bookId);
    expect(book.imageCount).toBe(1);
  });

  it.skipIf(process.platform !== "linux")("that is killed takes its runtime with it", async () => {
    const { command } = await startedIn(await emptyFolder());
    const runtime = processUnder(command.process.pid ?? 0, "workerd");
    command.process.kill("SIGKILL");
    await command.finished;
    // A process that is gone has no folder here; one that has only not been buried yet runs no program.
    await vi.waitFor(() => expect(programOf(runtime)).toBeUndefined(), 60_000);
  });

  it("is alone on its folder", async () => {
    const data = await emptyFolder();
    await startedIn(data);
    const second = await run(["tracker", "--port", "0", "--data", data]);
    expect(second).toMatchObject({ code: 7, stderr: expect.stringMatching(/^bookswarm: .* is in use by .*--data/) });
  });

  it("says that its port is taken", async () => {
    const port = await portOf(createServer());
    const { code, stderr } = await run(["tracker", "--port", String(port), "--data", await emptyFolder()]);
    expect(code).toBe(12);
    expect(stderr).toMatch(/^bookswarm: Cannot listen on port \d+ of 127\.0\.0\.1: another program has it/);
  });

  it("runs the Worker of the day that its configuration names", async () => {
    const wrangler = await readFile(resolve(import.meta.dirname, "../../wrangler.toml"), "utf8");
    expect(wrangler).toContain(`compatibility_date = "${COMPATIBILITY_DATE}"`);
  });
});
