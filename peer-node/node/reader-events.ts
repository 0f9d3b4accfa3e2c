// What a reader tells whoever runs it: the command line today, a program tomorrow. Facts, not wishes.

import type { Book } from "../../shared/book.ts";
import type { ImageIndex, PageIndex, ReaderId } from "../../shared/ids.ts";
import type { DiskFault, StoredImage } from "../storage/page-store.ts";
import type { Registered } from "../tracker/tracker-events.ts";

export type ReaderEvent =
  /** Registered at the tracker, at first and after every loss. */
  | { readonly type: "joined"; readonly answer: Registered }
  /** The tracker refuses this reader for good; readers that are known go on. */
  | { readonly type: "refused"; readonly code: string; readonly message: string }
  /** The tracker is out of reach, and is tried again. */
  | { readonly type: "trackerLost"; readonly reason: string }
  | { readonly type: "trackerBack" }
  /** How the book fares, as the tracker last said. */
  | { readonly type: "health"; readonly readers: number; readonly complete: number }
  /** An image is whole and in its place. */
  | { readonly type: "image"; readonly image: StoredImage }
  /** The book is bad at this image: its pages are right and its SHA-256 is not. */
  | { readonly type: "imageRefused"; readonly path: string; readonly message: string }
  /** Something that is not ours stands where an image belongs; it stays, and the image is left out. */
  | { readonly type: "inTheWay"; readonly message: string }
  /** Every chosen page is held. May come again after pages were lost. */
  | { readonly type: "complete" }
  /** Pages turned out to be gone from the disk. */
  | { readonly type: "pagesLost"; readonly pages: readonly PageIndex[]; readonly message: string }
  /** Pages that were lost are there again, because somebody put their image back. */
  | { readonly type: "pagesFound"; readonly pages: readonly PageIndex[] }
  | { readonly type: "banned"; readonly reader: ReaderId; readonly host: string; readonly reason: string }
  /** The disk takes nothing for now. */
  | { readonly type: "paused"; readonly fault: DiskFault }
  | { readonly type: "resumed" };

/** What is told of an image at which the book is bad. */
export function imageRefused(book: Book, image: ImageIndex): ReaderEvent {
  const { path } = book.image(image);
  return {
    type: "imageRefused",
    path,
    message: `The book is bad at ${path}: its pages are right and its SHA-256 is not, which only its publisher can mend`,
  };
}
