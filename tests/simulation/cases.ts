// The cases by which the engine is judged: what is played, which figure is read from it, and what it has to reach.

import type { Scenario } from "./options.ts";
import type { Report } from "./report.ts";

type Play = Partial<Scenario>;

export interface Case {
  /** What `--cases` looks for. */
  readonly name: string;
  readonly title: string;
  readonly seeds: number;
  /** What is played for one seed. */
  readonly plays: (seed: number) => readonly Play[];
  /** The figure, from what came of the plays, in their order. */
  readonly figure: (reports: readonly Report[]) => number;
  /** The figure to reach, and whether it is a floor or a ceiling. */
  readonly reach: { readonly atMost: number } | { readonly atLeast: number };
  /** Share of the seeds that must reach it; without one the median has to. */
  readonly share?: number;
  /** What the figure counts. */
  readonly unit: "x" | "slots" | "%";
}

const SMALL: Play = { readers: 63, pages: 400 };
const FAR_AND_FAST: Play = { readers: 1, delayMs: 50, uplink: 12_500_000 };

const ratio = ([report]: readonly Report[]) => report?.ratio ?? Number.NaN;
const percentOf = (pick: (report: Report) => number) => (reports: readonly Report[]) =>
  100 * (reports[0] === undefined ? Number.NaN : pick(reports[0]));
const one = (play: Play) => (seed: number) => [{ ...play, seed }];

export const CASES: readonly Case[] = [
  {
    name: "small",
    title: "63 readers, 400 pages: time to the bound",
    seeds: 10,
    plays: one(SMALL),
    figure: ratio,
    reach: { atMost: 1.03 },
    unit: "x",
  },
  {
    name: "medium",
    title: "1,000 readers, 400 pages: time to the bound",
    seeds: 10,
    plays: one({ readers: 1_000, pages: 400 }),
    figure: ratio,
    reach: { atMost: 1.06 },
    unit: "x",
  },
  {
    name: "large",
    title: "10,000 readers, 100 pages: time to the bound",
    seeds: 10,
    plays: one({ readers: 10_000, pages: 100 }),
    figure: ratio,
    reach: { atMost: 1.15 },
    unit: "x",
  },
  {
    name: "scattered",
    title: "the original's ten readers, 49 pages, 35 slots at best: slots, in 95 of 100 seeds",
    seeds: 100,
    plays: one({ scattered: true, together: true }),
    figure: ([report]) => report?.slots ?? Number.NaN,
    reach: { atMost: 36 },
    share: 0.95,
    unit: "slots",
  },
  {
    name: "copies",
    title: "63 readers, 400 pages: books that the publisher has sent when the last page first leaves it",
    seeds: 10,
    plays: one(SMALL),
    figure: ([report]) => report?.publisherCopies ?? Number.NaN,
    reach: { atMost: 1.02 },
    unit: "x",
  },
  {
    name: "duplicates",
    title: "63 readers, 400 pages: page bytes that were of no use",
    seeds: 10,
    plays: one(SMALL),
    figure: percentOf(({ duplicateShare }) => duplicateShare),
    reach: { atMost: 1 },
    unit: "%",
  },
  {
    name: "overhead",
    title: "63 readers, 400 pages: bytes beside page bytes",
    seeds: 10,
    plays: one(SMALL),
    figure: percentOf(({ overheadShare }) => overheadShare),
    reach: { atMost: 1 },
    unit: "%",
  },
  {
    name: "overhead-images",
    title: "63 readers, 2,000 images of 20 kB: bytes beside page bytes",
    seeds: 10,
    plays: one({ readers: 63, pages: 2_000, imageBytes: 20_000 }),
    figure: percentOf(({ overheadShare }) => overheadShare),
    reach: { atMost: 5 },
    unit: "%",
  },
  {
    name: "unequal",
    title: "63 readers with uplinks 1:10, 400 pages: time to the bound of Kumar and Ross",
    seeds: 10,
    plays: one({ ...SMALL, spread: 10 }),
    figure: ratio,
    reach: { atMost: 1.1 },
    unit: "x",
  },
  {
    name: "images",
    title: "10,000 images of 20 kB at 50 ms and 100 Mbit/s, one owner, one reader: rate to that of one image of 200 MB",
    seeds: 10,
    plays: (seed) => [
      { ...FAR_AND_FAST, seed, pages: 10_000, imageBytes: 20_000 },
      { ...FAR_AND_FAST, seed, bookBytes: 200_000_000 },
    ],
    figure: ([small, large]) => (100 * (large?.seconds ?? Number.NaN)) / (small?.seconds ?? Number.NaN),
    reach: { atLeast: 80 },
    unit: "%",
  },
  {
    name: "half-leaves",
    title: "63 readers, 400 pages, half of them crash at one moment: all that remain complete, time to the bound",
    seeds: 10,
    plays: one({ ...SMALL, crash: 0.5, crashAt: 40 }),
    figure: ratio,
    reach: { atMost: Number.POSITIVE_INFINITY },
    unit: "x",
  },
  {
    name: "publisher-leaves",
    title: "63 readers, 400 pages, the publisher leaves once every page is elsewhere: all complete, time to the bound",
    seeds: 10,
    plays: one({ ...SMALL, publisherLeaves: true }),
    figure: ratio,
    reach: { atMost: Number.POSITIVE_INFINITY },
    unit: "x",
  },
  {
    name: "liars",
    title: "63 readers, 400 pages, and 20 % more who lie: time to the time without them",
    seeds: 10,
    plays: (seed) => [
      { ...SMALL, seed, liars: 0.2 },
      { ...SMALL, seed },
    ],
    figure: ([among, alone]) => (among?.seconds ?? Number.NaN) / (alone?.seconds ?? Number.NaN),
    reach: { atMost: 1.3 },
    unit: "x",
  },
];
