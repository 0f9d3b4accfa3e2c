import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { manyPictures, writePictures } from "../processes/pictures.ts";
import { TestSwarm } from "./swarm.ts";

describe("bookswarm status", () => {
  it("finds what runs, says how far each book is, and forgets what was killed", async () => {
    const swarm = await TestSwarm.start();
    await writePictures(swarm.path("pictures"), manyPictures(40, 20_000));
    const { publisher, link, bookId } = await swarm.publish(swarm.path("pictures"), "--web");
    const reader = swarm.start("get", link, "--to", swarm.path("copy"), "--web", "--max-download", "20kB");
    await reader.event("progress", ({ pagesHeld }) => Number(pagesHeld) > 0);
    const { address } = await reader.event("gallery");

    const { stdout, code } = await swarm.run("status", "--json");
    expect(code).toBe(0);
    const books = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(books).toHaveLength(2);
    expect(books).toContainEqual(
      expect.objectContaining({
        event: "status",
        pid: publisher.pid,
        bookId,
        link,
        pagesHeld: 40,
        pages: 40,
        why: expect.objectContaining({ code: "complete" }),
      }),
    );
    expect(books).toContainEqual(
      expect.objectContaining({
        pid: reader.pid,
        address,
        pages: 40,
        readers: 1,
        paused: false,
        folder: swarm.path("copy"),
      }),
    );
    expect((await swarm.run("status")).stdout).toMatch(/^pictures: all of 800 kB is here; /m);

    const folder = swarm.path("state", "running");
    for (const name of readdirSync(folder)) expect(statSync(`${folder}/${name}`).mode & 0o777).toBe(0o600);
    reader.signal("SIGKILL");
    await reader.exit;
    expect((await swarm.run("status", "--json")).stdout).not.toContain(`"pid":${reader.pid},`);
    expect(existsSync(`${folder}/${reader.pid}.json`)).toBe(false);
    await publisher.end();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("says so when nothing runs, and is not led astray by what is in its folder", async () => {
    const swarm = await TestSwarm.start();
    expect((await swarm.run("status")).stderr).toBe("No process with a local page is running; start one with --web.\n");
    await writePictures(swarm.path("state", "running"), [["1.json", 100]]);
    writeFileSync(swarm.path("state", "running", "2.json"), '{"pid":2,"origin":"http://evil.example","token":"x"}');
    expect(await swarm.run("status", "--json")).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });
});
