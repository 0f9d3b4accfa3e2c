import { describe, expect, test } from "vitest";
import { committedFiles, readCommitted } from "./checkout.ts";
import { liesIn, ROOFS } from "./rooms.ts";
import { breaches } from "./rules.ts";

test("Every file in the three rooms keeps the rules of the house", () => {
  const paths = committedFiles().filter(
    (path) => /\.tsx?$/.test(path) && !path.endsWith(".d.ts") && ROOFS.some((roof) => liesIn(path, roof)),
  );
  expect(paths.length).toBeGreaterThan(0);
  expect(breaches(Object.fromEntries(paths.map((path) => [path, readCommitted(path)])))).toEqual([]);
});

describe("The rules of the house", () => {
  const nothing = "export const nothing = 0;\n";

  test("find nothing in a house that is in order", () => {
    const sources = {
      "shared/ids.ts": "export const id = (at: number) => new Date(at).toISOString();\n",
      "shared/tracker-api/messages.ts": 'import * as v from "valibot";\nimport { id } from "../ids.ts";\nid;\nv;\n',
      "peer-node/core/swarm.ts": 'import type { id } from "../../shared/ids.ts";\nexport type Id = typeof id;\n',
      "peer-node/storage/page-store.ts": nothing,
      "peer-node/library/assemble.ts":
        'import { readFile } from "node:fs";\nexport * from "../storage/page-store.ts";\nreadFile;\n',
      "peer-node/node/node.ts":
        'import "../core/swarm.ts";\nimport "../library/assemble.ts";\nsetTimeout(() => Date.now());\n',
      "peer-node/cli/main.ts": 'const node = await import("../node/node.ts");\nnode;\n',
      "tracker-worker/repository/repository.ts":
        'import { DurableObject } from "cloudflare:workers";\nDurableObject;\n',
      "tracker-worker/routes/books.ts":
        'import type { R } from "../repository/repository.ts";\nimport "../pages/book.tsx";\ntype _ = R;\n',
      "tracker-worker/pages/book.tsx": "export const Book = () => <p>a book</p>;\n",
      "tracker-worker/index.ts": 'export * from "./repository/repository.ts";\nimport "./routes/books.ts";\n',
    };
    expect(breaches(sources)).toEqual([]);
  });

  // Each breach is planted alone; it must be found, and the sentence must name the file.
  const planted: readonly [title: string, path: string, source: string, sentence: RegExp][] = [
    ["shared that knows a reader", "shared/book.ts", 'import "../peer-node/core/swarm.ts";', /may know only itself/],
    ["a core that knows the node", "peer-node/core/swarm.ts", 'import "../node/node.ts";', /may know only shared/],
    [
      "a domain that knows its object",
      "tracker-worker/domain/list.ts",
      'export * from "../repository/r.ts";',
      /may know only shared/,
    ],
    [
      "an adapter that knows the command line",
      "peer-node/transport/link.ts",
      'import type { A } from "../cli/main.ts";',
      /may know only/,
    ],
    [
      "an adapter that knows another",
      "peer-node/library/a.ts",
      'export { b } from "../storage/folder-store.ts";',
      /may know only/,
    ],
    ["a node that knows the command line", "peer-node/node/node.ts", 'void import("../cli/main.ts");', /may know only/],
    [
      "a reader that knows the tracker",
      "peer-node/cli/tracker.ts",
      'void import("../../tracker-worker/index.ts");',
      /may know only/,
    ],
    [
      "a tracker that knows the reader",
      "tracker-worker/index.ts",
      'type A = import("../peer-node/core/a.ts").A;',
      /may know only/,
    ],
    [
      "a route that uses an object's values",
      "tracker-worker/routes/a.ts",
      'import { type A, b } from "../catalog/c.ts";',
      /only its types/,
    ],
    ["an import computed at run time", "peer-node/cli/main.ts", 'void import("./" + process.argv[2]);', /computed/],
    ["an import of the own folder's door", "peer-node/cli/a.ts", 'import "./index.ts";', /door of its own folder/],
    ["an import of the door above", "tracker-worker/routes/a.ts", 'import "../index.ts";', /door of its own folder/],
    ["a package in shared", "shared/book.ts", 'import * as v from "valibot";', /no package/],
    ["another package in the tracker's API", "shared/tracker-api/a.ts", 'import "zod";', /may import valibot/],
    ["Node in the core", "peer-node/core/a.ts", 'import type { Socket } from "node:net";', /no package/],
    ["Workers in the domain", "tracker-worker/domain/a.ts", 'import "cloudflare:workers";', /no package/],
    ["a file outside every room", "peer-node/stuff/a.ts", nothing, /stands in no room/],
    ["a file of 451 lines", "peer-node/cli/a.ts", "\n".repeat(451), /has 451 lines/],
    ["utils.ts", "shared/utils.ts", nothing, /named after nothing/],
    ["types.ts", "peer-node/core/types.ts", nothing, /named after nothing/],
    ["helpers.ts", "tracker-worker/routes/helpers.ts", nothing, /named after nothing/],
    ["misc.tsx", "tracker-worker/pages/misc.tsx", nothing, /named after nothing/],
  ];
  test.each(planted)("find %s", (_, path, source, sentence) => {
    const found = breaches({ [path]: source }).filter((breach) => sentence.test(breach));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(path);
  });

  test.each([
    ["Date.now", "export const now = Date.now();"],
    ["Date.now", "const { now } = Date;"],
    ["new Date()", "export const now = new Date();"],
    ["new Date()", "export const now = Date();"],
    ["Math.random", "export const chance = Math.random();"],
    ["Math.random", 'export const chance = Math["random"]();'],
    ["performance", "export const now = performance.now();"],
    ["setTimeout", "setTimeout(() => {}, 1);"],
    ["setInterval", "setInterval(() => {}, 1);"],
    ["queueMicrotask", "queueMicrotask(() => {});"],
    ["fetch", 'const answer = await fetch("https://example.org");'],
    ["process", "export const { env } = process;"],
    ["Buffer", "export const read = (bytes: Buffer) => bytes;"],
    ["globalThis", "globalThis.setTimeout(() => {});"],
    ["crypto.getRandomValues", "crypto.getRandomValues(new Uint8Array(4));"],
    ["crypto.randomUUID", "export const id = crypto.randomUUID();"],
  ])("find %s in a pure room: %s", (name, source) => {
    for (const room of ["shared", "shared/tracker-api", "peer-node/core", "tracker-worker/domain"]) {
      const found = breaches({ [`${room}/a.ts`]: source });
      expect(found.filter((breach) => breach.includes(`${room}/a.ts uses ${name},`))).toHaveLength(1);
    }
    expect(breaches({ "peer-node/node/a.ts": source })).toEqual([]);
  });

  test("do not mistake a property, a comment or a text for the thing itself", () => {
    const source = "// Date.now()\nexport const limits = { fetch: 1, process: 'Math.random()' };\nlimits.fetch;\n";
    expect(breaches({ "shared/limits.ts": source })).toEqual([]);
  });

  test("find a circle of imports, types included, and name its files", () => {
    const found = breaches({
      "shared/a.ts": 'import { b } from "./b.ts";\nb;\n',
      "shared/b.ts": 'export { c } from "./c.ts";\n',
      "shared/c.ts": 'import type { A } from "./a.ts";\nexport type C = A;\n',
    });
    expect(found).toEqual([
      "These files import one another in a circle: shared/a.ts -> shared/b.ts -> shared/c.ts -> shared/a.ts.",
    ]);
  });

  test("refuse a source that cannot be parsed", () => {
    expect(() => breaches({ "shared/a.ts": "export const = ;" })).toThrow(SyntaxError);
  });
});
