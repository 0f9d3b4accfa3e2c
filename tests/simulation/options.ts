// The options of a run: one table, from which follow the flags of the command, what they mean when they are absent, and
// the command that plays a run again.

import { PAGE_BYTES } from "../../shared/limits.ts";

/** What an option takes: nothing, a whole number from 1, any number from 0, one above 0, or one from 0 to 1. */
export type OptionKind = "flag" | "count" | "amount" | "positive" | "share";

interface OptionSpec {
  readonly kind: OptionKind;
  readonly fallback: number | boolean;
  readonly help: string;
}

// biome-ignore format: a table
export const OPTIONS = {
  seed:            { kind: "amount",    fallback: 1,           help: "from which all chance follows" },
  readers:         { kind: "count",     fallback: 63,          help: "readers besides the publisher" },
  pages:           { kind: "count",     fallback: 400,         help: "images of the book, each a page" },
  imageBytes:      { kind: "count",     fallback: PAGE_BYTES,  help: "bytes of each image; a page, as long as it is no more than that" },
  bookBytes:       { kind: "amount",    fallback: 0,           help: "one image of so many bytes instead; 0: as many images as pages" },
  uplink:          { kind: "count",     fallback: 1_250_000,   help: "bytes a second that the publisher can send" },
  downFactor:      { kind: "positive",  fallback: 10,          help: "a downlink, in uplinks of the publisher" },
  delayMs:         { kind: "amount",    fallback: 20,          help: "milliseconds from one reader to another" },
  spread:          { kind: "positive",  fallback: 1,           help: "readers' uplinks are up to so many times slower than the publisher's" },
  sendBuffer:      { kind: "amount",    fallback: 0,           help: "bytes that a kernel keeps for each link; 0: bytes are sent when they leave" },
  splits:          { kind: "share",     fallback: 0.01,        help: "share of the links whose chunks end anywhere, not where a frame does" },
  clockMs:         { kind: "amount",    fallback: 10,          help: "milliseconds in which a reader is woken at most once, and no more exactly" },
  diskRate:        { kind: "amount",    fallback: 0,           help: "bytes a second that a disk writes; 0: at once" },
  scattered:       { kind: "flag",      fallback: false,       help: "the original's ten readers instead, of which none is complete" },
  silentFirst:     { kind: "flag",      fallback: false,       help: "the first of the ten asks for nothing" },
  together:        { kind: "flag",      fallback: false,       help: "all meet first and begin to ask at one moment, from which time counts" },
  liars:           { kind: "share",     fallback: 0,           help: "readers that lie, as a share of `readers` and beside them" },
  nat:             { kind: "share",     fallback: 0,           help: "share of the readers that cannot be dialled" },
  arrivals:        { kind: "amount",    fallback: 0,           help: "seconds within which the readers come, one after the other" },
  crash:           { kind: "share",     fallback: 0,           help: "share of the readers that crash" },
  crashAt:         { kind: "amount",    fallback: 10,          help: "when readers crash or leave, in seconds" },
  crashFor:        { kind: "amount",    fallback: 0,           help: "seconds after which they come back with what they had; 0: never" },
  halfOpen:        { kind: "flag",      fallback: false,       help: "those that crash lose their power, and nobody is told" },
  leave:           { kind: "share",     fallback: 0,           help: "share of the readers that leave in order" },
  publisherLeaves: { kind: "flag",      fallback: false,       help: "the publisher leaves as soon as every page is stored elsewhere" },
  linkLoss:        { kind: "amount",    fallback: 0,           help: "links that each reader loses in a minute" },
  trackerAway:     { kind: "amount",    fallback: 0,           help: "seconds for which the tracker is away" },
  trackerAwayAt:   { kind: "amount",    fallback: 1,           help: "when it goes, in seconds" },
  diskFull:        { kind: "share",     fallback: 0,           help: "share of the readers whose disk fills" },
  diskFullAt:      { kind: "amount",    fallback: 10,          help: "when, in seconds" },
  diskFullFor:     { kind: "amount",    fallback: 10,          help: "seconds after which it takes pages again" },
  diskStalls:      { kind: "share",     fallback: 0,           help: "share of the readers whose disk does nothing for a while, at `crash-at`" },
  diskFails:       { kind: "share",     fallback: 0,           help: "share of the readers whose disk does not take one page in twenty" },
  diskLoses:       { kind: "share",     fallback: 0,           help: "share of the readers whose disk loses pages, at `crash-at`" },
  limit:           { kind: "count",     fallback: 7_200,       help: "seconds of the world's time after which a run counts as stuck" },
  check:           { kind: "flag",      fallback: false,       help: "let the world come to rest afterwards, and look whether every ask was answered" },
} as const satisfies Record<string, OptionSpec>;

export type OptionName = keyof typeof OPTIONS;

/** Everything by which one run differs from another. */
export type Scenario = {
  readonly [Name in OptionName]: (typeof OPTIONS)[Name]["fallback"] extends boolean ? boolean : number;
};

const FALLBACKS = Object.fromEntries(
  Object.entries(OPTIONS).map(([name, { fallback }]) => [name, fallback]),
) as unknown as Scenario;

/** A scenario that differs from the usual one in `options`. */
export function scenarioOf(options: Partial<Scenario>): Scenario {
  return { ...FALLBACKS, ...options };
}

/** The flag of an option. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The flags of what differs from the usual; the seed is always named. */
export function argumentsOf(scenario: Partial<Scenario>): readonly string[] {
  return Object.entries(scenario).flatMap(([name, value]) => {
    if (value === OPTIONS[name as OptionName].fallback && name !== "seed") return [];
    return value === true ? [flagOf(name)] : [flagOf(name), String(value)];
  });
}

/** The command that plays a scenario again. */
export function commandOf(scenario: Partial<Scenario>): string {
  return ["npm run sim --", ...argumentsOf(scenario)].join(" ");
}
