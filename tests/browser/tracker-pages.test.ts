// The tracker's pages as people meet them: a real tracker, real readers, a real browser. Every tab is watched: one error
// on the console, one breach of the pages' policy or one request to anybody else fails the test.

import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { type Published, TestSwarm } from "../end-to-end/swarm.ts";
import { writePictures } from "../processes/pictures.ts";
import { seriousFindings } from "./accessibility.ts";
import { TestBrowser, whyNoBrowser } from "./browser.ts";

const why = whyNoBrowser();
if (why !== undefined) process.stdout.write(`Skipped: ${why}\n`);

/** How long a condition may take on a busy machine. */
const PATIENT = { timeout: 60_000 };

let books = 0;

/** Publishes a book of three pictures, 1.5 MB in all, and waits until its publisher is registered. */
async function publish(swarm: TestSwarm, name: string): Promise<Published> {
  const folder = swarm.path(`pictures-${++books}`);
  const sizes = [100_000, 600_000, 800_000].map((bytes, at) => [`${at}.jpg`, bytes] as const);
  await writePictures(folder, sizes, books);
  const published = await swarm.publish(folder, "--name", name);
  await published.publisher.event("joined");
  return published;
}

/** The rows of the catalog, as lines of text. */
function rowsOf(page: Page): Promise<readonly string[]> {
  return page.locator(".books li > a").allInnerTexts();
}

function factOf(page: Page, name: string): Promise<string> {
  return page.locator(".facts div", { hasText: name }).locator("dd").innerText();
}

/** Lets the tab believe that it was hidden or shown. */
function setVisibility(page: Page, state: "hidden" | "visible"): Promise<void> {
  return page.evaluate(
    `Object.defineProperty(document, "visibilityState", { value: "${state}", configurable: true });
     document.dispatchEvent(new Event("visibilitychange"));`,
  );
}

