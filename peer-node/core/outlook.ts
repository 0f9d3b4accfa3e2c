// What stands between us and the pages that are missing, beside the readers: pages that nobody linked holds, a disk that
// is behind, limits that are set here. Looked at when somebody asks why a download does not go faster.

import type { Millis } from "./events.ts";
import type { Fetching } from "./fetching.ts";
import type { PageLedger } from "./page-ledger.ts";
import type { PagePicker } from "./page-picker.ts";
import { PUTTING_BYTES_MAX } from "./policy.ts";
import { type ScarcePage, Scarcity } from "./scarcity.ts";
import type { TokenBucket } from "./token-bucket.ts";

export interface OutlookSnapshot {
  /** A missing page that no linked reader holds, and for how long that has been known; undefined when there is none. */
  readonly scarce: ScarcePage | undefined;
  /** Missing pages that have come, and are being verified and written. */
  readonly pagesPutting: number;
  /** True while nothing is asked because too much of what came is not yet written. */
  readonly diskBehind: boolean;
  /** How much of each limit that is set here was used in the last seconds, from 0 to 1. */
  readonly downloadLimitUse: number;
  readonly uploadLimitUse: number;
}

export interface OutlookParts {
  readonly ledger: PageLedger;
  readonly picker: PagePicker;
  readonly fetching: Fetching;
  readonly upload?: TokenBucket | undefined;
  readonly download?: TokenBucket | undefined;
}

export class Outlook {
  readonly #parts: OutlookParts;
  readonly #scarcity: Scarcity;

  constructor(parts: OutlookParts) {
    this.#parts = parts;
    this.#scarcity = new Scarcity(parts.picker, parts.ledger);
  }

  look(now: Millis): OutlookSnapshot {
    const { ledger, fetching, upload, download } = this.#parts;
    return {
      scarce: this.#scarcity.look(now),
      pagesPutting: ledger.count("putting"),
      diskBehind: fetching.puttingBytes > PUTTING_BYTES_MAX,
      downloadLimitUse: download?.use(now) ?? 0,
      uploadLimitUse: upload?.use(now) ?? 0,
    };
  }
}
