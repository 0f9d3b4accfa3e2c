// Says what happens to a book: one event for programs, one sentence for people. Remembers what went wrong on the way
// without stopping the rest, because that decides how the command ends.

import { resolve } from "node:path";
import type { Book } from "../../shared/book.ts";
import { formatBookLink } from "../../shared/book-link.ts";
import { formatByteSize, formatCount, formatNumber, formatShare } from "../../shared/quantities.ts";
import { RateMeter } from "../core/rate-meter.ts";
import type { BookEvent } from "../node/book-events.ts";
import { CommandFailed } from "./command-failed.ts";
import type { CommandEvents } from "./events.ts";
import type { Output } from "./output.ts";
import { hashingLine } from "./progress-lines.ts";
import { exitOfRefusal } from "./refusal-exits.ts";
import { Throttle } from "./throttle.ts";

/** Milliseconds between two words about how far hashing or checking is. */
const CHECKING_MS = 500;

type EventOf<Type extends BookEvent["type"]> = Extract<BookEvent, { readonly type: Type }>;

/** What stands at the bottom of a terminal until it is known how much there is to hash. */
export const LOOKING = "Looking through the folder...";

/** "3,786 images, 14 MB", the way every command says it. */
export function sizeOf({ imageCount, bytes }: Pick<Book, "imageCount" | "bytes">): string {
  return `${formatCount(imageCount, "image")}, ${formatByteSize(bytes)}`;
}

/** How a download begins, for people. */
function beginningOf({ bytesHeld, bytes, freeBytes }: CommandEvents["found"]): string {
  if (freeBytes === undefined) return "You already have all of this.";
  const room = `${formatByteSize(bytes - bytesHeld)} to fetch, and the disk has room for ${formatByteSize(freeBytes)}.`;
  const share = bytesHeld * 100 < bytes ? "less than 1%" : formatShare(bytesHeld, bytes);
  return bytesHeld === 0 ? room : `You already have ${share} of this: ${room}`;
}

export class BookVoice {
  readonly #output: Output;
  readonly #throttle = new Throttle(CHECKING_MS);
  readonly #told = new Set<string>();
  /** Bytes hashed so far, and how fast. */
  #hashed = new RateMeter();
  #problem: CommandFailed | undefined;
  #refusal: CommandFailed | undefined;
  #joined = false;

  constructor(output: Output) {
    this.#output = output;
  }

  /** The first thing that went wrong without ending the command; undefined while all is well. */
  get problem(): CommandFailed | undefined {
    return this.#problem;
  }

  /** Why the tracker does not take this reader; undefined while it does. Readers that are known go on all the same. */
  get refusal(): CommandFailed | undefined {
    return this.#refusal;
  }

  readonly say = (event: BookEvent): void => {
    switch (event.type) {
      case "book":
        return this.#book(event);
      case "hashing":
      case "checking":
        return this.#checking(event);
      case "found":
        return this.#found(event);
      case "described":
        return this.#described(event);
      case "skipped":
        return this.#skipped(event);
      case "renamed":
        return this.#output.note(`Kept as ${event.renamed.local}: ${event.renamed.path}`);
      case "inTheWay":
        return this.#fail("in-the-way", event.message);
      case "joined":
        return this.#registered(event);
      case "refused":
        return this.#refused(event);
      case "trackerLost":
        this.#output.detail(event.reason);
        this.#output.event("tracker", { state: "lost" });
        return this.#output.note("The tracker is out of reach; it is tried again.");
      case "trackerBack":
        this.#output.event("tracker", { state: "back" });
        return this.#output.note("The tracker is back.");
      case "image":
        return this.#whole(event);
      case "imageRefused":
        return this.#fail("refused", event.message);
      case "pagesLost":
        return this.#output.note(event.message);
      case "pagesFound":
        return this.#output.note(`${formatCount(event.pages.length, "lost page")} came back.`);
      case "banned":
        return this.#banned(event);
      case "paused":
        return this.#output.event("paused", { reason: event.fault.message }, `Paused. ${event.fault.message}`);
      case "resumed":
        return this.#output.event("resumed", {}, "Going on.");
      case "health":
      case "complete":
        return;
      default:
        event satisfies never;
    }
  };

  #book({ book, tracker, health }: EventOf<"book">): void {
    const link = tracker === undefined ? "" : formatBookLink({ tracker, bookId: book.id });
    const { id: bookId, name, imageCount: images, bytes } = book;
    const { readers, complete } = health ?? { readers: 0, complete: 0 };
    const fares = health === undefined ? "" : `; ${formatCount(readers, "reader")}, ${formatNumber(complete)} complete`;
    this.#output.event(
      "book",
      { bookId, link, name, images, bytes, readers, complete },
      `${name}: ${sizeOf(book)}${fares}`,
    );
  }

  #checking({ type, bytes, of }: EventOf<"hashing" | "checking">): void {
    const now = performance.now();
    // Another folder, or the same one once more, begins anew.
    if (bytes < this.#hashed.total) this.#hashed = new RateMeter();
    this.#hashed.add(bytes - this.#hashed.total, now);
    this.#throttle.try(() => {
      this.#output.event("checking", { bytes, of });
      const doing = type === "hashing" ? "Describing" : "Checking what is there";
      const line = hashingLine(doing, { bytes, of, rate: this.#hashed.rate(now) }, this.#output.columns);
      this.#output.status(line);
    });
  }

  #found({ type: _, ...found }: EventOf<"found">): void {
    this.#output.event("found", found);
    this.#output.note(beginningOf(found));
  }

  #described({ book, descriptor, knownCount }: EventOf<"described">): void {
    const { id: bookId, imageCount: images, pageCount: pages, bytes } = book;
    const path = resolve(descriptor);
    this.#output.event(
      "described",
      { bookId, descriptor: path, images, pages, bytes },
      `${book.name}: ${sizeOf(book)}\n${path}`,
    );
    if (knownCount > 0)
      this.#output.note(`Not read again: ${formatCount(knownCount, "image")} that look as when last hashed here`);
  }

  #skipped({ skipped: { path, reason } }: EventOf<"skipped">): void {
    this.#output.event("skipped", { path, reason });
    this.#output.note(`Left out: ${path} ${reason}`);
  }

  #registered({ answer }: EventOf<"joined">): void {
    const { readerId, observed: address, readers, heartbeatSeconds } = answer;
    const others = readers - 1;
    const met = others === 0 ? "no other reader yet" : formatCount(others, "other reader");
    this.#output.event("joined", { readerId, address, readers, heartbeatSeconds });
    if (!this.#joined) this.#output.note(`Joined, ${met}.`);
    this.#joined = true;
  }

  #refused({ code, message }: EventOf<"refused">): void {
    this.#refusal ??= new CommandFailed(exitOfRefusal(code), message);
    this.#output.failure(this.#refusal);
  }

  #whole({ image: { path, file, bytes } }: EventOf<"image">): void {
    this.#output.event("image", { path, file, bytes });
  }

  #banned({ reader, host, reason }: EventOf<"banned">): void {
    this.#output.event("banned", { reader, reason });
    this.#output.note(`Banned the reader at ${host}: ${reason}`);
  }

  /** Says once what went wrong; many images may fail for one reason. */
  #fail(exit: "in-the-way" | "refused", message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    const failure = new CommandFailed(exit, message);
    this.#problem ??= failure;
    this.#output.failure(failure);
  }
}
