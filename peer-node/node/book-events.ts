// What getting and publishing tell besides what the reader itself tells: the steps on the way there.

import type { Book } from "../../shared/book.ts";
import type { Renamed } from "../../shared/local-names.ts";
import type { Skipped } from "../library/folder-walk.ts";
import type { ReaderEvent } from "./reader-events.ts";
import type { Beginning } from "./room.ts";

export type BookEvent =
  | ReaderEvent
  /** What the book is, and how it fares at its tracker, if that was asked. */
  | {
      readonly type: "book";
      readonly book: Pick<Book, "id" | "name" | "imageCount" | "pageCount" | "bytes">;
      readonly tracker?: string | undefined;
      readonly health?: { readonly readers: number; readonly complete: number } | undefined;
    }
  /** Files are hashed: bytes done, of how many. */
  | { readonly type: "hashing"; readonly bytes: number; readonly of: number }
  /** Files on disk are compared with the book: bytes done, of how many. */
  | { readonly type: "checking"; readonly bytes: number; readonly of: number }
  /** What was found of the chosen images in the folder they go to, before the first page is fetched. */
  | ({ readonly type: "found" } & Beginning)
  /** The folder was described, and its descriptor written; so many images look as they were recorded, and were not read. */
  | { readonly type: "described"; readonly book: Book; readonly descriptor: string; readonly knownCount: number }
  /** Something in the folder does not become part of the book. */
  | { readonly type: "skipped"; readonly skipped: Skipped }
  /** This disk keeps an image under another name than the publisher's. */
  | { readonly type: "renamed"; readonly renamed: Renamed };

/** Told everything that happens to a book, in order. */
export type OnBookEvent = (event: BookEvent) => void;
