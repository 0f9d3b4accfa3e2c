// The packed package, on a machine that has nothing else: packed from a copy of the checkout, so that nothing here is
// touched, and installed into an empty folder from npm's cache where that suffices.

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { committedFiles, ROOT } from "../house/checkout.ts";

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
      "ORIGINAL.md",
      "PROTOCOL.md",
      "README.md",
      "SECURITY.md",
      "TRACKER.md",
      "package.json",
    ];
    const built = files.filter((file) => /^dist\/(shared|peer-node)\/.*\.(js|d\.ts)$/.test(file));
    expect(files.sort()).toEqual([...documents, ...built, "dist/tracker-worker/worker.js"].sort());
  });

  test("brings neither Miniflare nor workerd", () => {
    const brought = ["miniflare", "workerd", "@cloudflare"].filter((name) =>
      existsSync(join(machine, "node_modules", name)),
    );
    expect(brought).toEqual([]);
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
