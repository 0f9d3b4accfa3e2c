// What binds a book now: one cause out of a closed list, and the order in which causes count. An outer one hides those
// below it, because nothing can be said of them while it lasts: who is paused by hand cannot tell how fast the readers are.

import type { LinkSnapshot, SwarmSnapshot } from "./snapshot.ts";

/** Every cause, as programs read it, and what it means, in the order in which they count. README.md has the same table. */
export const CAUSES = {
  "upload-limit": "nothing is missing; readers get what the upload limit lets through",
  serving: "nothing is missing; readers get what they ask for as fast as they and this machine's line take it",
  complete: "nothing is missing, and nobody asks for anything",
  paused: "somebody paused it here",
  disk: "the disk takes nothing for now, or is slower than what comes",
  tracker: "nobody is known, and the tracker that would know somebody does not answer",
  alone: "nobody else reads the book",
  unreached: "others read the book, and no link with any of them has come about",
  limit: "the download limit",
  machine: "pages come faster than this machine's processor takes them",
  readers: "the ordinary case: pages come as fast as their readers, and the lines between, carry them",
  relayed: "no owner can be reached, and pages come only through readers that fetch them for this one",
  waiting: "readers that hold what is missing are asked, and have sent nothing yet",
  snubbed: "every reader that holds what is missing was asked, and does not send",
  scarce: "no reader within reach holds a page that is missing",
} as const;

export type Cause = keyof typeof CAUSES;

/** How things stand with the tracker: none known, nothing said yet, registered, out of reach, or refused for good. */
export type TrackerStanding = "none" | "waiting" | "joined" | "lost" | "refused";

/** What only those outside of the engine know. */
export interface Surroundings {
  readonly tracker: TrackerStanding;
  /** Why the disk takes nothing; undefined while it does. */
  readonly diskFault: string | undefined;
  /** Share of the last seconds in which this process had work to do, from 0 to 1. */
  readonly load: number;
}

export interface CauseFacts extends Surroundings {
  readonly snapshot: Pick<
    SwarmSnapshot,
    | "pagesMissing"
    | "paused"
    | "readers"
    | "ordersOpen"
    | "scarce"
    | "pagesPutting"
    | "diskBehind"
    | "downloadLimitUse"
    | "uploadLimitUse"
  > & { readonly links: readonly Pick<LinkSnapshot, "help">[] };
}

/** Share of the time from which on a limit, or the processor, is what binds. Both are measured with some noise. */
const NEARLY_ALWAYS = 0.85;

/** The first row that applies is the cause. */
const ROWS: readonly (readonly [Cause, (facts: CauseFacts) => boolean])[] = [
  ["upload-limit", (facts) => isServing(facts) && facts.snapshot.uploadLimitUse >= NEARLY_ALWAYS],
  ["serving", isServing],
  ["complete", ({ snapshot }) => snapshot.pagesMissing === 0],
  ["paused", ({ snapshot }) => snapshot.paused],
  ["disk", ({ snapshot, diskFault }) => diskFault !== undefined || snapshot.diskBehind],
  // The last pages are here, and only the disk has still to do with them.
  ["disk", ({ snapshot }) => snapshot.pagesPutting === snapshot.pagesMissing],
  ["tracker", (facts) => isAlone(facts) && facts.snapshot.readers === 0 && facts.tracker !== "joined"],
  ["alone", (facts) => isAlone(facts) && facts.snapshot.readers === 0],
  ["unreached", isAlone],
  ["limit", ({ snapshot }) => snapshot.downloadLimitUse >= NEARLY_ALWAYS],
  ["machine", (facts) => facts.load >= NEARLY_ALWAYS && (someone(facts, "sends") || someone(facts, "relays"))],
  ["readers", (facts) => someone(facts, "sends")],
  ["relayed", (facts) => someone(facts, "relays")],
  ["waiting", (facts) => someone(facts, "asked")],
  ["snubbed", (facts) => someone(facts, "snubbed")],
  ["scarce", ({ snapshot }) => snapshot.scarce !== undefined],
  // Links are opening, or what is missing is about to be asked for.
  ["waiting", () => true],
];

export function causeOf(facts: CauseFacts): Cause {
  const [cause] = ROWS.find(([, applies]) => applies(facts)) ?? ["waiting"];
  return cause;
}

function isServing({ snapshot }: CauseFacts): boolean {
  return snapshot.pagesMissing === 0 && snapshot.ordersOpen > 0;
}

function isAlone({ snapshot }: CauseFacts): boolean {
  return snapshot.links.length === 0;
}

function someone({ snapshot }: CauseFacts, help: LinkSnapshot["help"]): boolean {
  return snapshot.links.some((link) => link.help === help);
}
