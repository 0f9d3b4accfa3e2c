// What the engine wants done. The node does them in order and reports results as events; it decides nothing itself.

import type { LinkFault } from "../../shared/faults.ts";
import type { PageIndex, ReaderId } from "../../shared/ids.ts";
import type { ReaderMessage } from "../../shared/wire/messages.ts";
import type { Address, LinkId, PageStretch } from "./events.ts";
import type { ReachedReader } from "./neighbours.ts";

export type Effect =
  /** Connect to the reader, trying its addresses; report `dialled` or `dialFailed`. */
  | { readonly type: "dial"; readonly reader: ReaderId; readonly addresses: readonly Address[] }
  /** Have the tracker let this reader dial us, because it cannot be dialled. What comes of it is `accepted`, or nothing. */
  | { readonly type: "call"; readonly reader: ReaderId }
  /** Send a message; never a piece. */
  | { readonly type: "send"; readonly link: LinkId; readonly message: ReaderMessage }
  /** Read this stretch of a held page and send it as pieces; report `sent` as it leaves, or `sendFailed`. */
  | { readonly type: "sendPage"; readonly link: LinkId; readonly stretch: PageStretch }
  /** Say why, then close the link; report `closed`. */
  | { readonly type: "close"; readonly link: LinkId; readonly fault: LinkFault; readonly message: string }
  /** Keep a piece of the page that the link is sending; at offset 0 a new page begins. The bytes hold only now. */
  | {
      readonly type: "keepPiece";
      readonly link: LinkId;
      readonly page: PageIndex;
      readonly offset: number;
      readonly bytes: Uint8Array;
    }
  /** The page that the link was sending is whole: verify and store it; report what became of it. */
  | { readonly type: "putPage"; readonly link: LinkId; readonly page: PageIndex }
  /** The page that the link was sending is whole, and for others: verify it and keep it in memory; report what became of it. */
  | { readonly type: "passPage"; readonly link: LinkId; readonly page: PageIndex }
  /** The page in memory is needed no more. */
  | { readonly type: "forgetPage"; readonly page: PageIndex }
  /** The page that the link was sending will not be finished: forget its pieces. */
  | { readonly type: "dropPage"; readonly link: LinkId }
  /** Ask the tracker for readers. */
  | { readonly type: "askTracker" }
  /** Keep for the next start where readers were reached; this replaces what was kept. Nothing follows from it. */
  | { readonly type: "remember"; readonly readers: readonly ReachedReader[] }
  /** Tell the tracker of a reader that does not answer (the original's error flag). */
  | { readonly type: "report"; readonly reader: ReaderId; readonly reason: "no-connection" | "no-answer" }
  /** Tell people that a reader was banned. */
  | { readonly type: "banned"; readonly reader: ReaderId; readonly host: string; readonly reason: string };
