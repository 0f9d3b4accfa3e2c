import type * as fs from "node:fs";
import { afterEach, expect, it, vi } from "vitest";
import { findRemovalSecret, keepRemovalSecret } from "../../../peer-node/library/removal-secrets.ts";
import { parseBookId } from "../../../shared/ids.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const synced = vi.hoisted(() => [] as unknown[]);

vi.mock("node:fs", async (importActual) => {
  const actual = await importActual<typeof fs>();
  const writeFileSync = (...[path, data, options]: Parameters<typeof actual.writeFileSync>) => {
    if (typeof options === "object" && options?.flush === true) synced.push(data);
    actual.writeFileSync(path, data, options);
  };
  return { ...actual, writeFileSync };
});

afterEach(() => {
  vi.unstubAllEnvs();
});

it("A removal secret has reached the disk when it is kept, and is found again", async () => {
  vi.stubEnv("BOOKSWARM_STATE", temporaryFolder());
  const book = { tracker: "https://t.example", bookId: parseBookId("b0".repeat(32)) };
  const secret = "5e".repeat(32);
  keepRemovalSecret(book, secret);
  expect(synced).toEqual([secret]);
  expect(await findRemovalSecret(book)).toBe(secret);
});
