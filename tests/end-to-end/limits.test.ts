// What a user allows a reader to use: bytes a second.

import { describe, expect, it } from "vitest";
import { manyPictures, writePictures } from "../processes/pictures.ts";
import { TestSwarm } from "./swarm.ts";

/** A book of 6,000,000 bytes, published with `args`. */
async function sixMegabytes(...args: readonly string[]) {
  const swarm = await TestSwarm.start();
  await writePictures(swarm.path("pictures"), manyPictures(30, 200_000));
  return { swarm, ...(await swarm.publish(swarm.path("pictures"), ...args)) };
}

describe("A limit", () => {
  it.each([
    ["of the reader, --max-download", [], ["--max-download", "3MB"]],
    ["of the publisher, --max-upload", ["--max-upload", "3MB"], []],
  ])("%s holds over the whole book", async (_, publishing, getting) => {
    const { swarm, link } = await sixMegabytes(...publishing);
    const reader = swarm.start("get", link, "--to", swarm.path("copy"), "--exit", ...getting);
    expect((await reader.exit).code).toBe(0);
    expect(Number(reader.latest("complete")?.["seconds"])).toBeGreaterThan(1.95);
  });

  it("that makes no sense is wrong use", async () => {
    const swarm = await TestSwarm.start();
    for (const args of [
      ["--max-upload", "fast"],
      ["--pipeline", "0"],
      ["--timeout", "-1"],
      ["--port", "70000"],
    ]) {
      expect((await swarm.run("get", `http://127.0.0.1:1/books/${"a".repeat(64)}`, ...args)).code).toBe(2);
    }
  });
});
