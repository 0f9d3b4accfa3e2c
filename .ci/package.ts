// What `npm pack` needs besides the build: in the checkout the command is TypeScript, in the package it is built
// JavaScript, so the packed package.json differs. npm packs the package.json that lies on disk; it is therefore
// replaced between `prepack` and `postpack`, and put back even when npm is interrupted in between.

import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";

const ROOT = resolve(import.meta.dirname, "..");
const MANIFEST = join(ROOT, "package.json");
/** The checkout's own manifest, while the packed one stands in its place. */
const KEPT = join(ROOT, "package.json.checkout");

const PACKED_BIN = { bookswarm: "dist/bookswarm.js" };
const PACKED_EXPORTS = {
  ".": { types: "./dist/peer-node/index.d.ts", default: "./dist/index.js" },
  "./client": { types: "./dist/peer-node/web/api/client.d.ts", default: "./dist/client.js" },
  "./package.json": "./package.json",
};
const CHECKOUT_ONLY = ["allowScripts", "cloudflare", "devDependencies", "scripts"];

const POLL_MS = 250;

const COMMANDS: Readonly<Record<string, () => void>> = {
  prepack: putPackedManifest,
  postpack: restoreManifest,
  guard: () => guard(Number(process.argv[3])),
  "refuse-publish": refusePublish,
};

const command = COMMANDS[process.argv[2] ?? ""];
if (command === undefined) throw new Error(`Use one of: ${Object.keys(COMMANDS).join(", ")}`);
command();

function putPackedManifest(): void {
  restoreManifest();
  const manifest = readManifest();
  const npm = process.platform === "win32" ? undefined : npmPid();
  for (const key of CHECKOUT_ONLY) delete manifest[key];
  manifest["bin"] = PACKED_BIN;
  manifest["exports"] = PACKED_EXPORTS;

  const draft = `${KEPT}.draft`;
  copyFileSync(MANIFEST, draft);
  renameSync(draft, KEPT);
  if (npm !== undefined) startGuard(npm);
  writeFileSync(draft, `${JSON.stringify(manifest, null, 2)}\n`);
  renameSync(draft, MANIFEST);
}

/** Puts the checkout's manifest back; does nothing when it is in its place, so that no later edit is ever lost. */
function restoreManifest(): void {
  if (!existsSync(KEPT)) return;
  if (isDeepStrictEqual(readManifest()["bin"], PACKED_BIN)) renameSync(KEPT, MANIFEST);
  else rmSync(KEPT, { force: true });
}

function readManifest(): Record<string, unknown> {
  return JSON.parse(readFileSync(MANIFEST, "utf8"));
}

/** Leaves a process behind that restores the manifest if npm dies before `postpack`. Needs `ps`: not on Windows. */
function startGuard(npm: number): void {
  const guardian = spawn(process.execPath, [import.meta.filename, "guard", String(npm)], {
    detached: true,
    stdio: "ignore",
  });
  guardian.unref();
}

/** npm is the nearest ancestor that is not the shell in which it runs its scripts. */
function npmPid(): number {
  let pid = process.ppid;
  while (/(^|\/)(ba|da|z|k|a)?sh$/.test(ps(pid, "comm"))) pid = Number(ps(pid, "ppid"));
  return pid;
}

function ps(pid: number, field: "comm" | "ppid"): string {
  return execFileSync("ps", ["-o", `${field}=`, "-p", String(pid)], { encoding: "utf8" }).trim();
}

function guard(npm: number): void {
  const timer = setInterval(() => {
    if (!existsSync(KEPT)) clearInterval(timer);
    else if (!isAlive(npm)) restoreManifest();
  }, POLL_MS);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** `npm publish` reads package.json once more after `postpack`, and would announce the checkout's TypeScript command. */
function refusePublish(): void {
  console.error("Publish the tarball instead: npm pack, then npm publish ./bookswarm-VERSION.tgz");
  process.exitCode = 1;
}
