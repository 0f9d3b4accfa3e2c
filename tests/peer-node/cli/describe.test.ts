import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadDescriptor } from "../../../peer-node/library/descriptor-file.ts";
import { emptyFolder, eventsOf, run } from "./command.ts";

/** A folder of two images and something that is none. */
async function pictures(): Promise<string> {
  const folder = join(await emptyFolder(), "Holiday");
  await mkdir(join(folder, "beach"), { recursive: true });
  await writeFile(join(folder, "a.png"), Buffer.alloc(256_001, 1));
  await writeFile(join(folder, "beach", "b.png"), Buffer.alloc(10, 2));
  await symlink("a.png", join(folder, "link.png"));
  return folder;
}

describe("bookswarm describe", () => {
  it("writes the descriptor into the folder under its name, and says what it describes", async () => {
    const folder = await pictures();
    const finished = await run(["describe", folder, "--json", "--tracker", "https://t.example/"]);
    const descriptor = join(folder, "Holiday.desc");
    const book = await loadDescriptor(descriptor);
    expect(finished.code).toBe(0);
    expect(eventsOf(finished).filter(({ event }) => event !== "checking")).toEqual([
      { event: "skipped", path: "link.png", reason: "is a symbolic link" },
      { event: "described", bookId: book.id, descriptor, images: 2, pages: 3, bytes: 256_011 },
    ]);
    expect(book.trackers).toEqual(["https://t.example"]);
  });

  it("gives the same bytes again, also elsewhere and under the same name", async () => {
    const folder = await pictures();
    await run(["describe", folder]);
    const other = join(await emptyFolder(), "other.desc");
    await run(["describe", folder, "-o", other]);
    expect(await readFile(other)).toEqual(await readFile(join(folder, "Holiday.desc")));
  });

  it("says in words what it made, and warns beside it of what is left out", async () => {
    const { stdout, stderr } = await run(["describe", await pictures(), "--name", "Sea"]);
    expect(stdout).toMatch(/^Sea: 2 images, 256 kB\n.*Sea\.desc\n$/);
    expect(stderr).toBe("Left out: link.png is a symbolic link\n");
  });

  it("keeps a name that would climb out of the folder inside it", async () => {
    const folder = await pictures();
    expect(await run(["describe", folder, "--name", "../../x"])).toMatchObject({ code: 0 });
    expect((await readdir(folder)).filter((name) => name.endsWith(".desc"))).toHaveLength(1);
  });

  it("has an exit code for each thing that can be wrong", async () => {
    const folder = await pictures();
    const mine = join(folder, "Holiday.desc");
    await writeFile(mine, "my own notes");
    expect(await run(["describe", folder])).toMatchObject({ code: 8 });
    expect(await readFile(mine, "utf8")).toBe("my own notes");
    expect(await run(["describe", join(folder, "nowhere")])).toMatchObject({ code: 7 });
    expect(await run(["describe", await emptyFolder()])).toMatchObject({ code: 3 });
  });
});
