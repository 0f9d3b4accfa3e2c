import { describe, expect, it, vi } from "vitest";
import { BookSearch, type ListBooks } from "../../../../peer-node/cli/choosing/book-search.ts";
import { TrackerFault } from "../../../../peer-node/tracker/tracker-faults.ts";
import type { BookSummary } from "../../../../shared/tracker-api/http.ts";
import { book, Catalog } from "./catalog.ts";

const ANY = { words: "", sort: "readers" } as const;
const names = (search: BookSearch) => search.books.map(({ name }) => name);

describe("A search for books", () => {
  it("takes no more of a long catalog than somebody looks at, and more as they go on", async () => {
    const catalog = new Catalog(Array.from({ length: 1_000 }, (_, row) => book(`book ${row}`)));
    const search = new BookSearch(catalog.list, ANY, () => undefined);
    search.ask(ANY, 0);
    await search.settled();
    const first = search.books.length;
    expect({ first, taken: catalog.taken }).toEqual({ first, taken: first });
    expect(first).toBeLessThan(200);
    search.lookAt(0);
    expect(search.isBusy).toBe(false);
    search.lookAt(first - 1);
    await search.settled();
    expect(search.books.length).toBeGreaterThan(first);
    for (let last = 0; search.hasMore; last = search.books.length - 1) {
      search.lookAt(last);
      await search.settled();
    }
    expect(search.books).toHaveLength(1_000);
    expect(catalog.asked).toEqual(["readers: "]);
  });

  it("asks only the last of questions that follow one another closely", async () => {
    const catalog = new Catalog([book("sea"), book("season"), book("mountain")]);
    const search = new BookSearch(catalog.list, ANY, () => undefined);
    for (const words of ["s", "se", "sea"]) search.ask({ words, sort: "name" });
    await search.settled();
    expect(catalog.asked).toEqual(["name: sea"]);
    expect(names(search)).toEqual(["sea", "season"]);
  });

  it("does not hear what an older question answers later", async () => {
    const answers = new Map<string, PromiseWithResolvers<BookSummary>>();
    const asked = Promise.withResolvers<void>();
    const list: ListBooks = (words) => {
      const answer = Promise.withResolvers<BookSummary>();
      answers.set(words, answer);
      asked.resolve();
      return (async function* () {
        yield await answer.promise;
      })();
    };
    const search = new BookSearch(list, ANY, () => undefined);
    search.ask({ words: "old", sort: "name" }, 0);
    await asked.promise;
    search.ask({ words: "new", sort: "name" }, 0);
    answers.get("old")?.resolve(book("old"));
    await vi.waitUntil(() => answers.has("new"));
    answers.get("new")?.resolve(book("new"));
    await search.settled();
    expect(names(search)).toEqual(["new"]);
  });

  it("says why there is no answer, and finds books again at the next question", async () => {
    let isDown = true;
    const catalog = new Catalog([book("sea")]);
    const list: ListBooks = (words, how) => {
      if (isDown) throw new TrackerFault("unreachable", "t.example cannot be reached");
      return catalog.list(words, how);
    };
    const search = new BookSearch(list, ANY, () => undefined);
    search.ask(ANY, 0);
    await search.settled();
    expect(search.fault?.message).toBe("t.example cannot be reached");
    expect(search.books).toEqual([]);
    isDown = false;
    search.ask(ANY, 0);
    await search.settled();
    expect(search.fault).toBeUndefined();
    expect(names(search)).toEqual(["sea"]);
  });
});
