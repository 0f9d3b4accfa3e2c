// What the engine is told. Each event is a plain fact about the world; the engine never looks for itself.

import type { LinkFault } from "../../shared/faults.ts";
import type { ImageIndex, PageIndex, ReaderId } from "../../shared/ids.ts";
import type { PageSet } from "../../shared/page-set.ts";
import type { Hello, ReaderMessage } from "../../shared/wire/messages.ts";

/** A point in time, in milliseconds on a clock that never goes back. Its zero means nothing. */
export type Millis = number;

/** Names one link within this process; never used again after the link has closed. */
export type LinkId = number & { readonly brand: "LinkId" };

/** Where a reader listens. */
export interface Address {
  /** IPv4 or IPv6 literal, without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Part of a page. */
export interface PageStretch {
  readonly page: PageIndex;
  /** Where it starts in its page. */
  readonly offset: number;
  readonly bytes: number;
}

/** A reader as the tracker listed it. */
export interface ListedReader {
  readonly reader: ReaderId;
  /** None for a reader that cannot be dialled, and dials us when it is called. */
  readonly addresses: readonly Address[];
}

export type SwarmEvent =
  /** A dial that the engine ordered reached somebody. */
  | { readonly type: "dialled"; readonly link: LinkId; readonly reader: ReaderId; readonly host: string }
  /** A dial that the engine ordered reached nobody. */
  | { readonly type: "dialFailed"; readonly reader: ReaderId }
  /** Somebody dialled us and said hello for this book. */
  | { readonly type: "accepted"; readonly link: LinkId; readonly host: string; readonly hello: Hello }
  /** A whole message arrived. Bytes of a piece are a view that holds only during the call. */
  | { readonly type: "received"; readonly link: LinkId; readonly message: ReaderMessage }
  /** The other side broke the protocol below the level of messages. */
  | { readonly type: "broken"; readonly link: LinkId; readonly fault: LinkFault; readonly message: string }
  /** The link is gone, whoever ended it. */
  | { readonly type: "closed"; readonly link: LinkId }
  /** Page bytes that the engine had sent left this process. */
  | { readonly type: "sent"; readonly link: LinkId; readonly bytes: number }
  /** A stretch of a page that the engine had sent could not be read, and none of its bytes left. */
  | { readonly type: "sendFailed"; readonly link: LinkId; readonly stretch: PageStretch }
  /** A page is verified and kept. */
  | { readonly type: "pageStored"; readonly page: PageIndex }
  /** A page that was fetched for others is verified and in memory. */
  | { readonly type: "pagePassed"; readonly page: PageIndex }
  /** The bytes that `link` sent for the page were wrong. */
  | { readonly type: "pageCorrupt"; readonly page: PageIndex; readonly link: LinkId }
  /** The page was right, and the disk did not take it. */
  | { readonly type: "pageUnwritten"; readonly page: PageIndex }
  /** The image cannot be had, through nobody's fault: the book is bad there, or something stands in its way. */
  | { readonly type: "imageGivenUp"; readonly image: ImageIndex }
  /** Held pages turned out to be gone from the disk. */
  | { readonly type: "pagesLost"; readonly pages: readonly PageIndex[] }
  /** These pages first, in this order, before rarest first; they replace the ones named before. */
  | { readonly type: "prioritised"; readonly pages: readonly PageIndex[] }
  /** While paused nothing is asked; what others ask for is served. */
  | { readonly type: "paused"; readonly paused: boolean }
  /** Pages to fetch, held ones included; they replace what was chosen before. */
  | { readonly type: "chosen"; readonly pages: PageSet }
  /** The disk takes pages again, or takes none for now. */
  | { readonly type: "disk"; readonly ready: boolean }
  /** The tracker's list, or part of it: how many others there are, and how many of them hold every page. */
  | {
      readonly type: "listed";
      readonly readers: readonly ListedReader[];
      readonly others: number;
      readonly othersComplete: number;
    }
  /** A reader called us: it cannot dial us, and listens where the tracker has reached it. */
  | { readonly type: "called"; readonly reader: ReaderId; readonly addresses: readonly Address[] }
  /** The tracker can be asked, or cannot for now. */
  | { readonly type: "tracker"; readonly ready: boolean }
  /** The reader leaves the book: links are closed in order. */
  | { readonly type: "leave" }
  /** Time went by; sent at `nextWakeAt` or whenever one likes. */
  | { readonly type: "timePassed" };
