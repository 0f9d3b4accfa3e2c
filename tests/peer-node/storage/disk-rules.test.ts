import { join } from "node:path";
import { expect, it } from "vitest";
import { fileSystemRules } from "../../../peer-node/storage/disk-rules.ts";
import { DiskFault } from "../../../peer-node/storage/page-store.ts";
import { temporaryFolder } from "../temporary-folder.ts";

it("A folder that cannot be looked at is a fault of the disk, in a sentence, and not an error of the system's", () => {
  const folder = join(temporaryFolder(), "x".repeat(300));
  expect(() => fileSystemRules(folder)).toThrow(DiskFault);
  expect(() => fileSystemRules(folder)).toThrow(/^Cannot look at .*: its path is longer than this system allows/);
});
