// Every target takes its kept corpus, each past finding, and some thousand mutations; `npm run fuzz` takes millions.

import { describe, expect, test } from "vitest";
import { readCorpus } from "./corpus.ts";
import { FINDINGS } from "./findings.ts";
import { Finding, Run } from "./run.ts";
import { TARGETS } from "./targets.ts";

const INPUTS = 2_000;

describe("Whatever bytes come", () => {
  test.each(Object.entries(TARGETS).map(([name, target]) => [name, target.promise, target] as const))(
    "%s: %s",
    (name, _, target) => {
      const run = new Run(target, readCorpus(name), 4_127);
      expect(() => run.go(INPUTS)).not.toThrow();
      expect(run.inputs).toBe(INPUTS);
    },
  );

  test.each(FINDINGS)("$target takes what it once did not: $was", ({ target, base64 }) => {
    expect(() => TARGETS[target]?.take(new Uint8Array(Buffer.from(base64, "base64")))).not.toThrow();
  });

  test("a finding names the input that was not taken", () => {
    const fussy = {
      promise: "takes no 7",
      seeds: () => [Uint8Array.of(1)],
      bytesMax: 4,
      weight: 1,
      take: (input: Uint8Array) => {
        if (input.includes(7)) throw new Error("A 7");
      },
    };
    const run = new Run(fussy, [], 1);
    expect(() => run.go(100_000)).toThrow(Finding);
    expect(() => run.go(100_000)).toThrow("A 7");
  });
});
