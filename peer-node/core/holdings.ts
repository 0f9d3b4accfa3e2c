// What the others hold, as they say: each session's page set and the picker's counts, kept in step.

import type { PageIndex } from "../../shared/ids.ts";
import { PageSet } from "../../shared/page-set.ts";
import { HELD_SET_BYTES_MAX } from "../../shared/wire/flags.ts";
import type { ReaderMessage } from "../../shared/wire/messages.ts";
import type { PageLedger } from "./page-ledger.ts";
import type { PagePicker } from "./page-picker.ts";
import type { Session } from "./session.ts";

export class Holdings {
  readonly #picker: PagePicker;
  readonly #ledger: PageLedger;

  constructor(picker: PagePicker, ledger: PageLedger) {
    this.#picker = picker;
    this.#ledger = ledger;
  }

  /** They hold the whole book. Counted as one complete copy, which costs the same for any number of pages. */
  all(session: Session): void {
    session.theirs = PageSet.full(session.theirs.size);
    session.countedComplete = true;
    this.#picker.completeOwnerJoined();
  }

  /** They came to hold these pages; true when that is news of one that we still have to ask for, or could ask for again. */
  gained(session: Session, pages: Iterable<PageIndex>): boolean {
    let isOfUse = false;
    for (const page of pages) {
      if (!session.theirs.add(page)) continue;
      this.#picker.gained(page);
      const place = this.#ledger.of(page);
      isOfUse ||= place === "wanted" || place === "asked";
    }
    return isOfUse;
  }

  /** They hold these pages no longer. */
  lost(session: Session, pages: Iterable<PageIndex>): void {
    for (const page of pages) {
      if (!session.theirs.has(page)) continue;
      if (session.countedComplete) this.#countOneByOne(session);
      session.theirs.delete(page);
      this.#picker.lost(page);
    }
  }

  /** The session is over. */
  left(session: Session): void {
    if (session.countedComplete) this.#picker.completeOwnerLeft();
    else this.#picker.ownerLeft(session.theirs);
  }

  #countOneByOne(session: Session): void {
    session.countedComplete = false;
    this.#picker.completeOwnerLeft();
    this.#picker.ownerJoined(session.theirs);
  }
}

/** The frames that say what `held` is: all, none, or the set in as many frames as it takes. */
export function heldMessages(held: PageSet): readonly ReaderMessage[] {
  if (held.isFull) return [{ flag: "heldAll" }];
  if (held.isEmpty) return [{ flag: "heldNone" }];
  const bytes = held.toBytes();
  const messages: ReaderMessage[] = [];
  for (let from = 0; from < bytes.length; from += HELD_SET_BYTES_MAX) {
    messages.push({ flag: "heldSet", first: from * 8, bits: bytes.subarray(from, from + HELD_SET_BYTES_MAX) });
  }
  return messages;
}
