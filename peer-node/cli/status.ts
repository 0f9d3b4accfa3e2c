// bookswarm status: what the processes of this user that have a local page are doing, as they tell themselves.

import { formatByteSize, formatCount, formatRate, formatShare } from "../../shared/quantities.ts";
import { answersToSignals } from "../storage/lock.ts";
import type { LocalClient } from "../web/api/client.ts";
import type { BookState, ProcessState } from "../web/api/messages.ts";
import type { RunningProcess } from "../web/running-files.ts";
import type { Output } from "./output.ts";

/** Milliseconds that a process has to answer; it is on this machine. */
const ANSWER_MS = 3_000;

/** Asks every process that has left word of itself; one that is gone is forgotten. */
export async function status(output: Output): Promise<void> {
  const [{ LocalClient }, { forgetRunning, runningProcesses }] = await Promise.all([
    import("../web/api/client.ts"),
    import("../web/running-files.ts"),
  ]);
  let answered = 0;
  for (const running of runningProcesses()) {
    const state = await stateOf(new LocalClient(running));
    if (state === undefined) {
      if (!answersToSignals(running.pid)) forgetRunning(running);
      continue;
    }
    answered++;
    say(output, running, state);
  }
  if (answered === 0) output.note("No process with a local page is running; start one with --web.");
}

/** Undefined when nobody answers there, or somebody else does. */
async function stateOf(client: LocalClient): Promise<ProcessState | undefined> {
  return client.state(AbortSignal.timeout(ANSWER_MS)).catch(() => undefined);
}

function say(output: Output, { origin, token }: RunningProcess, { pid, books }: ProcessState): void {
  const address = `${origin}/#${token}`;
  output.note(`Process ${pid}, at ${address}`);
  if (books.length === 0) output.note("  has no book open yet");
  for (const book of books) {
    const { bookId, name, folder, link, chosen, receiveRate, sendRate, readers, paused, why } = book;
    const fields = {
      pid,
      address,
      bookId,
      name,
      folder,
      link,
      pagesHeld: chosen.pagesHeld,
      pages: chosen.pages,
      bytesHeld: chosen.bytesHeld,
      bytes: chosen.bytes,
      bytesPerSecond: receiveRate,
      bytesPerSecondSent: sendRate,
      readers: readers.length,
      paused,
      why,
    };
    output.event("status", fields, `${name}: ${sentence(book)}`);
  }
}

function sentence({ chosen, receiveRate, sendRate, readers, why }: BookState): string {
  const met = formatCount(readers.length, "reader");
  const out = `${formatRate(sendRate)} out`;
  if (chosen.pagesHeld === chosen.pages) return `all of ${formatByteSize(chosen.bytes)} is here; ${out}, ${met}`;
  const share = formatShare(chosen.bytesHeld, chosen.bytes);
  const sizes = `${formatByteSize(chosen.bytesHeld)} of ${formatByteSize(chosen.bytes)}`;
  return `${share}, ${sizes}; ${formatRate(receiveRate)} in, ${out}, ${met}. ${why.message}`;
}