describe.skipIf(why !== undefined)("the tracker's pages in a browser", () => {
  const browser = TestBrowser.forTests();

  it("show a book with its images, its size, its readers and the command that gets it", async () => {
    const swarm = await TestSwarm.start();
    const { link } = await publish(swarm, "Herbarium");
    const page = await browser.tab({ origin: swarm.tracker });
    await page.goto(link);
    expect(await page.locator("h1").innerText()).toBe("Herbarium");
    expect(await page.title()).toBe("Herbarium · bookswarm");
    const facts = await Promise.all(
      ["Images", "Size", "Reading now", "Complete copies"].map((name) => factOf(page, name)),
    );
    expect(facts).toEqual(["3", "1.5 MB", "1", "1"]);
    expect(await page.locator("code#get").innerText()).toBe(`bookswarm get ${link}`);
    expect(await page.getByText("it can be had now").isVisible()).toBe(true);
  });

  it("find a book by a word of its name, and say so when there is none", async () => {
    const swarm = await TestSwarm.start();
    for (const name of ["Été à Ålesund", "Winter in Oslo"]) await publish(swarm, name);
    const page = await browser.tab({ origin: swarm.tracker });
    await page.goto("/");
    expect((await rowsOf(page)).toSorted()).toEqual(["Winter in Oslo", "Été à Ålesund"]);
    await page.getByLabel("Words of a book's name").fill("alesund ete");
    await page.keyboard.press("Enter");
    await page.waitForURL(/query=/);
    expect(await rowsOf(page)).toEqual(["Été à Ålesund"]);
    await page.getByRole("link", { name: "Été à Ålesund" }).click();
    await page.waitForURL(/\/books\//);
    expect(await page.locator("h1").innerText()).toBe("Été à Ålesund");
    await page.goto("/?query=<b>nothing");
    expect(await page.locator("main").innerText()).toContain("No book's name holds the words of <b>nothing.");
    await page.getByRole("link", { name: "Show all books" }).click();
    await page.getByRole("link", { name: "Name" }).click();
    await page.waitForURL(/sort=name/);
    expect(await rowsOf(page)).toEqual(["Été à Ålesund", "Winter in Oslo"]);
    expect(await page.locator("[aria-current]").innerText()).toBe("Name");
  });

  it("copy the command with the mouse and with the keyboard, and say that they have", async () => {
    const swarm = await TestSwarm.start();
    const { link } = await publish(swarm, "To copy");
    const permissions = ["clipboard-read", "clipboard-write"];
    const page = await browser.tab({ origin: swarm.tracker, permissions });
    const clipboard = () => page.evaluate<string>("navigator.clipboard.readText()");
    await page.goto(link);
    await page.getByRole("button", { name: "Copy" }).click();
    await expect.poll(clipboard, PATIENT).toBe(`bookswarm get ${link}`);
    await expect.poll(() => page.getByRole("status").innerText(), PATIENT).toBe("Copied");
    await page.goto("/?query=nothing");
    await page.evaluate("navigator.clipboard.writeText('')");
    await page.goto(link);
    const focused = () => page.evaluate<string>("document.activeElement.textContent");
    for (let steps = 0; (await focused()) !== "Copy" && steps < 10; steps++) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(clipboard, PATIENT).toBe(`bookswarm get ${link}`);
  });

  it("copy the command where the browser has no clipboard for scripts, as on a local network without https", async () => {
    const swarm = await TestSwarm.start();
    const { link } = await publish(swarm, "On a LAN");
    const page = await browser.tab({ origin: swarm.tracker, permissions: ["clipboard-read", "clipboard-write"] });
    await page.goto(link);
    await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })");
    await page.getByRole("button", { name: "Copy" }).click();
    await expect.poll(() => page.getByRole("status").innerText(), PATIENT).toBe("Copied");
    await page.evaluate("delete navigator.clipboard");
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(`bookswarm get ${link}`);
  });

  it("take a name made of markup as text, wherever it stands", async () => {
    const swarm = await TestSwarm.start();
    const name = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    const { link } = await publish(swarm, name);
    const page = await browser.tab({ origin: swarm.tracker });
    const dialogs: string[] = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page.goto("/");
    expect(await rowsOf(page)).toEqual([name]);
    await page.goto(link);
    expect(await page.locator("h1").innerText()).toBe(name);
    expect(await page.title()).toBe(`${name} · bookswarm`);
    await page.goto(`/?query=${encodeURIComponent(`"><script>alert(3)</script>`)}`);
    expect(await page.getByLabel("Words of a book's name").inputValue()).toBe(`"><script>alert(3)</script>`);
    expect(dialogs).toEqual([]);
  });

  it("move their numbers at the next look, half a minute later, when a reader has joined", async () => {
    const swarm = await TestSwarm.start();
    const { link } = await publish(swarm, "Growing");
    const page = await browser.tab({ origin: swarm.tracker });
    await page.clock.install();
    await page.goto(link);
    expect(await factOf(page, "Reading now")).toBe("1");
    swarm.start("get", link, "--to", swarm.path("copy"));
    await swarm.readersAre(link, 2, PATIENT.timeout);
    await page.clock.fastForward(30_000);
    await expect.poll(() => factOf(page, "Reading now"), PATIENT).toBe("2");
  });

  it("ask for nothing while nobody looks, and at once when somebody looks again", async () => {
    const swarm = await TestSwarm.start();
    const { link } = await publish(swarm, "Unwatched");
    const page = await browser.tab({ origin: swarm.tracker });
    let asked = 0;
    page.on("request", (request) => {
      if (new URL(request.url()).pathname.startsWith("/live")) asked++;
    });
    await page.clock.install();
    await page.goto(link);
    await page.clock.fastForward(29_000);
    expect(asked).toBe(0);
    await setVisibility(page, "hidden");
    await page.clock.runFor(3_600_000);
    expect(asked).toBe(0);
    await setVisibility(page, "visible");
    await page.clock.runFor(1_000);
    await expect.poll(() => asked, PATIENT).toBe(1);
  });

  it("are whole without scripts: everything to read, to search and to follow, and no button that does nothing", async () => {
    const swarm = await TestSwarm.start();
    const { link } = await publish(swarm, "Plain");
    const page = await browser.tab({ origin: swarm.tracker, javaScriptEnabled: false });
    await page.goto("/");
    await page.getByLabel("Words of a book's name").fill("plain");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("link", { name: "Plain" }).click();
    expect(page.url()).toBe(link);
    expect(await page.locator("code#get").innerText()).toBe(`bookswarm get ${link}`);
    expect(await page.getByRole("button").count()).toBe(0);
  });

  it("welcome the owner of a tracker without books, and help with a link that leads nowhere", async () => {
    const swarm = await TestSwarm.start();
    const page = await browser.tab({ origin: swarm.tracker });
    await page.goto("/");
    expect(await page.locator("h1").innerText()).toBe("No books yet");
    expect(await page.locator("code#publish").innerText()).toBe(`bookswarm publish FOLDER --tracker ${swarm.tracker}`);
    const answer = await page.goto(`/books/${"0".repeat(64)}`);
    expect(answer?.status()).toBe(404);
    expect(await page.locator("h1").innerText()).toBe("No such book here");
    await page.getByRole("link", { name: "To all books" }).click();
    await page.waitForURL("/");
  });

  it.each(["light", "dark"] as const)(
    "can be used by everybody in %s colours, and fit on a phone",
    async (colorScheme) => {
      const swarm = await TestSwarm.start();
      const page = await browser.tab({ origin: swarm.tracker, colorScheme, viewport: { width: 360, height: 740 } });
      const look = async (path: string) => {
        await page.goto(path);
        expect(await seriousFindings(page), path).toEqual([]);
        const overhang = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        expect(await page.evaluate(overhang), path).toBe(0);
      };
      await look("/");
      const { link } = await publish(swarm, `A_${"very_".repeat(30)}long_name`);
      for (const path of ["/", "/?query=nothing&sort=size", link, `/books/${"0".repeat(64)}`]) await look(path);
    },
  );
});
