import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { committedFiles, readCommitted } from "./checkout.ts";
import { anchorsOf, relativeLinks } from "./documents.ts";

const REQUIRED = ["ARCHITECTURE.md", "CHANGELOG.md", "PROTOCOL.md", "README.md", "SECURITY.md", "TRACKER.md"];

describe("The documents", () => {
  const files = committedFiles();
  const places = new Set(files.flatMap((path) => [path, ...foldersAbove(path)]));
  const documents = files.filter((path) => path.endsWith(".md"));

  test.each(REQUIRED)("include %s", (path) => {
    expect(documents).toContain(path);
  });

  test.each(documents)("link only to what exists: %s", (path) => {
    const dead = relativeLinks(path, readCommitted(path)).filter((link) => {
      if (!places.has(posix.normalize(link.path).replace(/\/$/, ""))) return true;
      return (
        link.anchor !== undefined && link.path.endsWith(".md") && !anchorsOf(readCommitted(link.path)).has(link.anchor)
      );
    });
    expect(dead.map((link) => `${path} links to ${link.written}, which does not exist.`)).toEqual([]);
  });
});

describe("The reader of documents", () => {
  test("finds every form of relative link and leaves out code and other sites", () => {
    const text = [
      '[a](shared/ids.ts) ![b](docs/b.png) [c](#words) [d](<./e.md#x> "title")',
      '[f]: ../up.md\n<img src="picture.svg">',
      "[site](https://example.org) [mail](mailto:a@example.org) `[code](no.md)`",
      "```\n[fence](no.md)\n```",
    ].join("\n");
    expect(relativeLinks("docs/page.md", text).map(({ path, anchor }) => [path, anchor])).toEqual([
      ["docs/shared/ids.ts", undefined],
      ["docs/docs/b.png", undefined],
      ["docs/page.md", "words"],
      ["docs/e.md", "x"],
      ["up.md", undefined],
      ["docs/picture.svg", undefined],
    ]);
  });

  test("makes of headings the anchors that GitHub makes", () => {
    const text = "# Who may know whom?\n```\n# not a heading\n```\n## `PAG`, ask\n## Pages\n## Pages\n";
    expect([...anchorsOf(text)]).toEqual(["who-may-know-whom", "pag-ask", "pages", "pages-1"]);
  });
});

function foldersAbove(path: string): readonly string[] {
  const folder = posix.dirname(path);
  return folder === "." ? [] : [folder, ...foldersAbove(folder)];
}
