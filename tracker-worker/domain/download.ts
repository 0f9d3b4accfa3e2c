// What a GET of something immutable is answered with (RFC 9110, sections 13 and 14), decided from its headers alone.

import { type ByteRange, resolveRange } from "./byte-range.ts";

/** The headers that decide; each undefined when absent. */
export interface DownloadWish {
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/** The answer's status, and the bytes to send with it. */
export type Download =
  | { readonly status: 200 | 206; readonly range: ByteRange }
  | { readonly status: 304 }
  | { readonly status: 416 };

/**
 * Plans the answer.
 * @param size - bytes of the whole
 * @param etag - its strong entity tag, quotes included
 */
export function planDownload({ range, ifRange, ifNoneMatch }: DownloadWish, size: number, etag: string): Download {
  if (ifNoneMatch !== undefined && tagsOf(ifNoneMatch).some((tag) => tag === "*" || tag === etag))
    return { status: 304 };
  // A resumed download of something else starts over: that is what If-Range is for.
  const asked = ifRange === undefined || ifRange.trim() === etag ? range : undefined;
  const resolved = resolveRange(asked, size);
  if (resolved === "none") return { status: 416 };
  return resolved === "whole" ? { status: 200, range: { from: 0, to: size } } : { status: 206, range: resolved };
}

function tagsOf(header: string): readonly string[] {
  return header.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
}
