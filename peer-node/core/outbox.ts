// The effects of one event, in order. Each part of the engine adds to it; Swarm.handle hands it out.

import type { LinkFault } from "../../shared/faults.ts";
import type { PageIndex } from "../../shared/ids.ts";
import { PAGES_PER_FRAME_MAX } from "../../shared/limits.ts";
import type { ReaderMessage } from "../../shared/wire/messages.ts";
import type { Effect } from "./effects.ts";
import type { LinkId } from "./events.ts";

export class Outbox {
  #effects: Effect[] = [];

  add(effect: Effect): void {
    this.#effects.push(effect);
  }

  send(link: LinkId, message: ReaderMessage): void {
    this.add({ type: "send", link, message });
  }

  /** Sends a list of pages in as many frames as it takes. */
  sendPages(link: LinkId, flag: "have" | "lost" | "ask" | "cancel", pages: readonly PageIndex[]): void {
    for (let from = 0; from < pages.length; from += PAGES_PER_FRAME_MAX) {
      this.send(link, { flag, pages: pages.slice(from, from + PAGES_PER_FRAME_MAX) });
    }
  }

  close(link: LinkId, fault: LinkFault, message: string): void {
    this.add({ type: "close", link, fault, message });
  }

  /** Everything since the last call. */
  take(): readonly Effect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}
