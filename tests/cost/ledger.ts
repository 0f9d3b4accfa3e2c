// From counts to a day's bill: what each kind of event takes, times how often it happens. Pure.

import { type Bill, DOLLARS, FREE_DAY, HANDLER_MS, MESSAGES_PER_REQUEST, OBJECT_GIGABYTES, PARTS } from "./prices.ts";

/** What one event was seen to take. */
export interface Counts {
  readonly workerRequests: number;
  /** Requests to objects, alarms among them. */
  readonly objectRequests: number;
  /** Messages that woke an object. */
  readonly messages: number;
  /** Answers to heartbeats that the runtime noted without waking anybody. */
  readonly answers: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
}

/** The kinds of events, in the order of a book's life. */
export const EVENTS = [
  "publish",
  "slice",
  "page view",
  "get",
  "first join",
  "join",
  "beat",
  "news",
  "list",
  "progress",
  "report",
  "leave",
] as const;

export type EventName = (typeof EVENTS)[number];

export type Measured = Readonly<Record<EventName, Counts>>;

/** A day of a tracker: how often each event happens, and how many answers each beat brings. */
export interface Day {
  readonly name: string;
  readonly times: Readonly<Partial<Record<EventName, number>>>;
  readonly answersPerBeat: number;
}

export const DAY_SECONDS = 86_400;

/** Milliseconds of an object's time for a round of heartbeats; `npm run load` sees some 0.4 s for 5,000 readers. */
function beatMs(answers: number): number {
  return 2 + 0.1 * answers;
}

/** The bill of one event. */
export function billOf(event: EventName, counts: Counts, answersPerBeat: number): Bill {
  const answers = event === "beat" ? answersPerBeat : counts.answers;
  const wakes = counts.objectRequests + counts.messages;
  const ms = event === "beat" ? beatMs(answers) : wakes * HANDLER_MS;
  return {
    workerRequests: counts.workerRequests,
    objectRequests: counts.objectRequests + (counts.messages + answers) / MESSAGES_PER_REQUEST,
    rowsRead: counts.rowsRead,
    rowsWritten: counts.rowsWritten,
    gigabyteSeconds: (ms / 1_000) * OBJECT_GIGABYTES,
  };
}

/** The bill of a day. */
export function billOfDay({ times, answersPerBeat }: Day, measured: Measured): Bill {
  return sum(EVENTS.map((event) => scale(billOf(event, measured[event], answersPerBeat), times[event] ?? 0)));
}

/** What a bill would cost above what the paid plan includes. */
export function dollars(bill: Bill): number {
  return PARTS.reduce((total, part) => total + bill[part] * DOLLARS[part], 0);
}

/** The part of the free plan's day that a bill uses up first, and how much of it; above 1 it does not fit. */
export function fullest(bill: Bill): { readonly part: keyof Bill; readonly share: number } {
  return PARTS.map((part) => ({ part, share: bill[part] / FREE_DAY[part] })).reduce((a, b) =>
    b.share > a.share ? b : a,
  );
}

/**
 * Books whose readers do nothing but wait, around the clock: rounds at the given period, and what a day brings all the
 * same. Each reader comes anew so often, because of a deploy, a restart, or its owner's night; each time the rounds of its
 * book are quick again for a moment, which makes two more, and its alarm is pulled forward.
 */
export function waitingDay(books: number, readers: number, { periodSeconds = 120, joinsPerReader = 3 } = {}): Day {
  const joins = readers * joinsPerReader;
  return {
    name: `${books} books, ${readers} readers in all, all waiting, a round each ${periodSeconds} s`,
    answersPerBeat: readers / books,
    times: {
      beat: (books * DAY_SECONDS) / periodSeconds + 2 * joins,
      join: joins,
      news: joins,
      list: joins,
      leave: joins,
      "page view": readers,
    },
  };
}

/** One book at rest: nothing but its rounds. */
export function restingBook(readers: number, periodSeconds: number): Day {
  return {
    name: `one book, ${readers} readers, a round each ${periodSeconds} s`,
    answersPerBeat: readers,
    times: { beat: DAY_SECONDS / periodSeconds },
  };
}

/** The same day if the object stayed in memory to wait for its readers, with a timer instead of an alarm. */
export function residentBill({ times, answersPerBeat }: Day, books: number): Bill {
  return {
    workerRequests: 0,
    objectRequests: ((times.beat ?? 0) * answersPerBeat) / MESSAGES_PER_REQUEST,
    rowsRead: 0,
    rowsWritten: 0,
    gigabyteSeconds: books * DAY_SECONDS * OBJECT_GIGABYTES,
  };
}

/** The same day if each answer woke the object and wrote when its reader was last seen. */
export function writingBill(day: Day, measured: Measured): Bill {
  const answers = (day.times.beat ?? 0) * day.answersPerBeat;
  const woken: Bill = {
    workerRequests: 0,
    objectRequests: 0,
    rowsRead: 0,
    rowsWritten: answers,
    gigabyteSeconds: (answers * HANDLER_MS * OBJECT_GIGABYTES) / 1_000,
  };
  return sum([billOfDay(day, measured), woken]);
}

/** Books with so many readers each that fit into the free plan, waiting around the clock. */
export function booksThatFit(readersPerBook: number, measured: Measured): number {
  const one = fullest(billOfDay(waitingDay(1, readersPerBook), measured)).share;
  return Math.floor(1 / one);
}

function scale(bill: Bill, times: number): Bill {
  return mapParts((part) => bill[part] * times);
}

function sum(bills: readonly Bill[]): Bill {
  return mapParts((part) => bills.reduce((total, bill) => total + bill[part], 0));
}

function mapParts(value: (part: keyof Bill) => number): Bill {
  const [workerRequests, objectRequests, rowsRead] = [
    value("workerRequests"),
    value("objectRequests"),
    value("rowsRead"),
  ];
  return {
    workerRequests,
    objectRequests,
    rowsRead,
    rowsWritten: value("rowsWritten"),
    gigabyteSeconds: value("gigabyteSeconds"),
  };
}
