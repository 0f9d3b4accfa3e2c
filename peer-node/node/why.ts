// Why a book goes no faster now, for programs and for people: the cause that the core finds, and one sentence with the
// numbers and names that somebody needs to do something about it.

import type { Book } from "../../shared/book.ts";
import type { PageIndex } from "../../shared/ids.ts";
import { printable } from "../../shared/printable.ts";
import { formatCount } from "../../shared/quantities.ts";
import { type Cause, causeOf, type Surroundings } from "../core/cause.ts";
import type { LinkSnapshot, SwarmSnapshot } from "../core/snapshot.ts";
import type { Way } from "../core/way.ts";

export interface Why {
  readonly code: Cause;
  /** One sentence, fit for a terminal. */
  readonly message: string;
}

export interface WhyFacts extends Surroundings {
  readonly book: Book;
  readonly snapshot: SwarmSnapshot;
  /** The time of day, as people at this machine read it. */
  readonly now: Date;
}

/** Time from which on a time of day alone does not say which day is meant. */
const HALF_A_DAY_MS = 12 * 3_600_000;

const MESSAGES: { readonly [Code in Cause]: (facts: WhyFacts) => string } = {
  complete: () => "Nothing is missing, and nobody asks for anything.",
  serving: () => "Readers get what they ask for as fast as they and this line take it.",
  "upload-limit": () => "Readers wait for what the upload limit lets through.",
  paused: () => "Paused; what is here is still served.",
  disk: ({ diskFault, snapshot: { diskBehind } }) =>
    diskFault ?? (diskBehind ? "The disk is slower than what comes." : "The last pages are being checked and written."),
  tracker: ({ tracker }) => TRACKER_SILENT[tracker],
  alone: () => "No other reader is there yet.",
  unreached: ({ snapshot: { readers }, tracker }) => {
    const nobody = readers === 1 ? "The only other reader cannot" : `None of the ${readers} other readers can`;
    return `${nobody} be reached yet${tracker === "lost" ? ", and the tracker is out of reach" : ""}.`;
  },
  limit: () => "The download limit that is set here is reached.",
  machine: () => "This machine is busy: its processor takes pages no faster.",
  readers: ({ snapshot }) => `${namely(snapshot, "sends")} no faster.`,
  relayed: ({ snapshot }) => `No owner can be reached; ${namely(snapshot, "relays")} on what others hold.`,
  waiting: ({ snapshot: { links } }) => {
    const asked = links.filter(({ help }) => help === "asked").length;
    return asked === 0 ? "Readers are being asked." : `Asked of ${formatCount(asked, "reader")}; nothing has come yet.`;
  },
  snubbed: ({ snapshot: { links } }) => {
    const snubbed = links.filter(({ help }) => help === "snubbed");
    const [only] = snubbed;
    return snubbed.length === 1
      ? `The only reader that holds what is missing does not send it: ${only?.host}.`
      : `None of the ${snubbed.length} readers that hold what is missing sends it.`;
  },
  scarce: ({ book, snapshot: { scarce }, now }) => {
    if (scarce === undefined) return "No reader within reach holds what is missing.";
    const since = timeOfDay(new Date(now.getTime() - scarce.forMs), scarce.forMs);
    return `No reader within reach holds ${pageName(book, scarce.page)}, since ${since}.`;
  },
};

const TRACKER_SILENT: { readonly [Standing in Surroundings["tracker"]]: string } = {
  none: "No tracker is known, and no reader has come.",
  waiting: "The tracker has not answered yet.",
  joined: "The tracker knows nobody else.",
  lost: "The tracker is out of reach, and no reader is known.",
  refused: "The tracker refuses this reader, and no other is known.",
};

const WAYS: { readonly [Each in Way]: string } = {
  dialled: "dialled",
  accepted: "which dialled this one",
  "connect-back": "by connect-back",
  exchange: "found through another reader",
  remembered: "known from before",
};

export function whyOf(facts: WhyFacts): Why {
  const code = causeOf(facts);
  return { code, message: MESSAGES[code](facts) };
}

/** Who does it, with a verb: one reader by name and way, several by their number, and by their way if all share it. */
function namely({ links }: SwarmSnapshot, help: "sends" | "relays"): string {
  const helpers = links.filter((link) => link.help === help);
  const verb = help === "sends" ? "send" : "pass";
  const [first, ...others] = helpers;
  if (first === undefined) return "Nobody";
  if (others.length === 0) return `${first.host} (${WAYS[first.way]}) ${verb}${help === "sends" ? "s" : "es"}`;
  const way = sharedWay(helpers);
  return `${helpers.length} readers${way === undefined ? "" : ` (${way})`} ${verb}`;
}

/** The way of all of them, when it is worth a word. */
function sharedWay(links: readonly LinkSnapshot[]): string | undefined {
  const ways = new Set(links.map(({ way }) => way));
  const [way] = ways;
  return ways.size === 1 && way === "connect-back" ? WAYS[way] : undefined;
}

/** @example pageName(book, page) // "page 17 of cat.jpg" */
function pageName(book: Book, page: PageIndex): string {
  const { path, firstPage, pageCount } = book.image(book.imageOf(page));
  const name = printable(path);
  return pageCount === 1 ? name : `page ${page - firstPage + 1} of ${name}`;
}

/** Of today without Intl, whose first use takes 25 ms of processor time, and this is often asked while many start. */
function timeOfDay(time: Date, agoMs: number): string {
  const [hours, minutes] = [time.getHours(), time.getMinutes()].map((part) => String(part).padStart(2, "0"));
  const clock = `${hours}:${minutes}`;
  if (agoMs < HALF_A_DAY_MS) return clock;
  return `${new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" }).format(time)}, ${clock}`;
}
