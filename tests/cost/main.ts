// `npm run cost`: what a tracker costs at Cloudflare. Runs each kind of event for real under Miniflare, counts what it
// takes, and multiplies by a day's numbers; beside it the same day with two other designs.

import {
  billOf,
  billOfDay,
  booksThatFit,
  type Day,
  dollars,
  EVENTS,
  fullest,
  type Measured,
  residentBill,
  restingBook,
  waitingDay,
  writingBill,
} from "./ledger.ts";
import { measure } from "./measure.ts";
import { type Bill, FREE_DAY, MESSAGES_PER_REQUEST, PARTS } from "./prices.ts";

const HEADINGS: Readonly<Record<keyof Bill, string>> = {
  workerRequests: "Worker requests",
  objectRequests: "object requests",
  rowsRead: "rows read",
  rowsWritten: "rows written",
  gigabyteSeconds: "GB-s",
};

function showEvents(measured: Measured): void {
  print("What each event takes, as counted (an answer that the runtime notes by itself counts as a message, too)\n");
  print(
    row("", [...PARTS.slice(0, 2).map((part) => HEADINGS[part]), "messages", "answers", "rows read", "rows written"]),
  );
  for (const event of EVENTS) {
    const { workerRequests, objectRequests, messages, answers, rowsRead, rowsWritten } = measured[event];
    print(row(event, [workerRequests, objectRequests, messages, answers, rowsRead, rowsWritten].map(short)));
  }
}

function showDay(day: Day, measured: Measured): void {
  const bill = billOfDay(day, measured);
  const { part, share } = fullest(bill);
  print(`\nA day: ${day.name}\n`);
  print(
    `  object requests = events x (object requests + (messages + answers) / ${MESSAGES_PER_REQUEST}); everything else = events x count`,
  );
  for (const [event, times = 0] of Object.entries(day.times)) {
    const each = billOf(
      event as (typeof EVENTS)[number],
      measured[event as (typeof EVENTS)[number]],
      day.answersPerBeat,
    );
    print(
      `  ${event.padEnd(12)} ${number(times).padStart(9)} x (${short(each.objectRequests)} object requests, ${short(each.rowsWritten)} rows written)`,
    );
  }
  print("");
  print(
    row(
      "",
      PARTS.map((each) => HEADINGS[each]),
    ),
  );
  print(
    row(
      "takes",
      PARTS.map((each) => number(bill[each])),
    ),
  );
  print(
    row(
      "free in a day",
      PARTS.map((each) => number(FREE_DAY[each])),
    ),
  );
  print(
    row(
      "of it",
      PARTS.map((each) => percent(bill[each] / FREE_DAY[each])),
    ),
  );
  print(
    `  ${share <= 1 ? "It fits" : "It does not fit"} into the free plan; ${HEADINGS[part]} are used up first. Beyond what the paid plan`,
  );
  print(`  includes it would be $${dollars(bill).toFixed(4)} a day.`);
}

function showDesigns(measured: Measured): void {
  print("\nThe same rounds with other designs, dollars a day for one book beyond what the paid plan includes\n");
  const headings = ["as it is", "kept in memory", "times", "wakes and writes", "times"];
  print(row("", headings));
  for (const periodSeconds of [30, 120]) {
    for (const readers of [1, 10, 100, 1_000]) {
      const day = restingBook(readers, periodSeconds);
      const [own, resident, writing] = [billOfDay(day, measured), residentBill(day, 1), writingBill(day, measured)].map(
        dollars,
      );
      const cells = [own, resident, (resident ?? 0) / (own ?? 1), writing, (writing ?? 0) / (own ?? 1)];
      print(
        row(
          `${readers} readers, ${periodSeconds} s`,
          cells.map((cell = 0, at) => (at === 2 || at === 4 ? cell.toFixed(1) : cell.toFixed(5))),
        ),
      );
    }
  }
}

function row(name: string, cells: readonly string[]): string {
  return `  ${name.padEnd(18)}${cells.map((cell) => cell.padStart(17)).join("")}`;
}

const short = (value: number) => String(Math.round(value * 100) / 100);
const number = (value: number) => Math.round(value).toLocaleString("en");
const percent = (value: number) => `${(value * 100).toFixed(1)} %`;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const measured = await measure();
showEvents(measured);
showDay(waitingDay(50, 1_000), measured);
print(
  `\n  With ten readers each, ${booksThatFit(10, measured)} books fit into the free plan, waiting around the clock.`,
);
showDesigns(measured);
