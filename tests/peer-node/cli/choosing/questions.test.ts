import { describe, expect, it } from "vitest";
import type { ListBooks } from "../../../../peer-node/cli/choosing/book-search.ts";
import { BookTable, chooseBook } from "../../../../peer-node/cli/choosing/choose-book.ts";
import { chooseFolder } from "../../../../peer-node/cli/choosing/choose-folder.ts";
import { chooseTracker } from "../../../../peer-node/cli/choosing/choose-tracker.ts";
import { columnsOf } from "../../../../peer-node/cli/choosing/columns.ts";
import { TrackerFault } from "../../../../peer-node/tracker/tracker-faults.ts";
import { book, Catalog } from "./catalog.ts";
import { KEYS, Typist } from "./typist.ts";

const BOOKS = [book("Summer"), book("Winter"), book("Old maps")];
const TRACKER = "http://t.example:8787";

describe("The question which book", () => {
  const tableOf = ({ terminal }: Typist, list: ListBooks) => new BookTable(terminal, list, "readers");

  function asked(typist: Typist, catalog = new Catalog(BOOKS)) {
    return chooseBook(typist.terminal, { tracker: TRACKER, table: tableOf(typist, catalog.list) });
  }

  it("shows the books of the tracker, and takes the one that arrow keys lead to", async () => {
    const typist = new Typist();
    const reply = asked(typist);
    await typist.sees("> Summer");
    typist.type(KEYS.down + KEYS.down + KEYS.up);
    await typist.sees("> Winter");
    typist.type(KEYS.enter);
    expect(await reply).toEqual({ answer: BOOKS[1] });
    await typist.sees("Winter (12 images, 1.2 MB)");
  });

  it("looks for what is typed; Enter right behind the words waits for the answer", async () => {
    const typist = new Typist();
    const catalog = new Catalog(BOOKS);
    const reply = asked(typist, catalog);
    typist.type(`map${KEYS.enter}`);
    expect(await reply).toEqual({ answer: BOOKS[2] });
    expect(catalog.asked.at(-1)).toBe("readers: map");
  });

  it("goes through the orders of the catalog with Tab", async () => {
    const typist = new Typist();
    const catalog = new Catalog(BOOKS);
    const reply = asked(typist, catalog);
    await typist.sees("> Summer");
    typist.type(KEYS.tab + KEYS.enter);
    expect(await reply).toEqual({ answer: BOOKS[0] });
    expect(catalog.asked).toEqual(["readers: ", "newest: "]);
  });

  it("says that no name holds the words, and does not choose then", async () => {
    const typist = new Typist();
    const reply = asked(typist);
    typist.type("zebra");
    await typist.sees('No name holds "zebra"');
    typist.type(KEYS.enter);
    await typist.sees("There is no such book");
    typist.type(KEYS.escape);
    expect(await reply).toBe("back");
  });

  it("says that the tracker does not answer, and asks once more at Enter", async () => {
    const typist = new Typist();
    const catalog = new Catalog(BOOKS);
    let isDown = true;
    const table = tableOf(typist, (words, how) => {
      if (isDown) throw new TrackerFault("unreachable", "t.example cannot be reached");
      return catalog.list(words, how);
    });
    const reply = chooseBook(typist.terminal, { tracker: TRACKER, table });
    await typist.sees("t.example cannot be reached");
    isDown = false;
    typist.type(KEYS.enter);
    await typist.sees("> Summer");
    typist.type(KEYS.enter);
    expect(await reply).toEqual({ answer: BOOKS[0] });
  });

  it("is left with Ctrl-C, and by a signal", async () => {
    const [one, other] = [new Typist(), new Typist()];
    const replies = [asked(one), asked(other)];
    await Promise.all([one.sees("> Summer"), other.sees("> Summer")]);
    one.type(KEYS.ctrlC);
    other.hangUp();
    expect(await Promise.all(replies)).toEqual(["left", "left"]);
  });

  it("is left with Ctrl-C while a tracker does not answer", async () => {
    const typist = new Typist();
    const never = new Promise<never>(() => undefined);
    const table = tableOf(typist, async function* () {
      yield await never;
    });
    const reply = chooseBook(typist.terminal, { tracker: TRACKER, table });
    await typist.sees("asking the tracker");
    typist.type(KEYS.enter + KEYS.ctrlC);
    expect(await reply).toBe("left");
  });

  it("is found as it was left by whoever comes back to it: words, order and mark, with fresh numbers", async () => {
    const typist = new Typist();
    const catalog = new Catalog([book("Old maps"), book("Old coins"), book("Summer")]);
    const table = tableOf(typist, catalog.list);
    const once = chooseBook(typist.terminal, { tracker: TRACKER, table });
    await typist.sees("> Old maps");
    typist.type(`old${KEYS.tab}`);
    await typist.sees("1 of 2 books");
    typist.type(KEYS.down);
    await typist.sees("> Old coins");
    typist.type(KEYS.enter);
    await once;
    typist.drawn.length = 0;
    const again = chooseBook(typist.terminal, { tracker: TRACKER, table });
    await typist.sees("> Old coins");
    typist.type(KEYS.enter);
    expect(await again).toEqual({ answer: book("Old coins") });
    expect(catalog.asked.slice(-2)).toEqual(["newest: old", "newest: old"]);
  });

  it("names the keys that one would not guess first, where not all fit", async () => {
    const typist = new Typist(40);
    const reply = asked(typist);
    await typist.sees("Enter chooses, Esc leaves");
    typist.type(KEYS.escape);
    await reply;
    expect(typist.drawn.join("")).not.toContain("Up and Down move");
  });

  it.each([80, 40])("draws no line wider than a terminal of %i columns", async (columns) => {
    const typist = new Typist(columns);
    const reply = asked(typist, new Catalog([book("long ".repeat(50)), book("\u001b[31m\u202ered")]));
    await typist.sees("of 2 books");
    typist.type("long");
    await typist.sees("1 of 1 book");
    typist.type(KEYS.escape);
    await reply;
    for (const line of typist.drawn.flatMap((stretch) => stretch.split("\n"))) {
      expect(columnsOf(line)).toBeLessThanOrEqual(columns);
    }
    expect(typist.drawn.join("")).toContain("\ufffd[31m\ufffdred");
  });
});

describe("The question into which folder", () => {
  it("proposes one, takes another, and says at once why a folder will not do", async () => {
    const typist = new Typist();
    const trouble = (folder: string) => (folder === "Summer" ? "The disk is full" : undefined);
    const reply = chooseFolder(typist.terminal, { proposed: "Summer", trouble });
    await typist.sees("Enter takes it, Esc goes back");
    typist.type(KEYS.enter);
    await typist.sees("The disk is full");
    typist.type(` 2026${KEYS.enter}`);
    expect(await reply).toEqual({ answer: "Summer 2026" });
  });
});

describe("The question which tracker", () => {
  it("takes an address or a book's link, and nothing else", async () => {
    const typist = new Typist();
    const reply = chooseTracker(typist.terminal);
    typist.type(`somewhere${KEYS.enter}`);
    await typist.sees("An address looks like");
    typist.type(`\u0015${TRACKER}/${KEYS.enter}`);
    expect(await reply).toEqual({ answer: { tracker: TRACKER } });
    const second = new Typist();
    const other = chooseTracker(second.terminal);
    const { bookId } = book("Summer");
    second.type(`${TRACKER}/books/${bookId}${KEYS.enter}`);
    expect(await other).toEqual({ answer: { link: { tracker: TRACKER, bookId } } });
  });
});
