// The watch over a tab itself: what it must notice, noticed; what it must not mind, left alone.

import { describe, expect, it } from "vitest";
import { serve } from "../peer-node/tracker/web-server.ts";
import { seriousFindings } from "./accessibility.ts";
import { TestBrowser, whyNoBrowser } from "./browser.ts";

const why = whyNoBrowser();
if (why !== undefined) process.stdout.write(`Skipped: ${why}\n`);

const ORDERLY = "<main><h1>Sea</h1></main>";

/** Serves one page at every address. @returns its origin */
async function serveHtml(body: string, { status = 200, policy = "script-src 'unsafe-inline'" } = {}): Promise<string> {
  const web = await serve((_, response) => {
    response.writeHead(status, { "Content-Type": "text/html", "Content-Security-Policy": policy });
    response.end(`<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Sea</title>${body}`);
  });
  return web.url;
}

describe.skipIf(why !== undefined)("a watched tab", () => {
  const browser = TestBrowser.forTests();

  async function complaintsAbout(body: string, policy?: string): Promise<readonly string[]> {
    const origin = await serveHtml(body, policy === undefined ? {} : { policy });
    const { page, complaints } = await browser.watchedTab({ origin });
    await page.goto("/", { waitUntil: "load" });
    await expect.poll(() => complaints.length).toBeGreaterThan(0);
    return complaints;
  }

  it("is in order while nothing happens, and while the page itself is a refusal", async () => {
    const page = await browser.tab({ origin: await serveHtml(ORDERLY, { status: 404 }) });
    expect((await page.goto("/"))?.status()).toBe(404);
    expect(await page.textContent("h1")).toBe("Sea");
  });

  it("complains of a request to another origin, even when nobody answers it", async () => {
    expect(await complaintsAbout(`<img alt="" src="http://127.0.0.1:9/elsewhere.png">`)).toContain(
      "it asks for http://127.0.0.1:9/elsewhere.png",
    );
  });

  it("complains of a socket to another origin", async () => {
    expect(await complaintsAbout(`<script>new WebSocket("ws://127.0.0.1:9/")</script>`)).toContain(
      "it asks for ws://127.0.0.1:9/",
    );
  });

  it("complains of an exception, and of an error on the console", async () => {
    expect(await complaintsAbout("<script>nobody.there</script>")).toEqual(["it throws: nobody is not defined"]);
    expect((await complaintsAbout("<script>console.error('oh')</script>"))[0]).toMatch(/^it says: oh /);
  });

  it("complains of what the page's own policy forbids", async () => {
    const [complaint] = await complaintsAbout("<script>1</script>", "script-src 'self'");
    expect(complaint).toMatch(/^it says: .*Content Security Policy/);
  });

  it("is searched for what keeps people from using it, whatever the page's policy", async () => {
    const page = await browser.tab({
      origin: await serveHtml(ORDERLY, { policy: "default-src 'none'; img-src data:" }),
    });
    await page.goto("/");
    expect(await seriousFindings(page)).toEqual([]);
    const worse = await browser.tab({ origin: await serveHtml(`${ORDERLY}<input>`) });
    await worse.goto("/");
    expect(await seriousFindings(worse)).toEqual([expect.stringMatching(/^label: /)]);
  });
});
