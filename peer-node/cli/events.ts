// What a command tells programs: with --json, one of these events a line, `event` and `at` first.

import type { BookId, ReaderId } from "../../shared/ids.ts";
import type { Cause } from "../core/cause.ts";
import type { Why } from "../node/why.ts";
import type { Exit } from "./exit-codes.ts";

/**
 * The fields of each event, beside `event` and `at`. Sizes are bytes, times seconds. Of a command that may serve several
 * books, each event of one book also has its `folder`; so has `progress`, the only one, of a book that was added at the
 * local page.
 */
export interface CommandEvents {
  /** A port is open. `link` and `links` are the tracker's, first the one for this machine. */
  readonly listening: { readonly port: number; readonly link?: string; readonly links?: readonly string[] };
  /** The local page is open; the token behind `#` is for this user alone. */
  readonly gallery: { readonly address: string };
  readonly described: {
    readonly bookId: BookId;
    readonly descriptor: string;
    readonly images: number;
    readonly pages: number;
    readonly bytes: number;
  };
  readonly published: CommandEvents["described"] & { readonly link: string };
  readonly book: {
    readonly bookId: BookId;
    readonly link: string;
    readonly name: string;
    readonly images: number;
    readonly bytes: number;
    readonly readers: number;
    readonly complete: number;
  };
  readonly joined: {
    readonly readerId: ReaderId;
    readonly address: string;
    readonly readers: number;
    readonly heartbeatSeconds: number;
  };
  /** What the folder holds of the chosen images already, before the first page; `freeBytes` when something is missing. */
  readonly found: {
    readonly pagesHeld: number;
    readonly pages: number;
    readonly bytesHeld: number;
    readonly bytes: number;
    readonly freeBytes?: number;
  };
  /** Files are being hashed. */
  readonly checking: { readonly bytes: number; readonly of: number };
  readonly progress: {
    readonly pagesHeld: number;
    readonly pages: number;
    readonly bytesHeld: number;
    readonly bytes: number;
    readonly bytesPerSecond: number;
    readonly readers: number;
    readonly why: Why;
  };
  /** An image is whole. */
  readonly image: { readonly path: string; readonly file: string; readonly bytes: number };
  /** An image is there and its bytes are not what the book says. */
  readonly damaged: { readonly path: string };
  /** An image is not there, or not whole yet. */
  readonly missing: { readonly path: string };
  /** A folder was hashed, whatever its record said: how many images of the book are which, and bytes of the sound ones. */
  readonly verified: {
    readonly folder: string;
    readonly sound: number;
    readonly damaged: number;
    readonly missing: number;
    readonly images: number;
    readonly bytes: number;
  };
  /** A book was taken out of the catalog. */
  readonly removed: { readonly bookId: BookId; readonly link: string; readonly name: string };
  /** A file or folder that does not become part of the book. */
  readonly skipped: { readonly path: string; readonly reason: string };
  readonly complete: {
    readonly folder: string;
    readonly images: number;
    readonly bytes: number;
    readonly seconds: number;
    /** What came, at what mean rate, from how many readers, and what was sent meanwhile. */
    readonly bytesFetched: number;
    readonly bytesPerSecond: number;
    readonly readers: number;
    readonly bytesSent: number;
    /** Share of the time in which it went as fast as lines and limits allow, from 0 to 1; and what filled all of it. */
    readonly atBest: number;
    readonly shares: { readonly [Code in Cause]?: number };
  };
  /** What a running process says of one of its books; sizes are of the chosen images. */
  readonly status: {
    readonly pid: number;
    readonly address: string;
    readonly bookId: BookId;
    readonly name: string;
    readonly folder: string;
    readonly link: string;
    readonly pagesHeld: number;
    readonly pages: number;
    readonly bytesHeld: number;
    readonly bytes: number;
    readonly bytesPerSecond: number;
    readonly bytesPerSecondSent: number;
    readonly readers: number;
    readonly paused: boolean;
    readonly why: Why;
  };
  readonly banned: { readonly reader: ReaderId; readonly reason: string };
  readonly tracker: { readonly state: "lost" | "back" };
  readonly paused: { readonly reason: string };
  readonly resumed: Readonly<Record<never, never>>;
  readonly error: { readonly code: Exit; readonly message: string };
  /** The command has left in order; what it moved of all its books, where it exchanged pages. */
  readonly ended: {
    readonly pagesSent?: number;
    readonly pagesReceived?: number;
    readonly bytesSent?: number;
    readonly bytesReceived?: number;
  };
}

export type CommandEvent = keyof CommandEvents;
