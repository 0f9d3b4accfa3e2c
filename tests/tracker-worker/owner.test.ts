// What a tracker's owner sees of it: its metrics and its log.

import { env } from "cloudflare:workers";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { PATHS } from "../../shared/tracker-api/http.ts";
import { formatMetrics } from "../../tracker-worker/domain/catalog-totals.ts";
import { makeBook } from "./support/books.ts";
import { publish, register, request } from "./support/tracker.ts";

const OWNER = { ADMIN_TOKEN: "a", PUBLISH_TOKEN: "p" };

const bearing = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

/** What is said on one of the console's channels from now on. */
function heardOn(channel: "log" | "error"): string[] {
  const lines: string[] = [];
  const spy = vi.spyOn(console, channel).mockImplementation((...said) => void lines.push(said.join(" ")));
  onTestFinished(() => spy.mockRestore());
  return lines;
}

describe("metrics", () => {
  it("are for whoever has the admin token, and for nobody where there is none", async () => {
    expect((await request("/metrics", bearing("a"), OWNER)).status).toBe(200);
    expect((await request("/metrics", bearing("p"), OWNER)).status).toBe(401);
    expect((await request("/metrics", {}, OWNER)).status).toBe(401);
    expect((await request("/metrics", bearing("a"), {})).status).toBe(401);
  });

  it("add up the whole catalog, at most once a minute", async () => {
    const catalog = env.CATALOG.getByName("catalog of its own");
    const entry = (name: string) => {
      const { bookId, pages } = makeBook({ name });
      return { bookId, name, images: 2, pages, bytes: 700 };
    };
    const [one, two] = [entry("Counted"), entry("Counted, too")];
    await catalog.list(one);
    await catalog.list(two);
    await catalog.reserve(entry("Not yet"));
    await catalog.report(one.bookId, { readers: 5, complete: 2 });
    const totals = await catalog.totals();
    expect(totals).toEqual({
      books: 2,
      booksWithCompleteReader: 1,
      uploads: 1,
      readers: 5,
      completeReaders: 2,
      images: 4,
      pages: 6,
      bytes: 1_400,
    });
    await catalog.forget(two.bookId);
    expect(await catalog.totals()).toEqual(totals);
  });

  it("are text as Prometheus reads it", async () => {
    const response = await request("/metrics", bearing("a"), OWNER);
    expect(response.headers.get("Content-Type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    for (const line of (await response.text()).trimEnd().split("\n")) {
      expect(line).toMatch(
        /^(# HELP bookswarm_[a-z_]+ [A-Z].*\.|# TYPE bookswarm_[a-z_]+ gauge|bookswarm_[a-z_]+ \d+)$/,
      );
    }
    const totals = await env.CATALOG.getByName("an empty one").totals();
    expect(formatMetrics(totals)).toContain("\nbookswarm_readers 0\n");
  });
});

describe("the log", () => {
  it("has one JSON object a line: what was listed and what was dropped", async () => {
    const lines = heardOn("log");
    const { bookId } = await publish();
    await request(PATHS.book(bookId), { method: "DELETE", ...bearing("a") }, OWNER);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: "info", event: "book listed", bookId },
      { level: "info", event: "book dropped", bookId },
    ]);
  });

  it("says why a request failed, and neither its token nor its address; whoever asked learns nothing of it", async () => {
    const lines = heardOn("error");
    const getByName = () => {
      throw new Error("no catalog");
    };
    const broken = { ...OWNER, CATALOG: { getByName } as never };
    const headers = { Authorization: "Bearer s3cret", "CF-Connecting-IP": "192.0.2.77" };
    const response = await request("/books?query=private", { headers }, broken);
    expect(await response.json()).toEqual({ code: "tracker-failed", message: "The tracker failed; its log says why" });
    expect(lines.length).toBe(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "error", event: "request failed", path: "/books" });
    for (const secret of ["s3cret", "192.0.2.77", "private"]) expect(lines[0]).not.toContain(secret);
  });

  it("stays silent about readers who come and go", async () => {
    const book = await publish();
    const [said, failed] = [heardOn("log"), heardOn("error")];
    const { reader } = await register(book);
    reader.say({ flag: "DRG" });
    await reader.end();
    expect([...said, ...failed]).toEqual([]);
  });
});
