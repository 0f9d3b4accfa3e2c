// The options of a run: one table, from which follow the flags of the command, what they mean when they are absent, and
// the command that plays a run again.

import { PAGE_BYTES } from "../../shared/limits.ts";

interface OptionSpec {
  readonly fallback: number | boolean;
  readonly help: string;
}

// biome-ignore format: a table
export const OPTIONS = {
  seed:            { fallback: 1,          help: "from which all chance follows" },
  readers:         { fallback: 63,         help: "readers besides the publisher" },
  pages:           { fallback: 400,        help: "pages of the book" },
  imageBytes:      { fallback: PAGE_BYTES, help: "bytes of each page, which is an image of its own" },
  bookBytes:       { fallback: 0,          help: "one image of so many bytes instead; 0: as many images as pages" },
  uplink:          { fallback: 1_250_000,  help: "bytes a second that the publisher can send" },
  downFactor:      { fallback: 10,         help: "a downlink, in uplinks of the publisher" },
  delayMs:         { fallback: 20,         help: "milliseconds from one reader to another" },
  spread:          { fallback: 1,          help: "readers' uplinks are up to so many times slower than the publisher's" },
  sendBuffer:      { fallback: 0,          help: "bytes that a kernel keeps for each link; 0: bytes are sent when they leave" },
  splits:          { fallback: 0.01,       help: "share of the links whose chunks end anywhere, not where a frame does" },
  clockMs:         { fallback: 10,         help: "milliseconds in which a reader is woken at most once, and no more exactly" },
  diskRate:        { fallback: 0,          help: "bytes a second that a disk writes; 0: at once" },
  scattered:       { fallback: false,      help: "the original's ten readers instead, of which none is complete" },
  silentFirst:     { fallback: false,      help: "the first of the ten asks for nothing" },
  together:        { fallback: false,      help: "all meet first and begin to ask at one moment, from which time counts" },
  liars:           { fallback: 0,          help: "readers that lie, as a share of `readers` and beside them" },
  nat:             { fallback: 0,          help: "share of the readers that cannot be dialled" },
  arrivals:        { fallback: 0,          help: "seconds within which the readers come, one after the other" },
  crash:           { fallback: 0,          help: "share of the readers that crash" },
  crashAt:         { fallback: 10,         help: "when readers crash or leave, in seconds" },
  crashFor:        { fallback: 0,          help: "seconds after which they come back with what they had; 0: never" },
  halfOpen:        { fallback: false,      help: "those that crash lose their power, and nobody is told" },
  leave:           { fallback: 0,          help: "share of the readers that leave in order" },
  publisherLeaves: { fallback: false,      help: "the publisher leaves as soon as every page is stored elsewhere" },
  linkLoss:        { fallback: 0,          help: "links that each reader loses in a minute" },
  trackerAway:     { fallback: 0,          help: "seconds for which the tracker is away" },
  trackerAwayAt:   { fallback: 1,          help: "when it goes, in seconds" },
  diskFull:        { fallback: 0,          help: "share of the readers whose disk fills" },
  diskFullAt:      { fallback: 10,         help: "when, in seconds" },
  diskFullFor:     { fallback: 10,         help: "seconds after which it takes pages again" },
  diskStalls:      { fallback: 0,          help: "share of the readers whose disk does nothing for a while, at `crash-at`" },
  diskFails:       { fallback: 0,          help: "share of the readers whose disk does not take one page in twenty" },
  diskLoses:       { fallback: 0,          help: "share of the readers whose disk loses pages, at `crash-at`" },
  limit:           { fallback: 7_200,      help: "seconds of the world's time after which a run counts as stuck" },
  check:           { fallback: false,      help: "let the world come to rest afterwards, and look whether every ask was answered" },
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
