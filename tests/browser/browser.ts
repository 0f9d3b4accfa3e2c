// A real browser for the tests of pages: this machine's Chromium, without a window. Every tab is watched from its
// first request to the end of its test, and a test fails whose tab complained: an error on the console (a breach of the
// page's own security policy is one), an exception that nobody caught, a request to any other origin than its own.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, onTestFinished } from "vitest";

/** Where Chromium is looked for: by these names on the path, then where macOS keeps it. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const ELSEWHERE = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

/** Path of this machine's Chromium; undefined when it has none. */
function findChromium(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const candidates = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...ELSEWHERE];
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Why no browser can be had here; undefined when there is one.
 * @throws Error with that sentence where BROWSER_REQUIRED=1 says that there must be one
 */
export function whyNoBrowser(): string | undefined {
  if (findChromium() !== undefined) return undefined;
  const why = "no Chromium is installed (on Debian: apt-get install --no-install-recommends chromium)";
  if (process.env["BROWSER_REQUIRED"] === "1") throw new Error(`The pages cannot be tested: ${why}`);
  return why;
}

export interface TabOptions extends BrowserContextOptions {
  /** The only origin that the tab may ask for anything, as in "http://127.0.0.1:8787". */
  readonly origin: string;
}

/** One browser for a file of tests; each tab has a profile of its own. */
export class TestBrowser {
  #browser: Browser | undefined;

  /** Starts a browser before the first test of this file or block, and ends it after the last one. */
  static forTests(): TestBrowser {
    const browser = new TestBrowser();
    beforeAll(() => browser.#start());
    afterAll(() => browser.#browser?.close());
    return browser;
  }

  async #start(): Promise<void> {
    // Its own sandbox is left out, which root and containers cannot have: it shows nothing but pages of ours.
    this.#browser = await chromium.launch({ executablePath: findChromium() ?? "", chromiumSandbox: false });
  }

  /** Opens an empty tab for the running test, which fails when the tab complains. Paths are relative to its origin. */
  async tab(options: TabOptions): Promise<Page> {
    const { page, complaints } = await this.watchedTab(options);
    onTestFinished(() => {
      if (complaints.length > 0) throw new Error(`The page is not in order:\n${complaints.join("\n")}`);
    });
    return page;
  }

  /** Opens a tab whose complaints, one sentence each, are for the test itself to judge. */
  async watchedTab({ origin, ...options }: TabOptions): Promise<{ page: Page; complaints: readonly string[] }> {
    if (this.#browser === undefined) throw new Error("The browser is started by the tests' hooks");
    const context = await this.#browser.newContext({ baseURL: origin, ...options });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const complaints: string[] = [];
    watch(page, origin, complaints);
    return { page, complaints };
  }
}

function watch(page: Page, origin: string, complaints: string[]): void {
  const judge = (url: string) => {
    const { protocol } = new URL(url);
    // What stands in the page itself asks nobody.
    if (protocol === "data:" || protocol === "blob:" || protocol === "about:") return;
    if (new URL(url).origin.replace(/^ws/, "http") !== origin) complaints.push(`it asks for ${url}`);
  };
  page.on("request", (request) => judge(request.url()));
  page.on("websocket", (socket) => judge(socket.url()));
  page.on("pageerror", (error) => complaints.push(`it throws: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() !== "error") return;
    // That the page itself is a refusal, with a status from 400 on, is for the test to judge.
    const isItself = message.location().url === page.url() && message.text().startsWith("Failed to load resource");
    if (!isItself) complaints.push(`it says: ${message.text()} (${message.location().url})`);
  });
}
