// The gallery in a real browser, over real processes: a book of 3,786 pictures arrives while one looks.

import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { PAGE_STANDINGS } from "../../peer-node/core/page-map.ts";
import { seriousFindings } from "./accessibility.ts";
import { arrivingBook, isSharp, pathsInView } from "./arriving-book.ts";
import { TestBrowser, whyNoBrowser } from "./browser.ts";

const why = whyNoBrowser();
if (why !== undefined) process.stdout.write(`Skipped: ${why}\n`);

/** Pages that may be under way when the wish for others comes: what is asked is not taken back. */
const UNDER_WAY_MAX = 700;

describe.skipIf(why !== undefined)("The gallery of a book that arrives", () => {
  const browser = TestBrowser.forTests();

  it("shows a picture when it is complete, long before the book is", async () => {
    const { page, client, reader } = await arrivingBook(browser);
    await page.waitForSelector(".tile.whole img");
    await expect.poll(() => isSharp(page, ".tile.whole img")).toBe(true);
    expect((await client.state()).books[0]?.pagesMissing).toBeGreaterThan(1_000);
    expect(reader.latest("complete")).toBeUndefined();
  });

  it("asks first for what is on the screen, and for its end when one scrolls there", async () => {
    const { page, reader } = await arrivingBook(browser);
    const arrivedBefore = (paths: readonly string[]) => {
      const arrived = reader.events.filter(({ event }) => event === "image").map(({ path }) => String(path));
      return Math.max(
        ...paths.map((path) => (arrived.includes(path) ? arrived.indexOf(path) : Number.POSITIVE_INFINITY)),
      );
    };
    await page.waitForSelector(".tile.coming, .tile.whole");
    const first = await pathsInView(page);
    expect(first.length).toBeGreaterThan(10);
    await expect.poll(() => arrivedBefore(first), { timeout: 60_000 }).toBeLessThan(UNDER_WAY_MAX + first.length);

    const held = reader.events.filter(({ event }) => event === "image").length;
    await page.focus(".gallery [tabindex='0']");
    await page.keyboard.press("End");
    await expect.poll(async () => (await pathsInView(page)).includes("3299-fe0f.png")).toBe(true);
    await expect.poll(async () => (await pathsInView(page)).every((path) => path !== "")).toBe(true);
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("data-image"))).toBe("3785");
    const last = await pathsInView(page);
    expect(last.filter((path) => first.includes(path))).toEqual([]);
    await expect.poll(() => arrivedBefore(last), { timeout: 60_000 }).toBeLessThan(held + UNDER_WAY_MAX + 100);
    expect(reader.latest("complete")).toBeUndefined();
  });

  it("draws the page map and lists the readers as the process knows them", async () => {
    const { page, client, bookId } = await arrivingBook(browser, { pipeline: 50 });
    await page.waitForSelector("[data-reader]");
    await page.click("text=Pause");
    await page.waitForSelector("text=Go on");
    // What was asked for before still comes; then everything stands still.
    const isArriving = async () => (await client.pageMap(bookId)).includes(PAGE_STANDINGS.arriving);
    await expect.poll(isArriving, { timeout: 60_000 }).toBe(false);
    const [state] = (await client.state()).books;
    const map = await client.pageMap(bookId);
    const held = map.filter((standing) => standing === PAGE_STANDINGS.held).length;
    expect(held).toBe(state?.pagesHeld);
    const legend = (standing: string) => page.textContent(`[data-standing=${standing}] b`);
    await expect.poll(() => legend("held")).toBe(held.toLocaleString("en"));
    expect(await legend("arriving")).toBe("0");
    const label = await page.getAttribute("canvas", "aria-label");
    expect(label).toMatch(new RegExp(`^Map of 3,786 pages: ${held.toLocaleString("en")} held, .*(rare|missing)$`));
    expect(await colourAt(page, map.indexOf(PAGE_STANDINGS.held))).toEqual(await colourOf(page, "held"));
    expect(
      await colourAt(
        page,
        map.findIndex((standing) => standing < PAGE_STANDINGS.held),
      ),
    ).not.toEqual(await colourOf(page, "held"));

    expect(state?.readers).toHaveLength(1);
    const row = await page.textContent(`[data-reader="${state?.readers[0]?.readerId}"]`);
    expect(row).toContain("127.0.0.1");
    expect(row).toContain("100%");
    await page.click("text=Go on");
    await page.waitForSelector("text=Pause");
  });

  it("sets limits and chooses images, and says what is not understood", async () => {
    const { page, client } = await arrivingBook(browser, { forgiven: /status of 400/ });
    await page.fill("text=In, a second", "lots");
    await page.click("form:has-text('Limits') button");
    await page.waitForSelector(".problem:text('A limit is bytes a second')");
    await page.fill("text=In, a second", "2MB");
    await page.click("form:has-text('Limits') button");
    await page.waitForSelector(".quiet:text('The limits hold now.')");
    expect((await client.state()).limits).toEqual({ download: 2_000_000, upload: null });
    await page.fill("text=Only those whose path matches", "nothing/**");
    await page.click("form:has-text('Choose images') button");
    await page.waitForSelector(".problem:text('matches nothing/**')");
  });

  it("is moved through with the keyboard alone, and leads back to where one was", async () => {
    const { page } = await arrivingBook(browser);
    await page.waitForSelector(".tile.whole img");
    await page.focus(".gallery [tabindex='0']");
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-image"));
    expect(await focused()).toBe("0");
    await page.keyboard.press("ArrowRight");
    await expect.poll(focused).toBe("1");
    await page.keyboard.press("ArrowDown");
    await expect.poll(async () => Number(await focused())).toBeGreaterThan(3);
    const below = Number(await focused());
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog[open]");
    await expect.poll(() => page.textContent("dialog .quiet")).toContain(`${below + 1} of 3,786`);
    await expect.poll(() => isSharp(page, "dialog .stage img"), { timeout: 60_000 }).toBe(true);
    // A picture of 64 pixels is not smaller by itself than it was in the grid.
    const widthOf = async (selector: string) => (await page.locator(selector).first().boundingBox())?.width ?? 0;
    expect(await widthOf("dialog .stage img")).toBeGreaterThan(await widthOf(".tile"));
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.textContent("dialog .quiet")).toContain(`${below + 2} of 3,786`);
    await page.keyboard.press("Escape");
    await expect.poll(focused).toBe(String(below + 1));
    expect(await page.locator("dialog").count()).toBe(0);
  });

  it("has nothing in it that keeps people from using it, light or dark, wide or narrow", async () => {
    const { page } = await arrivingBook(browser);
    await page.waitForSelector(".tile.whole img");
    await page.waitForSelector("[data-reader]");
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousFindings(page)).toEqual([]);
    }
    await page.click(".tile.whole");
    await page.waitForSelector("dialog[open] img");
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.setViewportSize({ width: 400, height: 800 });
    await page.click(".toggle");
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("says so when the program ends, and shows nothing without a token", async () => {
    const { page, reader } = await arrivingBook(browser, { forgiven: /Failed to load resource/ });
    await page.waitForSelector(".tile.whole img");
    const { origin } = new URL(page.url());
    expect(page.url()).toBe(`${origin}/`);
    await page.reload();
    await page.waitForSelector(".tile.whole img");
    const stranger = await browser.tab({ origin });
    await stranger.goto("/");
    await stranger.waitForSelector("text=Open the whole address");
    await stranger.close();
    await reader.end();
    await page.waitForSelector("text=The program has ended");
    await page.click("text=Pause");
    await page.waitForSelector("[role=alert]:text('The program does not answer.')");
    await page.close();
  });
});

/** Colour of the dot of a page, as the map is drawn. */
function colourAt(page: Page, at: number): Promise<readonly number[]> {
  return page.evaluate((number) => {
    const canvas = document.querySelector("canvas");
    const context = canvas?.getContext("2d");
    if (canvas == null || context == null) return [];
    const scale = canvas.width / canvas.clientWidth;
    const dot = 4 * scale;
    const columns = Math.floor(canvas.clientWidth / 4);
    const [x, y] = [(number % columns) * dot, Math.floor(number / columns) * dot];
    return [...context.getImageData(Math.floor(x) + 1, Math.floor(y) + 1, 1, 1).data.slice(0, 3)];
  }, at);
}

/** The same of the legend. */
function colourOf(page: Page, standing: string): Promise<readonly number[]> {
  return page.evaluate((name) => {
    const dot = document.querySelector(`.dot.${name}`);
    return dot === null ? [] : (getComputedStyle(dot).backgroundColor.match(/\d+/g) ?? []).map(Number);
  }, standing);
}
