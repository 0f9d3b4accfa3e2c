// Publishing and removing. A descriptor comes in parts that each fit one small request: its first two lines, then the
// slices of its body in any order. Everything that can be refused from the request alone never reaches the object.

import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { parseBookLine, parseTrackersLine } from "../../shared/descriptor.ts";
import { DescriptorRefused } from "../../shared/faults.ts";
import type { BookId } from "../../shared/ids.ts";
import { BOOK_LINE_BYTES_MAX, SLICE_BYTES, TRACKERS_LINE_BYTES_MAX } from "../../shared/limits.ts";
import type { UploadAnswer } from "../../shared/tracker-api/http.ts";
import { Refusal } from "../../shared/tracker-api/refusals.ts";
import { refusalResponse } from "../answers.ts";
import { sha256 } from "../digest.ts";
import { badDescriptor, type CatalogEntry, tooLarge } from "../domain/upload.ts";
import { limitsOf } from "../limits.ts";
import { repositoryOf } from "../objects.ts";
import { unwrap } from "../outcome.ts";
import type { Opening } from "../repository/upload.ts";
import { bearerOf, isAdmin, requirePublish } from "../tokens.ts";
import { bookIdOf, type TrackerEnv } from "./environment.ts";

export const uploads = new Hono<TrackerEnv>();

// Begin an upload, or ask how far it is. Publishing what is there already changes nothing and succeeds.
uploads.put("/books/:bookId", atMost(BOOK_LINE_BYTES_MAX + TRACKERS_LINE_BYTES_MAX + 2), async (c) => {
  const bookId = bookIdOf(c);
  requirePublish(c.req.raw, c.env);
  const { opening, entry } = openingOf(bookId, await c.req.arrayBuffer(), limitsOf(c.env).DESCRIPTOR_BYTES);
  const answer: UploadAnswer = unwrap(await repositoryOf(c.env, bookId).begin(opening, entry));
  return c.json<UploadAnswer>(answer, answer.removalSecret === undefined ? 200 : 201, NEVER_STORED);
});

// One slice; the one that completes the body lists the book.
uploads.put("/books/:bookId/slices/:ordinal{[0-9]{1,5}}", atMost(SLICE_BYTES), async (c) => {
  const bookId = bookIdOf(c);
  requirePublish(c.req.raw, c.env);
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  const answer: UploadAnswer = unwrap(
    await repositoryOf(c.env, bookId).putSlice(Number(c.req.param("ordinal")), bytes),
  );
  return c.json<UploadAnswer>(answer, 200, NEVER_STORED);
});

// Take a book out: with the removal secret that its publisher was given, or with the admin token.
uploads.delete("/books/:bookId", async (c) => {
  const bookId = bookIdOf(c);
  const secret = bearerOf(c.req.raw);
  if (secret === undefined) {
    throw new Refusal("not-authorised", "Removing a book takes its removal secret or the tracker's admin token");
  }
  const authority = isAdmin(c.req.raw, c.env) ? "admin" : { secret };
  unwrap(await repositoryOf(c.env, bookId).remove(authority));
  return c.body(null, 204);
});

/** A removal secret stands in some of these answers. */
const NEVER_STORED = { "Cache-Control": "no-store" };

function atMost(maxSize: number): ReturnType<typeof bodyLimit> {
  const onError = () => refusalResponse(new Refusal("too-large", `The body has at most ${maxSize} bytes`));
  return bodyLimit({ maxSize, onError });
}

/** @throws Refusal "bad-descriptor" or "too-large" when these are not the first two lines of the book's descriptor */
function openingOf(bookId: BookId, body: ArrayBuffer, bytesMax: number): { opening: Opening; entry: CatalogEntry } {
  try {
    const [bookLine = "", trackersLine = "", ...rest] = decodeLines(body);
    const { name, images, pages, bytes, index } = parseBookLine(bookLine);
    if (sha256(bookLine) !== bookId) throw new DescriptorRefused("wrong-id", "The book line is of another book");
    parseTrackersLine(trackersLine);
    if (rest.length !== 1 || rest[0] !== "")
      throw new DescriptorRefused("cut-short", "An upload begins with exactly two lines");
    if (body.byteLength + (index.length - 1) * SLICE_BYTES >= bytesMax) throw tooLarge(bytesMax);
    return { opening: { bookId, bookLine, trackersLine }, entry: { bookId, name, images, pages, bytes } };
  } catch (error) {
    if (error instanceof DescriptorRefused) throw badDescriptor(error);
    throw error;
  }
}

/** What stands between the LFs; an opening of two lines ends with an empty third part. */
function decodeLines(body: ArrayBuffer): readonly string[] {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body).split("\n");
  } catch {
    throw new DescriptorRefused("not-a-descriptor", "The descriptor is not UTF-8");
  }
}
