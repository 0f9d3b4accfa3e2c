// What a running process says of itself to the local page and to `bookswarm status`, and what it takes from them. Both
// sides use these schemas, so neither spells a path or a field twice. Fields that are not known are ignored: either side
// may be of a newer version. LOCAL-API.md is the page for people.

import * as v from "valibot";
import type { BookId } from "../../../shared/ids.ts";
import { bookId, count, readerId } from "../../../shared/tracker-api/fields.ts";
import { CHOICES_MAX, GLOB_CHARACTERS_MAX, IMAGES_PER_ANSWER_MAX, PLACE_CHARACTERS_MAX, RANGES_MAX } from "./limits.ts";

/** Version of everything below; stands in every path. */
export const API_VERSION = 1;

const BASE = `/api/v${API_VERSION}`;

/** Paths below the origin of the local page. */
export const PATHS = {
  base: BASE,
  state: `${BASE}/state`,
  events: `${BASE}/events`,
  limits: `${BASE}/limits`,
  books: `${BASE}/books`,
  book: (id: BookId) => `${BASE}/books/${id}`,
  paused: (id: BookId) => `${BASE}/books/${id}/paused`,
  chosen: (id: BookId) => `${BASE}/books/${id}/chosen`,
  priorities: (id: BookId) => `${BASE}/books/${id}/priorities`,
  pages: (id: BookId) => `${BASE}/books/${id}/pages`,
  images: (id: BookId) => `${BASE}/books/${id}/images`,
  image: (id: BookId, image: number) => `${BASE}/books/${id}/images/${image}`,
} as const;

/** Bytes a second, or null for no limit. */
const limit = v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(1)));

export const limitsSchema = v.object({ upload: limit, download: limit });
export type Limits = v.InferOutput<typeof limitsSchema>;

const rate = v.pipe(v.number(), v.minValue(0));

/** One linked reader, and what goes between it and us. Rates are bytes a second. */
export const readerStateSchema = v.object({
  readerId,
  host: v.string(),
  dialled: v.boolean(),
  /** How the link came about. */
  way: v.picklist(["dialled", "accepted", "connect-back", "exchange", "remembered"]),
  pagesHeld: count,
  pagesReceived: count,
  /** Those of them that the other reader did not hold and fetched for us. */
  pagesRelayed: count,
  pagesSent: count,
  bytesReceived: count,
  bytesSent: count,
  receiveRate: rate,
  sendRate: rate,
  snubbed: v.boolean(),
  /** What it does for us now. */
  help: v.picklist(["sends", "relays", "asked", "snubbed", "none"]),
});
export type ReaderState = v.InferOutput<typeof readerStateSchema>;

/** How things stand with the tracker: nothing said yet, registered, out of reach, or refused for good. */
const trackerState = v.picklist(["none", "waiting", "joined", "lost", "refused"]);

/** Why a book goes no faster now: a word for programs, a sentence for people. */
export const whySchema = v.object({
  code: v.picklist([
    "upload-limit",
    "serving",
    "complete",
    "paused",
    "disk",
    "tracker",
    "alone",
    "unreached",
    "limit",
    "machine",
    "readers",
    "relayed",
    "waiting",
    "snubbed",
    "scarce",
  ]),
  message: v.string(),
});

export const bookStateSchema = v.object({
  bookId,
  name: v.string(),
  folder: v.string(),
  /** Empty when no tracker is known. */
  link: v.string(),
  purpose: v.picklist(["fetch", "serve"]),
  images: count,
  pages: count,
  bytes: count,
  imagesWhole: count,
  /** Of the whole book. */
  pagesHeld: count,
  /** What is to be fetched, held pages included, and how much of that is held. */
  chosen: v.object({ images: count, pages: count, bytes: count, pagesHeld: count, bytesHeld: count }),
  pagesMissing: count,
  paused: v.boolean(),
  why: whySchema,
  receiveRate: rate,
  sendRate: rate,
  bytesReceived: count,
  bytesSent: count,
  /** Readers of the book besides this one, as the tracker last said; and how many of all hold every page. */
  readersKnown: count,
  complete: count,
  tracker: trackerState,
  readers: v.array(readerStateSchema),
  /** What went wrong without ending anything, one sentence each. */
  problems: v.array(v.string()),
});
export type BookState = v.InferOutput<typeof bookStateSchema>;

export const processStateSchema = v.object({
  bookswarm: v.literal("process"),
  version: v.string(),
  pid: count,
  /** TCP port on which other readers are met. */
  port: count,
  limits: limitsSchema,
  books: v.array(bookStateSchema),
});
export type ProcessState = v.InferOutput<typeof processStateSchema>;

/** One image, as the gallery shows it. */
export const imageRowSchema = v.object({
  path: v.string(),
  bytes: count,
  pages: count,
  pagesHeld: count,
  /** True when it is in its place, checked. */
  whole: v.boolean(),
  chosen: v.boolean(),
});
export type ImageRow = v.InferOutput<typeof imageRowSchema>;

/** Images `from`, `from + 1`, ... of a book. */
export const imageListSchema = v.object({
  from: count,
  images: v.pipe(v.array(imageRowSchema), v.maxLength(IMAGES_PER_ANSWER_MAX)),
});
export type ImageList = v.InferOutput<typeof imageListSchema>;

/** Images that look different from now on. */
export const imagesEventSchema = v.object({
  bookId,
  /** In their place since now. */
  whole: v.array(count),
  /** No longer what they were. */
  changed: v.array(count),
});
export type ImagesEvent = v.InferOutput<typeof imagesEventSchema>;

/** Live updates: the event's name, and what it carries. */
export const EVENT_SCHEMAS = { state: processStateSchema, images: imagesEventSchema } as const;

export type LocalEvent =
  | { readonly event: "state"; readonly data: ProcessState }
  | { readonly event: "images"; readonly data: ImagesEvent };

export const pausedSchema = v.object({ paused: v.boolean() });

const glob = v.pipe(v.string(), v.minLength(1), v.maxLength(GLOB_CHARACTERS_MAX));
const globs = v.pipe(v.array(glob), v.maxLength(CHOICES_MAX));

/** Globs for the images to fetch; none for all of them. */
export const chosenSchema = v.object({ only: globs });

/** First image and how many, most wanted range first. */
const range = v.strictTuple([count, v.pipe(count, v.minValue(1))]);

export const prioritiesSchema = v.object({ images: v.pipe(v.array(range), v.maxLength(RANGES_MAX)) });
export type Priorities = v.InferOutput<typeof prioritiesSchema>;

const place = v.pipe(v.string(), v.minLength(1), v.maxLength(PLACE_CHARACTERS_MAX));

/** A book to fetch, by link or descriptor; or to serve, by its folder or descriptor. */
export const newBookSchema = v.variant("purpose", [
  v.object({ purpose: v.literal("fetch"), source: place, folder: v.optional(place), only: v.optional(globs) }),
  v.object({ purpose: v.literal("serve"), folder: place }),
]);
export type NewBook = v.InferOutput<typeof newBookSchema>;

/** The body of every answer with a status from 400: a code for programs, a sentence for people. */
export const refusalSchema = v.object({ code: v.string(), message: v.string() });
