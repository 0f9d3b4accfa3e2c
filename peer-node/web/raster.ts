// What a browser may show as a picture: raster types, told by how their bytes begin and never by their name. SVG is a
// document that can run scripts, and HTML can be called anything, so whatever is not in this table is a download.

/** Bytes that are enough to tell. */
export const HEAD_BYTES = 32;

interface Signature {
  readonly type: string;
  /** Bytes, as text in Latin-1, and where they stand. */
  readonly marks: readonly (readonly [at: number, bytes: string])[];
}

const SIGNATURES: readonly Signature[] = [
  { type: "image/png", marks: [[0, "\x89PNG\r\n\x1a\n"]] },
  { type: "image/jpeg", marks: [[0, "\xff\xd8\xff"]] },
  { type: "image/gif", marks: [[0, "GIF87a"]] },
  { type: "image/gif", marks: [[0, "GIF89a"]] },
  {
    type: "image/webp",
    marks: [
      [0, "RIFF"],
      [8, "WEBP"],
    ],
  },
  { type: "image/avif", marks: [[4, "ftypavif"]] },
  { type: "image/avif", marks: [[4, "ftypavis"]] },
  {
    type: "image/bmp",
    // The four bytes in between are the file's length; two reserved words follow, and are zero.
    marks: [
      [0, "BM"],
      [6, "\0\0\0\0"],
    ],
  },
];

/** The media type of a picture that begins like this; undefined when it is no raster picture that browsers show. */
export function rasterType(head: Uint8Array): string | undefined {
  const text = String.fromCharCode(...head.subarray(0, HEAD_BYTES));
  return SIGNATURES.find(({ marks }) => marks.every(([at, bytes]) => text.startsWith(bytes, at)))?.type;
}
