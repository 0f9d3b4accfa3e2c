import { describe, expect, test } from "vitest";
import { committedFiles, readCommitted } from "./checkout.ts";
import { breachesOfLock, type LockFile, registryHosts, WORKERD_PLATFORMS } from "./packages.ts";

describe("The lock file", () => {
  test("names workerd for all five platforms, every other optional package, checksums for all packages and no download address", () => {
    const lock: LockFile = JSON.parse(readCommitted("package-lock.json"));
    expect(breachesOfLock(lock)).toEqual([]);
  });

  test("would be refused without a platform, an optional package or a checksum, or with an address", () => {
    const whole = WORKERD_PLATFORMS.map((platform) => [
      `node_modules/@cloudflare/workerd-${platform}`,
      { integrity: "sha512-" },
    ]);
    expect(breachesOfLock({ packages: Object.fromEntries(whole) })).toEqual([]);
    expect(breachesOfLock({ packages: Object.fromEntries(whole.slice(1)) })).toEqual([
      expect.stringContaining("darwin-64"),
    ]);
    const partial = { "node_modules/b": { integrity: "sha512-", optionalDependencies: { "@b/darwin": "1.0.0" } } };
    expect(breachesOfLock({ packages: { ...Object.fromEntries(whole), ...partial } })).toEqual([
      expect.stringContaining("lacks @b/darwin of node_modules/b"),
    ]);
    const planted = { "node_modules/a": { resolved: "https://example.org/a.tgz" } };
    expect(breachesOfLock({ packages: { ...Object.fromEntries(whole), ...planted } })).toEqual([
      expect.stringContaining("where to fetch node_modules/a"),
      expect.stringContaining("no checksum for node_modules/a"),
    ]);
  });
});

describe("The committed files", () => {
  test("name no package registry", () => {
    const named = committedFiles().flatMap((path) =>
      registryHosts(readCommitted(path)).map((host) => `${path} names the package registry ${host}.`),
    );
    expect(named).toEqual([]);
  });

  test("would be refused with one", () => {
    const host = ["registry", "example", "org"].join(".");
    expect(registryHosts(`see https://${host}/ws`)).toEqual([host]);
    expect(registryHosts(`${"registry"}=http://localhost:4873/`)).toEqual(["http://localhost:4873/"]);
    expect(registryHosts("const registry = new Map(); registry.get(book);")).toEqual([]);
  });

  test("hold the checkout's own package.json, not the packed one", () => {
    const { bin } = JSON.parse(readCommitted("package.json"));
    expect(bin, "npm pack was interrupted: run `node .ci/package.ts postpack`").toEqual({
      bookswarm: "peer-node/cli/bookswarm.js",
    });
  });
});
