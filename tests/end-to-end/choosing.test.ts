// bookswarm without arguments, at a terminal and elsewhere.

import { cp, mkdir } from "node:fs/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { EXIT_CODES } from "../../peer-node/cli/exit-codes.ts";
import { book } from "../peer-node/cli/choosing/catalog.ts";
import { json, serve } from "../peer-node/tracker/web-server.ts";
import { AtTerminal, HAS_TERMINAL } from "../processes/at-terminal.ts";
import { compareFolders, isState } from "../processes/compare-folders.ts";
import { AWKWARD, manyPictures, writePictures } from "../processes/pictures.ts";
import { TestSwarm } from "./swarm.ts";

const ENTER = "\r";
const ESCAPE = "\u001b";
const CTRL_C = "\u0003";

describe.skipIf(!HAS_TERMINAL)("bookswarm at a terminal", () => {
  function bookswarm(swarm: TestSwarm, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): AtTerminal {
    const command = new AtTerminal(args, {
      cwd: swarm.folder,
      env: {
        BOOKSWARM_STATE: swarm.path("state"),
        BOOKSWARM_TRACKER: swarm.tracker,
        BOOKSWARM_TOKEN: undefined,
        ...env,
      },
    });
    onTestFinished(() => command.close());
    return command;
  }

  it("lets one choose a book and a folder, and brings the book there byte for byte", async () => {
    const swarm = await TestSwarm.start();
    await writePictures(swarm.path("Summer"), AWKWARD);
    await writePictures(swarm.path("Winter"), manyPictures(3, 1_000));
    for (const name of ["Summer", "Winter"]) await swarm.publish(swarm.path(name));
    const command = bookswarm(swarm);
    await command.shows("of 2 books");
    command.type("summ");
    await command.shows("1 of 1 book");
    command.type(ENTER);
    await command.shows("Into which folder? Summer");
    command.type(` copy${ENTER}`);
    await command.shows("Complete: ");
    await command.shows("Look at it in a browser: http://127.0.0.1:");
    command.type(CTRL_C);
    expect(await command.exit()).toBe(0);
    expect(await compareFolders(swarm.path("Summer"), swarm.path("Summer copy"), isState)).toEqual([]);
  });

  it("counts pictures that lie in the folder under their names before the first byte, and fetches the rest", async () => {
    const swarm = await TestSwarm.start();
    const [pictures, copy] = [swarm.path("Summer"), swarm.path("copy")];
    await writePictures(pictures, manyPictures(10, 300_000));
    const { link } = await swarm.publish(pictures);
    await mkdir(swarm.path("copy", "0"), { recursive: true });
    for (const row of [0, 1, 2, 3, 4, 5]) {
      const name = `picture-${String(row).padStart(6, "0")}.jpg`;
      await cp(swarm.path("Summer", "0", name), swarm.path("copy", "0", name));
    }
    const command = bookswarm(swarm, ["--to", copy, "--exit", "--no-web"]);
    await command.shows("of 1 book");
    command.type(ENTER);
    await command.shows("Into which folder?");
    command.type(ENTER);
    await command.shows("You already have 60% of this: 1.2 MB to fetch");
    expect(await command.exit()).toBe(0);
    expect(await compareFolders(pictures, copy, isState)).toEqual([]);
    // Plain `get` says the same, for programs too.
    const again = await swarm.run("get", link, "--to", copy, "--exit");
    expect(again.stderr).toContain("You already have all of this.");
  });

  it("asks for a tracker when none is named, goes back with Escape, and comes back when the book has gone", async () => {
    const swarm = await TestSwarm.start();
    await writePictures(swarm.path("Summer"), manyPictures(3, 1_000));
    const { link } = await swarm.publish(swarm.path("Summer"));
    const command = bookswarm(swarm, ["--no-web"], { BOOKSWARM_TRACKER: undefined });
    await command.shows("Which tracker?");
    command.type(`${swarm.tracker}${ENTER}`);
    await command.shows("of 1 book");
    command.type(ENTER);
    await command.shows("Into which folder?");
    expect((await swarm.run("remove", link)).code).toBe(0);
    command.type(ENTER);
    await command.shows("There is no book any more");
    command.type(ESCAPE);
    expect(await command.exit()).toBe(EXIT_CODES.stopped.code);
    expect(command.text).toContain("bookswarm: No book was chosen");
  });

  it("says in one sentence that a tracker has no books, or does not answer", async () => {
    const swarm = await TestSwarm.start();
    const empty = bookswarm(swarm);
    expect(await empty.exit()).toBe(EXIT_CODES["book-not-found"].code);
    expect(empty.text).toMatch(/^bookswarm: .+ has no books yet; .+\r\n$/);
    await swarm.stopTracker();
    const silent = bookswarm(swarm);
    expect(await silent.exit()).toBe(EXIT_CODES["tracker-unreachable"].code);
    expect(silent.text).toMatch(/^bookswarm: .+ cannot be reached: .+\r\n$/);
  });

  it("leaves with a sentence when it is told to between two questions, while a tracker is silent", async () => {
    const swarm = await TestSwarm.start();
    const silent = await serve(() => undefined);
    const first = bookswarm(swarm, [], { BOOKSWARM_TRACKER: silent.url });
    await expect.poll(() => silent.requests).toHaveLength(1);
    // It says which books there are, and nothing of any one.
    const list = { books: [book("Summer")] };
    const curt = await serve(({ url }, response) => void (url?.startsWith("/books?") && json(response, list)));
    const second = bookswarm(swarm, [], { BOOKSWARM_TRACKER: curt.url });
    await second.shows("of 1 book");
    second.type(ENTER);
    await second.shows("Into which folder?");
    second.type(ENTER);
    await expect.poll(() => curt.requests).toContain(`GET /books/${list.books[0]?.bookId}`);
    for (const command of [first, second]) {
      command.type(CTRL_C);
      expect(await command.exit()).toBe(EXIT_CODES.stopped.code);
      expect(command.text).toContain("bookswarm: No book was chosen");
    }
  });

  it("uses no colour where none is wanted", async () => {
    const swarm = await TestSwarm.start();
    await writePictures(swarm.path("Summer"), manyPictures(3, 1_000));
    await swarm.publish(swarm.path("Summer"));
    for (const [env, isColoured] of [
      [{}, true],
      [{ NO_COLOR: "1" }, false],
    ] as const) {
      const command = bookswarm(swarm, [], env);
      await command.shows("of 1 book");
      command.type(CTRL_C);
      expect(await command.exit()).toBe(EXIT_CODES.stopped.code);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is looked for
      expect(/\u001b\[[\d;]*m/.test(command.output)).toBe(isColoured);
    }
  });
});

describe("bookswarm without a terminal", () => {
  it("asks nothing and says in one sentence what to do instead", async () => {
    const swarm = await TestSwarm.start();
    const plain = await swarm.run();
    expect(plain).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("Usage: bookswarm") });
    for (const args of [["choose"], ["--tracker", swarm.tracker], ["choose", "--json"]]) {
      const { code, stdout, stderr } = await swarm.run(...args);
      expect(code).toBe(EXIT_CODES["wrong-use"].code);
      expect(stdout + stderr).toMatch(/Choosing a book needs a terminal/);
    }
  });
});
