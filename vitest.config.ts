// One run, seven projects. A project whose folder is still empty is skipped; a run without any test fails.
// `npx vitest run --project shared` runs one of them.

import { availableParallelism } from "node:os";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// At least two: with one worker, which is Vitest's own choice on two cores, groupOrder is not kept (seen in 5.1.1).
const maxWorkers = Math.max(2, availableParallelism() - 1);

/** How long `expect.poll` asks again, unless a test says more: on a busy machine much outlasts Vitest's own second. */
const PATIENT = { expect: { poll: { timeout: 30_000 } } };

/** Files that leave nothing behind share their workers, which spares each of them a start. */
const PURE = { isolate: false };

/** Files of real processes wait half of their time, for clocks that are the protocol's: so many run beside one another. */
const REAL_PROCESSES = { ...PATIENT, maxWorkers: 3, sequence: { groupOrder: 1 } };

/** Files that take a minute and more, most of it waiting: begun first, they do not wait alone in the end. */
const LONG = /\/(hostile-readers|nat)\.test\.ts$/;

/** Vitest's own order, which knows how long a file takes once it has run here, with the long ones first in their group. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ project, moduleId }: TestSpecification) =>
      2 * project.config.sequence.groupOrder - (LONG.test(moduleId) ? 1 : 0);
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    maxWorkers,
    sequence: { sequencer: LongFirst },
    // What the tracker writes into its log while all goes well is not shown; whatever else comes with it is.
    onConsoleLog: (lines) => lines.split("\n").some((line) => line !== "" && !line.startsWith('{"level":"info"')),
    projects: [
      {
        // The rules of the house itself: who may know whom, documents, lock file.
        test: { name: "house", include: ["tests/house/**/*.test.ts"], testTimeout: 60_000, ...PURE },
      },
      {
        // The domain, and the hex examples of PROTOCOL.md.
        test: { name: "shared", include: ["tests/{shared,vectors}/**/*.test.ts"], testTimeout: 60_000, ...PURE },
      },
      {
        // The reader: core, adapters, one contract per port, and the seeded simulation.
        test: {
          name: "peer-node",
          include: ["tests/{peer-node,contracts,simulation,scattered,fuzz,bench}/**/*.test.ts"],
          testTimeout: 60_000,
          ...PATIENT,
        },
      },
      {
        // The tracker, inside workerd, with the bindings that wrangler.toml declares. Storage is shared by the
        // tests of one file: a fresh book name per test keeps them apart.
        // Readers in these tests have addresses that nobody answers at, so nobody is dialled back.
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: { bindings: { DIALS_PER_MINUTE: "0" } },
          }),
        ],
        test: { name: "tracker-worker", include: ["tests/tracker-worker/**/*.test.ts"], testTimeout: 60_000 },
      },
      {
        // Real processes, real TCP, the local Worker: after everything else, with time to spare.
        test: {
          name: "end-to-end",
          include: ["tests/end-to-end/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          ...REAL_PROCESSES,
        },
      },
      {
        // The same under attack, among broken lines and full disks; `npm run test:faults` tries more.
        test: {
          name: "faults",
          include: ["tests/faults/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          ...REAL_PROCESSES,
        },
      },
      {
        // Pages in a real browser, which wants the machine for itself.
        test: {
          name: "browser",
          include: ["tests/browser/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          ...PATIENT,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
