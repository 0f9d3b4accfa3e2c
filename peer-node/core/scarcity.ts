// Whether a missing page is out of reach: no linked reader holds it, and since when. Looked at when somebody asks why a
// download does not go on; nothing is kept but the page that was named last, so that it stays the same one.

import type { PageIndex } from "../../shared/ids.ts";
import type { Millis } from "./events.ts";
import type { PageLedger } from "./page-ledger.ts";
import type { PagePicker } from "./page-picker.ts";

/** A page that is missing here and at every linked reader. */
export interface ScarcePage {
  readonly page: PageIndex;
  /** For how long that has been known. */
  readonly forMs: Millis;
}

export class Scarcity {
  readonly #picker: PagePicker;
  readonly #ledger: PageLedger;
  #known: { readonly page: PageIndex; readonly since: Millis } | undefined;

  constructor(picker: PagePicker, ledger: PageLedger) {
    this.#picker = picker;
    this.#ledger = ledger;
  }

  /** A page that nobody linked holds, the same one as long as that is so; undefined when there is none. */
  look(now: Millis): ScarcePage | undefined {
    const page = this.#stillScarce() ?? this.#picker.scarcest();
    if (page === undefined) {
      this.#known = undefined;
      return undefined;
    }
    if (this.#known?.page !== page) this.#known = { page, since: now };
    return { page, forMs: now - this.#known.since };
  }

  #stillScarce(): PageIndex | undefined {
    const page = this.#known?.page;
    if (page === undefined || this.#picker.owners(page) > 0) return undefined;
    const place = this.#ledger.of(page);
    // Asked of somebody who does not hold it either, it is as scarce as before.
    return place === "wanted" || place === "asked" ? page : undefined;
  }
}
