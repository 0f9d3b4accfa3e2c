// A gallery that is open for long: what changes elsewhere, fails or is missed meanwhile, it shows as it is.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { LocalClient } from "../../peer-node/web/api/client.ts";
import type { LocalPage } from "../../peer-node/web/local-page.ts";
import { servedPage } from "../peer-node/web/served-page.ts";
import { TestBrowser, whyNoBrowser } from "./browser.ts";
import { fetchingGallery } from "./fetching-gallery.ts";

const why = whyNoBrowser();
if (why !== undefined) process.stdout.write(`Skipped: ${why}\n`);

/** How long a condition may take on a busy machine. */
const PATIENT = { timeout: 60_000 };

/** One red dot. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==",
  "base64",
);

describe.skipIf(why !== undefined)("A gallery that stays open", () => {
  const browser = TestBrowser.forTests();

  /** A tab over a gallery; the browser may say of requests that they failed, which the tests see to. */
  async function open(gallery: LocalPage, prepare?: (page: Page) => Promise<unknown>): Promise<Page> {
    const { page, complaints } = await browser.watchedTab(gallery);
    onTestFinished(() => {
      expect(complaints.filter((complaint) => !complaint.includes("Failed to load resource"))).toEqual([]);
    });
    await page.clock.install();
    await prepare?.(page);
    await page.goto(gallery.address);
    return page;
  }

  it("knows after a lost stream of updates what happened meanwhile", async () => {
    const { page: gallery, client, book, books } = await servedPage({ "a.png": PNG, "b.png": PNG });
    const page = await open(gallery);
    await page.waitForSelector("[data-image='0'] img");
    // Nothing begins any more, and what has begun breaks off.
    await page.context().setOffline(true);
    await page.evaluate("stop()");
    await page.waitForSelector("text=The program has ended, or does not answer.");
    writeFileSync(join(books.get(book.id)?.store.folder ?? "", "a.png"), "something else");
    await expect(client.image(book.id, 0)).rejects.toMatchObject({ code: "changed" });
    await page.context().setOffline(false);
    await page.clock.fastForward(10_000);
    await page.waitForSelector("[data-image='0'].coming");
    await page.waitForSelector("[data-image='1'].whole img");
  });

  it("says of a picture that it cannot be read, and shows it as soon as it can", async () => {
    const { page: gallery } = await servedPage({ "a.png": PNG });
    let isBroken = true;
    const page = await open(gallery, (tab) =>
      tab.route("**/images/0", (route) => (isBroken ? route.fulfill({ status: 503 }) : route.continue())),
    );
    await page.waitForSelector("[data-image='0'][aria-label='a.png, cannot be read now'] .failed");
    isBroken = false;
    await page.clock.fastForward(10_000);
    await page.waitForSelector("[data-image='0'][aria-label='a.png'] img");
  });

  it("shows the limits that hold, and leaves those that nobody touches as they are, to the byte", async () => {
    const { page: gallery, client } = await servedPage({ "a.png": PNG });
    await client.limit({ upload: 4 * 2 ** 20, download: null });
    const page = await open(gallery);
    const fields = async () => [
      await page.getByLabel("In, a second").inputValue(),
      await page.getByLabel("Out, a second").inputValue(),
    ];
    await expect.poll(fields, PATIENT).toEqual(["", "4.2 MB"]);
    await page.getByLabel("In, a second").fill("2MB");
    await page.getByRole("button", { name: "Set" }).click();
    await page.waitForSelector("text=The limits hold now.");
    expect((await client.state()).limits).toEqual({ upload: 4 * 2 ** 20, download: 2_000_000 });
    // Another tab, or a program.
    await client.limit({ upload: 1_000_000, download: null });
    await expect.poll(fields, PATIENT).toEqual(["", "1.0 MB"]);
  });

  it("says how many images are chosen, and chooses none that nobody asked for", async () => {
    const gallery = await fetchingGallery({ "a.png": 1, "b.png": 1, "c.gif": 1 });
    const client = new LocalClient(gallery);
    const [book] = (await client.state()).books;
    if (book === undefined) throw new Error("The gallery has lost its book");
    await client.choose(book.bookId, ["*.gif"]);
    const page = await open(gallery);
    const field = page.getByLabel("Only those whose path matches");
    const choose = page.getByRole("button", { name: "Choose" });
    await expect.poll(() => field.getAttribute("placeholder"), PATIENT).toBe("now 1 of 3 images");
    await choose.click();
    await page.waitForSelector(".problem:text('Say which images')");
    expect((await client.state()).books[0]?.chosen.images).toBe(1);
    await field.fill("**");
    await choose.click();
    await expect.poll(() => field.getAttribute("placeholder"), PATIENT).toBe("now 3 of 3 images");
    expect(await field.inputValue()).toBe("");
  });
});
