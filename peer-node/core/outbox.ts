// The effects of one event, in order. Each part of the engine adds to it; Swarm.handle hands it out.

import type { LinkFault } from "../../shared/faults.ts";
import type { PageIndex } from "../../shared/ids.ts";
import { PAGES_PER_FRAME_MAX } from "../../shared/limits.ts";
import type { ReaderMessage } from "../../shared/wire/messages.ts";
import type { Effect } from "./effects.ts";
import type { LinkId } from "./events.ts";

type ListFlag = "have" | "lost" | "ask" | "cancel";

const NOTHING: readonly Effect[] = [];

export class Outbox {
  #effects: Effect[] = [];

  add(effect: Effect): void {
    this.#effects.push(effect);
  }

  send(link: LinkId, message: ReaderMessage): void {
    this.add({ type: "send", link, message });
  }

  /** Sends a list of pages in as many frames as it takes. */
  sendPages(link: LinkId, flag: ListFlag, pages: readonly PageIndex[]): void {
    for (const message of listMessages(flag, pages)) this.send(link, message);
  }

  /** Sends the same list to many: one message, which need not be made for each of them. */
  sendPagesToAll(links: Iterable<LinkId>, flag: ListFlag, pages: readonly PageIndex[]): void {
    const messages = listMessages(flag, pages);
    for (const link of links) for (const message of messages) this.send(link, message);
  }

  close(link: LinkId, fault: LinkFault, message: string): void {
    this.add({ type: "close", link, fault, message });
  }

  /** Everything since the last call. */
  take(): readonly Effect[] {
    if (this.#effects.length === 0) return NOTHING;
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}

function listMessages(flag: ListFlag, pages: readonly PageIndex[]): readonly ReaderMessage[] {
  if (pages.length <= PAGES_PER_FRAME_MAX) return pages.length === 0 ? [] : [{ flag, pages }];
  const messages: ReaderMessage[] = [];
  for (let from = 0; from < pages.length; from += PAGES_PER_FRAME_MAX) {
    messages.push({ flag, pages: pages.slice(from, from + PAGES_PER_FRAME_MAX) });
  }
  return messages;
}
