// A book of 100,000 images scrolls as easily as one of a hundred: only what is seen exists. How long its frames take is
// measured by tests/gallery/measure.ts; here it is shown that they have little to do.

import { describe, expect, it } from "vitest";
import { TestBrowser, whyNoBrowser } from "./browser.ts";
import { fetchingGallery } from "./fetching-gallery.ts";

const why = whyNoBrowser();
if (why !== undefined) process.stdout.write(`Skipped: ${why}\n`);

const IMAGES = 100_000;

const pathOf = (image: number) =>
  `${String(Math.floor(image / 1_000)).padStart(3, "0")}/${String(image).padStart(6, "0")}.png`;

/** A gallery over the large book. */
const largeGallery = () =>
  fetchingGallery(Object.fromEntries(Array.from({ length: IMAGES }, (_, image) => [pathOf(image), 1])));

describe.skipIf(why !== undefined)("A gallery of 100,000 images", () => {
  const browser = TestBrowser.forTests();

  it("has no more on the page than is seen, wherever one scrolls, and shows the right images there", async () => {
    const gallery = await largeGallery();
    const page = await browser.tab({ origin: gallery.origin, viewport: { width: 1_400, height: 900 } });
    await page.goto(gallery.address);
    await page.waitForSelector(".tile");
    const whole = await page.evaluate(() => document.querySelector(".rows")?.clientHeight ?? 0);
    expect(whole).toBeGreaterThan(1_000_000);
    for (const share of [0, 0.001, 0.25, 0.5, 0.999, 1, 0.3]) {
      await page.evaluate((part) => {
        const scroller = document.querySelector(".gallery");
        if (scroller !== null) scroller.scrollTop = part * (scroller.scrollHeight - scroller.clientHeight);
      }, share);
      const shown = () =>
        page.evaluate(() =>
          [...document.querySelectorAll<HTMLElement>(".tile")].map(({ dataset, title }) => [
            Number(dataset["image"]),
            title,
          ]),
        );
      const middle = Math.round(share * (IMAGES - 1));
      await expect
        .poll(async () => Math.min(...(await shown()).map(([image]) => Math.abs(Number(image) - middle))), {
          timeout: 30_000,
        })
        .toBeLessThan(40);
      await expect
        .poll(async () => (await shown()).every(([image, title]) => title === pathOf(Number(image))))
        .toBe(true);
      expect(await page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThan(400);
    }
  });

  it("is entered by Tab at an image in view, and opened and walked through from there", async () => {
    const gallery = await largeGallery();
    const page = await browser.tab({ origin: gallery.origin, viewport: { width: 1_400, height: 900 } });
    await page.goto(gallery.address);
    await page.waitForSelector(".tile");
    const focused = () => page.evaluate(() => Number(document.activeElement?.getAttribute("data-image") ?? -1));
    await page.evaluate(() => document.querySelector(".gallery")?.scrollTo({ top: 100_000 }));
    const isInView = () =>
      page.evaluate(() => {
        const view = document.querySelector(".gallery")?.getBoundingClientRect();
        const tile = document.querySelector(".tile[tabindex='0']")?.getBoundingClientRect();
        return view !== undefined && tile !== undefined && tile.bottom > view.top && tile.top < view.bottom;
      });
    await expect.poll(isInView, { timeout: 30_000 }).toBe(true);
    for (let steps = 0; (await focused()) < 0 && steps < 20; steps++) await page.keyboard.press("Tab");
    const entered = await focused();
    expect(entered).toBeGreaterThan(1_000);
    await page.keyboard.press("Enter");
    await expect.poll(() => page.textContent("dialog h2"), { timeout: 30_000 }).toBe(pathOf(entered));
    await page.keyboard.press("Escape");
    await expect.poll(focused, { timeout: 30_000 }).toBe(entered);
    await page.keyboard.press("ArrowRight");
    await expect.poll(focused, { timeout: 30_000 }).toBe(entered + 1);
  });

  it("draws its 100,000 pages on a map that has room for them", async () => {
    const gallery = await largeGallery();
    const page = await browser.tab({ origin: gallery.origin });
    await page.goto(gallery.address);
    await expect
      .poll(() => page.getAttribute("canvas", "aria-label"), { timeout: 30_000 })
      .toBe("Map of 100,000 pages: 100,000 rare");
    expect(await page.evaluate(() => document.querySelector("canvas")?.clientHeight ?? 0)).toBeLessThan(240);
  });
});
