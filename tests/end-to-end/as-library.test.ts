// bookswarm as a library: the README's own example, run as it stands, and what it promises besides.

import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type BookEvent, BookUnclear, GlobUnmatched, get, publish, TrackerFault } from "bookswarm";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ROOT, readCommitted } from "../house/checkout.ts";
import { compareFolders, isState } from "../processes/compare-folders.ts";
import { manyPictures, writePictures } from "../processes/pictures.ts";
import { TestSwarm } from "./swarm.ts";

/** The first block of TypeScript in a document. */
function exampleIn(document: string): string {
  const [, code] = /```ts\n([\s\S]*?)```/.exec(readCommitted(document)) ?? [];
  if (code === undefined) throw new Error(`${document} has no example in TypeScript`);
  return code;
}

/** Runs a program in the swarm's folder, where the package is installed. @returns what it printed */
async function runExample(swarm: TestSwarm, code: string): Promise<string> {
  mkdirSync(swarm.path("node_modules"));
  symlinkSync(ROOT, swarm.path("node_modules", "bookswarm"), "junction");
  writeFileSync(swarm.path("package.json"), '{ "type": "module" }\n');
  writeFileSync(swarm.path("example.ts"), code);
  const env = { ...process.env, BOOKSWARM_STATE: join(swarm.folder, "state") };
  const { stdout } = await promisify(execFile)(process.execPath, ["example.ts"], { cwd: swarm.folder, env });
  return stdout;
}

/** A tracker, and a folder of pictures; no state of the user's takes part. */
async function stage() {
  const swarm = await TestSwarm.start();
  vi.stubEnv("BOOKSWARM_STATE", swarm.path("state"));
  onTestFinished(() => void vi.unstubAllEnvs());
  await writePictures(swarm.path("pictures"), [...manyPictures(20, 30_000), ["big.jpg", 600_000]]);
  return { swarm, tracker: swarm.tracker, pictures: swarm.path("pictures"), copy: swarm.path("copy") };
}

describe("The library", () => {
  it("does what the README's example says, as it stands there", async () => {
    const { swarm, tracker, pictures, copy } = await stage();
    const stdout = await runExample(swarm, exampleIn("README.md").replace("http://127.0.0.1:8787", tracker));
    expect(stdout).toContain(`${tracker}/books/`);
    expect(stdout.match(/ is here$/gm)).toHaveLength(21);
    expect(await compareFolders(pictures, copy, isState)).toEqual([]);
  });

  it("asks a running process what LOCAL-API.md's example asks", async () => {
    const { swarm, pictures } = await stage();
    const { publisher } = await swarm.publish(pictures, "--web");
    const { address } = await publisher.event("gallery");
    const { origin, hash } = new URL(String(address));
    const example = exampleIn("LOCAL-API.md").replace("http://127.0.0.1:43017", origin).replace("...", hash.slice(1));
    expect(await runExample(swarm, example)).toBe("pictures: Nothing is missing, and nobody asks for anything.\n");
  });

  it("tells every event, and how things stand", async () => {
    const { tracker, pictures, copy } = await stage();
    await using publication = await publish(pictures, { tracker, name: "Sea" });
    expect(publication.name).toBe("Sea");
    await expect(publication.complete).resolves.toBeUndefined();
    const events: BookEvent["type"][] = [];
    const onEvent = ({ type }: BookEvent) => void events.push(type);
    await using download = await get(publication.link ?? "", { to: copy, only: ["*.jpg"], onEvent });
    await download.complete;
    expect(events).toEqual(expect.arrayContaining(["book", "joined", "image", "complete"]));
    expect(download.snapshot()).toMatchObject({ pages: 23, pagesHeld: 3, pagesMissing: 0 });
    await download.choose([]);
    await expect.poll(() => download.snapshot().pagesHeld).toBe(23);
    expect(download.why()).toEqual({ code: "complete", message: "Nothing is missing, and nobody asks for anything." });
    expect(Array.from(download.images())).toHaveLength(21);
  });

  it("leaves in order when its signal is aborted, before the book is open and after", async () => {
    const { tracker, pictures, copy } = await stage();
    const reason = new Error("enough");
    const source = await publish(pictures, { tracker, maxUpload: 20_000 });
    onTestFinished(() => source.close());
    const leaving = new AbortController();
    const download = await get(source.link ?? "", { to: copy, signal: leaving.signal });
    leaving.abort(reason);
    await expect(download.complete).rejects.toBe(reason);
    await download.close();
    await expect(get(source.link ?? "", { to: copy, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    // The folder is free again: a second process, or the same, may go on.
    await using again = await get(source.link ?? "", { to: copy });
    expect(again.folder).toBe(download.folder);
  });

  it("says in typed errors what it cannot do", async () => {
    const { tracker, pictures, copy } = await stage();
    await expect(get("nonsense")).rejects.toBeInstanceOf(BookUnclear);
    await expect(publish(pictures)).rejects.toBeInstanceOf(BookUnclear);
    await expect(publish(pictures, { tracker: "no address" })).rejects.toBeInstanceOf(BookUnclear);
    await expect(publish(pictures, { tracker: "http://127.0.0.1:9" })).rejects.toBeInstanceOf(TrackerFault);
    await using source = await publish(pictures, { tracker });
    await expect(get(source.link ?? "", { to: copy, only: ["*.tif"] })).rejects.toBeInstanceOf(GlobUnmatched);
  });
});
