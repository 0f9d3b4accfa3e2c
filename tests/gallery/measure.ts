// Measures what tests do not assert, because it depends on the machine: how soon the first picture on the screen is
// sharp after the first one has arrived, and how long the longest frame's scripts take while 100,000 pictures are
// scrolled through. `npm run measure:gallery`; needs Chromium, by its usual name or in CHROMIUM.

import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { Bookswarm } from "../processes/bookswarm.ts";

const PICTURES = fileURLToPath(new URL("../../node_modules/emoji-datasource-google/img/google/64", import.meta.url));

const MANY = 100_000;

/** Scrolls from end to end: a wheel's steps, a page at a time, and jumps. */
const STEPS = 300;

const room = mkdtempSync(join(tmpdir(), "bookswarm-measure-"));
const env = { BOOKSWARM_STATE: join(room, "state"), BOOKSWARM_TRACKER: undefined, BOOKSWARM_TOKEN: undefined };
const commands: Bookswarm[] = [];

function start(...args: readonly string[]): Bookswarm {
  const command = new Bookswarm([...args, "--json"], { env });
  commands.push(command);
  return command;
}

/** Real pictures, as often as it takes: hard links of those of the emoji collection. */
function pictures(folder: string, count: number): string {
  const names = readdirSync(PICTURES).filter((name) => name.endsWith(".png"));
  for (let at = 0; at < count; at++) {
    const below = join(folder, String(Math.floor(at / 1_000)).padStart(3, "0"));
    if (at % 1_000 === 0) mkdirSync(below, { recursive: true });
    linkSync(join(PICTURES, names[at % names.length] ?? ""), join(below, `${String(at).padStart(6, "0")}.png`));
  }
  return folder;
}

/** The gallery is open before anything arrives; then a publisher comes. */
async function measureFirstPicture(browser: Browser, tracker: string): Promise<void> {
  const folder = pictures(join(room, "few"), 3_786);
  const publish = () => start("publish", folder, "--name", "few", "--tracker", tracker);
  const times: number[] = [];
  for (let turn = 0; turn < 5; turn++) {
    const before = publish();
    const { link } = await before.event("published");
    await before.end();
    const reader = start("get", String(link), "--to", join(room, `copy-${turn}`), "--web");
    const page = await browser.newPage();
    const { address } = await reader.event("gallery");
    await page.goto(String(address));
    await page.waitForSelector(".tile.coming");
    const sharp = page.evaluate(async () => {
      for (;;) {
        const image = document.querySelector<HTMLImageElement>(".tile img");
        if (image !== null) {
          await image.decode();
          return Date.now();
        }
        await new Promise(requestAnimationFrame);
      }
    });
    const publisher = publish();
    const { at } = await reader.event("image");
    times.push((await sharp) - Date.parse(at));
    await page.close();
    await reader.end();
    await publisher.end();
  }
  process.stdout.write(
    `The first picture on the screen is sharp ${times.join(", ")} ms after the first page of all.\n`,
  );
}

async function measureScroll(browser: Browser, tracker: string): Promise<void> {
  const publisher = start(
    "publish",
    pictures(join(room, "many"), MANY),
    "--name",
    "many",
    "--tracker",
    tracker,
    "--web",
  );
  await publisher.event("published");
  const { address } = await publisher.event("gallery");
  const page = await browser.newPage({ viewport: { width: 1_400, height: 900 } });
  await page.goto(String(address));
  await page.waitForSelector(".tile img");
  await observe(page);
  const busiest = await scroll(page);
  const { frames, longest, scripts } = await page.evaluate(() => {
    const { entries, frames: seen } = window as unknown as Observed;
    return {
      frames: seen,
      longest: Math.max(0, ...entries.map(({ duration }) => duration)),
      scripts: Math.max(0, ...entries.map((entry) => entry.scripts.reduce((sum, { duration }) => sum + duration, 0))),
    };
  });
  process.stdout.write(
    `${MANY.toLocaleString("en")} pictures, ${frames} frames while scrolling: the longest frame above 50 ms took ` +
      `${longest.toFixed(0)} ms, its scripts at most ${scripts.toFixed(0)} ms (0: there was none).\n` +
      `The busiest jump cost its thread ${busiest.toFixed(0)} ms of scripts, whatever else the machine did.\n`,
  );
  await page.close();
  await publisher.end();
}

/** What the page counts of itself while it is scrolled. */
interface Observed {
  frames: number;
  entries: { readonly duration: number; readonly scripts: readonly { readonly duration: number }[] }[];
}

/** Chromium tells of every frame that took longer than 50 ms, and of the scripts in it. */
function observe(page: Page): Promise<void> {
  return page.evaluate(() => {
    const observed = window as unknown as Observed;
    observed.entries = [];
    observed.frames = 0;
    new PerformanceObserver((list) => {
      observed.entries.push(...(list.getEntries() as unknown as Observed["entries"]));
    }).observe({ type: "long-animation-frame" });
    const count = () => {
      observed.frames++;
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  });
}

/** @returns milliseconds that the page's thread spent in scripts for the jump that cost most */
async function scroll(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  // Counted on the thread, so that a busy machine does not count.
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const inScripts = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1_000 * (metrics.find(({ name }) => name === "ScriptDuration")?.value ?? 0);
  };
  await page.mouse.move(400, 500);
  for (let step = 0; step < STEPS; step++) await page.mouse.wheel(0, 400);
  let busiest = 0;
  for (let step = 0; step < STEPS; step++) {
    const before = await inScripts();
    await page.evaluate(async (share) => {
      const scroller = document.querySelector(".gallery");
      if (scroller !== null) scroller.scrollTop = share * scroller.scrollHeight;
      // The frame that scrolls, and the one after it.
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
    }, step / STEPS);
    busiest = Math.max(busiest, (await inScripts()) - before);
  }
  return busiest;
}

const tracker = start("tracker", "--port", "0", "--data", join(room, "tracker"));
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  chromiumSandbox: false,
});
try {
  const { link } = await tracker.event("listening");
  process.stdout.write(`Load ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores.\n`);
  await measureFirstPicture(browser, String(link));
  await measureScroll(browser, String(link));
} finally {
  await browser.close();
  for (const command of commands.toReversed()) {
    command.say("end");
    await command.exit;
  }
  rmSync(room, { recursive: true, force: true });
}
