import * as v from "valibot";
import { describe, expect, it } from "vitest";
import {
  bookStateSchema,
  chosenSchema,
  imageListSchema,
  imagesEventSchema,
  limitsSchema,
  newBookSchema,
  pausedSchema,
  prioritiesSchema,
  processStateSchema,
  refusalSchema,
} from "../../../peer-node/web/api/messages.ts";

const bookId = "ab".repeat(32);

const reader = {
  readerId: "cd".repeat(32),
  host: "192.0.2.7",
  dialled: true,
  way: "dialled",
  pagesHeld: 4,
  pagesReceived: 2,
  pagesRelayed: 0,
  pagesSent: 0,
  bytesReceived: 512_000,
  bytesSent: 0,
  receiveRate: 100_000,
  sendRate: 0,
  snubbed: false,
  help: "sends",
};

const book = {
  bookId,
  name: "Sea",
  folder: "/home/ada/sea",
  link: "",
  purpose: "fetch",
  images: 2,
  pages: 4,
  bytes: 601_000,
  imagesWhole: 1,
  pagesHeld: 2,
  chosen: { images: 2, pages: 4, bytes: 601_000, pagesHeld: 2, bytesHeld: 257_000 },
  pagesMissing: 2,
  paused: false,
  why: { code: "readers", message: "The readers send no faster." },
  receiveRate: 100_000,
  sendRate: 0,
  bytesReceived: 512_000,
  bytesSent: 0,
  readersKnown: 1,
  complete: 1,
  tracker: "joined",
  readers: [reader],
  problems: ["b.png is not of this book and stays as it is"],
};

const limits = { upload: null, download: 2_000_000 };

const image = { path: "a.png", bytes: 1_000, pages: 1, pagesHeld: 1, whole: true, chosen: true };

describe("A message of the local API", () => {
  it.each([
    [
      "the state of a process",
      processStateSchema,
      { bookswarm: "process", version: "0.1.0", pid: 7, port: 6_000, limits, books: [book] },
    ],
    ["the state of a book", bookStateSchema, book],
    ["a list of images", imageListSchema, { from: 0, images: [image] }],
    ["an update on images", imagesEventSchema, { bookId, whole: [0], changed: [1] }],
    ["a refusal", refusalSchema, { code: "no-such-book", message: "This process does not have that book." }],
    ["limits", limitsSchema, limits],
    ["a pause", pausedSchema, { paused: true }],
    ["a choice", chosenSchema, { only: ["2026/**"] }],
    ["priorities", prioritiesSchema, { images: [[0, 10]] }],
    ["a book to fetch", newBookSchema, { purpose: "fetch", source: "sea.desc", folder: "sea", only: ["*.jpg"] }],
    ["a book to serve", newBookSchema, { purpose: "serve", folder: "sea" }],
  ] as const)("is understood when a newer version has more to say: %s", (_, schema, message) => {
    expect(v.parse(schema, newer(message))).toEqual(message);
  });
});

/** The same with a field more in everything that has fields. */
function newer(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(newer);
  if (typeof value !== "object" || value === null) return value;
  return { ...Object.fromEntries(Object.entries(value).map(([name, field]) => [name, newer(field)])), newer: 1 };
}
