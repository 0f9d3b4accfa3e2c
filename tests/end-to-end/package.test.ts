// The packed package, on a machine that has nothing else: packed from a copy of the checkout, so that nothing here is
// touched, and installed into an empty folder from npm's cache where that suffices.

import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { LocalClient } from "../../peer-node/web/api/client.ts";
import { committedFiles, ROOT } from "../house/checkout.ts";
import { Bookswarm, run } from "../processes/bookswarm.ts";
import { compareFolders, isState } from "../processes/compare-folders.ts";
import { manyPictures, writePictures } from "../processes/pictures.ts";
import { TestSwarm } from "./swarm.ts";

const isBuildable = ["peer-node/cli/main.ts", "tracker-worker/index.ts"].every((path) => existsSync(join(ROOT, path)));

describe.skipIf(!isBuildable)("The packed package", () => {
  const room = mkdtempSync(join(tmpdir(), "bookswarm-package-"));
  const checkout = join(room, "checkout");
  const machine = join(room, "machine");
  const installed = join(machine, "node_modules/bookswarm");

  beforeAll(() => {
    for (const path of committedFiles()) cpSync(join(ROOT, path), join(checkout, path));
    symlinkSync(join(ROOT, "node_modules"), join(checkout, "node_modules"), "junction");
    npm(checkout, "pack", "--pack-destination", room);
    const [tarball = "no tarball"] = globSync("bookswarm-*.tgz", { cwd: room });
    cpSync(join(room, tarball), join(machine, tarball));
    writeFileSync(join(machine, "package.json"), "{}\n");
    npm(machine, "install", "--prefer-offline", "--no-audit", "--no-fund", `./${tarball}`);
  });

  afterAll(() => rmSync(room, { recursive: true, force: true }));

  test("leaves package.json in the checkout as it was", () => {
    expect(readFileSync(join(checkout, "package.json"), "utf8")).toBe(readFileSync(join(ROOT, "package.json"), "utf8"));
  });

  test("holds the built program, its Worker and its documents, and nothing else", () => {
    const files = globSync("**", { cwd: installed, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(installed.length + 1)
          .replaceAll("\\", "/"),
      );
    const documents = [
      "ARCHITECTURE.md",
      "CHANGELOG.md",
      "LICENSE",
      "LOCAL-API.md",
      "ORIGINAL.md",
      "PROTOCOL.md",
      "README.md",
      "SECURITY.md",
      "TRACKER.md",
      "package.json",
    ];
    const helpers = ["helper-start", "digest-helper", "verify-helper"].map(
      (name) => `dist/peer-node/storage/${name}.js`,
    );
    const built = files.filter((file) => /^dist\/([\w-]+\.js|(shared|peer-node)\/.*\.d\.ts)$/.test(file));
    const page = ["icon.svg", "index.html", "page.css", "page.js"].map((name) => `dist/peer-node/web/page/${name}`);
    expect(built).toEqual(expect.arrayContaining(["bookswarm", "index", "client"].map((name) => `dist/${name}.js`)));
    const rest = ["dist/tracker-worker/worker.js", "dist/THIRD-PARTY-LICENSES.txt"];
    expect(files.sort()).toEqual([...documents, ...built, ...helpers, ...page, ...rest].sort());
  });

  test("installs no other package but the one that its types name", () => {
    const packages = globSync("node_modules/{*,@*/*}/package.json", { cwd: machine });
    expect(packages.sort()).toEqual(["bookswarm", "valibot"].map((name) => `node_modules/${name}/package.json`));
  });

  test("passes on the licences of the packages that it contains", () => {
    const licences = readFileSync(join(installed, "dist/THIRD-PARTY-LICENSES.txt"), "utf8").split(
      `\n${"-".repeat(80)}\n`,
    );
    const names = licences.map((text) => /^\s*(\S+) [\d.]+\n/.exec(text)?.[1]);
    expect(names).toEqual(
      expect.arrayContaining(["@hono/node-server", "commander", "hono", "preact", "valibot", "ws"]),
    );
    for (const text of licences) expect(text).toMatch(/permission/i);
  });

  test("brings no runtime of the tracker, no bundler, no browser library, and nothing that is built where it is installed", () => {
    const unwanted = [
      "miniflare",
      "workerd",
      "wrangler",
      "@cloudflare",
      "esbuild",
      "vite",
      "preact",
      "playwright-core",
    ];
    expect(unwanted.filter((name) => existsSync(join(machine, "node_modules", name)))).toEqual([]);
    expect(globSync("node_modules/**/{*.node,binding.gyp}", { cwd: machine })).toEqual([]);
    const scripts = globSync("node_modules/{*,@*/*}/package.json", { cwd: machine }).flatMap((path) => {
      const manifest: { scripts?: Record<string, string> } = JSON.parse(readFileSync(join(machine, path), "utf8"));
      return Object.keys(manifest.scripts ?? {}).filter((name) => /^(pre|post)?install$/.test(name));
    });
    expect(scripts).toEqual([]);
  });

  test("gets a book and shows it in the gallery", async () => {
    const swarm = await TestSwarm.start();
    await writePictures(swarm.path("pictures"), manyPictures(10, 40_000));
    const { link } = await swarm.publish(swarm.path("pictures"));
    const reader = new Bookswarm(["get", link, "--to", swarm.path("copy"), "--web", "--json"], {
      main: join(installed, "dist/bookswarm.js"),
      cwd: machine,
      env: { BOOKSWARM_STATE: swarm.path("state") },
    });
    onTestFinished(() => void reader.signal("SIGKILL"));
    const { address } = await reader.event("gallery");
    const { origin, hash } = new URL(String(address));
    for (const [path, part] of [
      ["/", "/page.js"],
      ["/page.js", "bookswarm"],
      ["/page.css", ".gallery"],
    ] as const) {
      expect(await (await fetch(`${origin}${path}`)).text()).toContain(part);
    }
    await reader.event("complete");
    expect(await compareFolders(swarm.path("pictures"), swarm.path("copy"), isState)).toEqual([]);
    const client = new LocalClient({ origin, token: hash.slice(1) });
    expect((await client.state()).books[0]).toMatchObject({ images: 10, imagesWhole: 10 });
    expect((await reader.end()).code).toBe(0);
  });

  test("finds the code of the threads that help to hash much", async () => {
    const folder = join(room, "much");
    mkdirSync(folder);
    for (const name of ["a.png", "b.png"]) {
      writeFileSync(join(folder, name), "");
      truncateSync(join(folder, name), 40 * 1024 * 1024);
    }
    const main = join(installed, "dist/bookswarm.js");
    const described = await run(["describe", folder, "-o", join(room, "much.desc")], { main, cwd: machine });
    expect(described).toMatchObject({ code: 0 });
  });

  test("is a library for whoever imports it", () => {
    const code =
      "import('bookswarm').then(async (all) => console.log(Object.keys({ ...all, ...(await import('bookswarm/client')) }).join()))";
    const names = execFileSync(process.execPath, ["-e", code], { cwd: machine, encoding: "utf8" });
    expect(names.trim().split(",")).toEqual(expect.arrayContaining(["get", "publish", "SharedBook", "LocalClient"]));
  });

  test("prints its help as JavaScript under the running Node", () => {
    const manifest: { bin: { bookswarm: string } } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
    expect(manifest.bin.bookswarm).toMatch(/\.js$/);
    const help = execFileSync(process.execPath, [join(installed, manifest.bin.bookswarm), "--help"], {
      cwd: machine,
      encoding: "utf8",
    });
    expect(help).toContain("bookswarm");
  });

  test("puts its command where npx finds it", () => {
    expect(npm(machine, "exec", "--no", "--", "bookswarm", "--help")).toContain("bookswarm");
  });
});

function npm(folder: string, ...words: string[]): string {
  return execFileSync("npm", words, {
    cwd: folder,
    encoding: "utf8",
    // npm announces itself to its scripts; an npm of its own must not mistake this checkout for its project.
    env: Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|config_local)/.test(name)),
    ),
    shell: process.platform === "win32",
    stdio: ["ignore", "pipe", "pipe"],
  });
}
