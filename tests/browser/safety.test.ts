// What strangers may try in the browser of somebody whose gallery is open: they get nothing.

import { describe, expect, it } from "vitest";
import { PATHS } from "../../peer-node/web/api/messages.ts";
import { serve } from "../peer-node/tracker/web-server.ts";
import { servedPage } from "../peer-node/web/served-page.ts";
import { TestBrowser, whyNoBrowser } from "./browser.ts";

const why = whyNoBrowser();
if (why !== undefined) process.stdout.write(`Skipped: ${why}\n`);

/** One red dot. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==",
  "base64",
);

/** Runs a script, asks for something elsewhere, and says so to whoever shows it. */
const HOSTILE = `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" onload="document.title='hacked'">
  <script>document.title = "hacked"; fetch("http://127.0.0.1:9/")</script><image href="http://127.0.0.1:9/a.png"/></svg>`;

describe.skipIf(why !== undefined)("A gallery that is left open", () => {
  const browser = TestBrowser.forTests();

  it("shows pictures, and of a hostile SVG, or a picture that is none, nothing but its name", async () => {
    // The last one begins like a picture, and is none.
    const files = { "a.png": PNG, "b.svg": HOSTILE, "c.png": HOSTILE, "d.html": HOSTILE, "e.gif": "GIF89a" };
    const { page: gallery } = await servedPage(files);
    const page = await browser.tab(gallery);
    await page.goto(gallery.address);
    await page.waitForSelector("[data-image='0'] img");
    for (const image of [1, 2, 3, 4]) {
      await page.waitForSelector(`[data-image='${image}'] .file`);
      expect(await page.locator(`[data-image='${image}'] img`).count()).toBe(0);
      await page.click(`[data-image='${image}']`);
      await page.waitForSelector("text=This file is no picture");
      await page.keyboard.press("Escape");
    }
    expect(await page.title()).toBe("pictures");
  });

  it("gives a page on another origin neither an answer, nor a picture, nor a frame, nor a script", async () => {
    const { page: gallery, book, client } = await servedPage({ "a.png": PNG });
    const evil = await serve((_, response) =>
      response.setHeader("Content-Type", "text/html").end("<title>evil</title>"),
    );
    const { page } = await browser.watchedTab({ origin: evil.url });
    await page.goto(evil.url);
    const tries = { ...gallery, origin: gallery.origin, token: gallery.token };
    const results = await page.evaluate(
      async ({ origin, token, state, image, limits }) => {
        const outcome = (trying: Promise<unknown>) =>
          trying.then(
            (what) => what,
            () => "refused",
          );
        const load = (name: "img" | "script" | "iframe", url: string) =>
          new Promise<string>((resolve) => {
            const element = document.createElement(name);
            element.addEventListener("load", () => resolve("loaded"));
            element.addEventListener("error", () => resolve("refused"));
            element.src = url;
            document.body.append(element);
          });
        const frame = await load("iframe", `${origin}/#${token}`).then(() => document.querySelector("iframe"));
        return {
          read: await outcome(fetch(`${origin}${state}`)),
          readWithToken: await outcome(fetch(`${origin}${state}`, { headers: { Authorization: `Bearer ${token}` } })),
          opaque: await outcome(fetch(`${origin}${state}`, { mode: "no-cors" }).then((answer) => answer.text())),
          change: await outcome(fetch(`${origin}${limits}`, { method: "PUT", body: '{"upload":1,"download":1}' })),
          picture: await load("img", `${origin}${image}`),
          icon: await load("img", `${origin}/icon.svg`),
          script: await load("script", `${origin}/page.js`),
          frame: String(frame?.contentDocument?.title ?? "unreadable"),
        };
      },
      {
        origin: tries.origin,
        token: tries.token,
        state: PATHS.state,
        image: PATHS.image(book.id, 0),
        limits: PATHS.limits,
      },
    );
    expect(results).toEqual({
      read: "refused",
      readWithToken: "refused",
      opaque: expect.stringMatching(/^(refused)?$/),
      change: "refused",
      picture: "refused",
      icon: "refused",
      script: "refused",
      frame: "unreadable",
    });
    expect((await client.state()).limits).toEqual({ upload: null, download: null });
  });

  it("cannot be opened under a name that an attacker lets point here", async () => {
    const { page: gallery } = await servedPage({ "a.png": PNG });
    const { port } = new URL(gallery.origin);
    // A browser resolves every name below localhost to this machine, as a rebinding attacker's server would.
    const origin = `http://evil.localhost:${port}`;
    const { page } = await browser.watchedTab({ origin });
    const answer = await page.goto(`${origin}/#${gallery.token}`);
    expect(answer?.status()).toBe(421);
    expect(await page.textContent("body")).toContain("wrong-host");
  });
});
