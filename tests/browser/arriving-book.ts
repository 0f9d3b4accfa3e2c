// A book that arrives while one looks: a tracker, a publisher that sends slowly, a reader with its gallery, and a tab.

import { cpSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { LocalClient } from "../../peer-node/web/api/client.ts";
import { type BookId, parseBookId } from "../../shared/ids.ts";
import { TestSwarm } from "../end-to-end/swarm.ts";
import type { Bookswarm } from "../processes/bookswarm.ts";
import type { TestBrowser } from "./browser.ts";

/** 3,786 real pictures: the PNGs of the package emoji-datasource-google. */
export const PICTURES = fileURLToPath(
  new URL("../../node_modules/emoji-datasource-google/img/google/64", import.meta.url),
);

export interface ArrivingBook {
  readonly bookId: BookId;
  readonly reader: Bookswarm;
  readonly publisher: Bookswarm;
  /** The reader's own gallery, and its API. */
  readonly page: Page;
  readonly client: LocalClient;
}

/** What the publisher sends a second: slow enough to look on. */
const MAX_UPLOAD = "250kB";

export interface ArrivingOptions {
  /** Complaints of the tab that the test itself provokes. */
  readonly forgiven?: RegExp;
  /** Pages that the reader asks for at once; its own choice when absent, which takes the publisher half a minute. */
  readonly pipeline?: number;
}

export async function arrivingBook(browser: TestBrowser, options: ArrivingOptions = {}): Promise<ArrivingBook> {
  const { forgiven, pipeline } = options;
  const swarm = await TestSwarm.start();
  const pictures = swarm.path("pictures");
  cpSync(PICTURES, pictures, { recursive: true });
  const { publisher, link, bookId } = await swarm.publish(pictures, "--name", "Emoji", "--max-upload", MAX_UPLOAD);
  const asking = pipeline === undefined ? [] : ["--pipeline", String(pipeline)];
  const reader = swarm.start("get", link, "--to", swarm.path("copy"), "--web", ...asking);
  const { page, client } = await galleryOf(browser, reader, forgiven);
  return { bookId: parseBookId(bookId), reader, publisher, page, client };
}

/** Opens the gallery of a running command. */
async function galleryOf(
  browser: TestBrowser,
  command: Bookswarm,
  forgiven: RegExp | undefined,
): Promise<{ readonly page: Page; readonly client: LocalClient }> {
  const { address } = await command.event("gallery");
  const { origin, hash } = new URL(String(address));
  const { page, complaints } = await browser.watchedTab({ origin });
  onTestFinished(() => {
    expect(complaints.filter((complaint) => forgiven?.test(complaint) !== true)).toEqual([]);
  });
  await page.goto(String(address));
  return { page, client: new LocalClient({ origin, token: hash.slice(1) }) };
}

/** Paths of the images that are on the screen now, those that are not here yet included. */
export async function pathsInView(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const view = document.querySelector(".gallery")?.getBoundingClientRect();
    if (view === undefined) return [];
    return [...document.querySelectorAll<HTMLElement>(".tile")]
      .filter((tile) => {
        const { top, bottom } = tile.getBoundingClientRect();
        return bottom > view.top && top < view.bottom;
      })
      .map((tile) => tile.title);
  });
}

/** True for a picture that is decoded at its full size, and not only asked for. */
export async function isSharp(page: Page, selector: string): Promise<boolean> {
  return page.evaluate((wanted) => {
    const image = document.querySelector<HTMLImageElement>(wanted);
    return image?.complete === true && image.naturalWidth > 0;
  }, selector);
}
