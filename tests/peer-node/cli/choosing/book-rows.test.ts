import { describe, expect, it } from "vitest";
import { bookRows } from "../../../../peer-node/cli/choosing/book-rows.ts";
import { columnsOf } from "../../../../peer-node/cli/choosing/columns.ts";
import { book } from "./catalog.ts";

const LONG = "A name that goes on and on until nobody reads it any more, and then some";

describe("Rows of books", () => {
  it("name each book with its images, its size and its health, numbers below one another", () => {
    const books = [book("Sea", { images: 3_786, bytes: 13_700_000 }), book("Mountains", { readers: 0, complete: 0 })];
    expect(bookRows(books, 77)).toEqual([
      "Sea        3,786 images   14 MB  2 readers, 1 complete",
      "Mountains     12 images  1.2 MB  nobody there",
    ]);
  });

  it.each([77, 40, 20])("fit %i columns, whatever the names and numbers", (columns) => {
    const large = { images: 1_000_000, bytes: 999e12, readers: 5_000, complete: 4_999 };
    const rows = bookRows(
      [book(LONG, large), book("日本の写真がたくさんある長い名前の本です、とても長い"), book("👩‍👩‍👧‍👦".repeat(40))],
      columns,
    );
    for (const row of rows) expect(columnsOf(row)).toBeLessThanOrEqual(columns);
    expect(rows[0]).toMatch(/^A name.*…/);
  });

  it("hold nothing that a terminal would obey, and nothing that turns a name around", () => {
    const [row = ""] = bookRows([book("a\u001b[31m\u202eb\r\nc\u009b2J")], 77);
    expect(row).toMatch(/^a\ufffd\[31m\ufffdb\ufffd\ufffdc\ufffd2J /);
  });
});
