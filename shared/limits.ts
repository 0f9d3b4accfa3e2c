// Every number that the book and the two protocols agree on, with its unit and where it comes from.
// "Protocol" numbers are part of the format: changing one breaks every book or every reader that exists.
// "Chosen" numbers are ours to tune; readers with other values still understand each other.
// Numbers that only the reader-to-tracker protocol needs stand in tracker-api/limits.ts.

/** Bytes of a full page; only an image's last page is shorter. Protocol; the original project's page size. */
export const PAGE_BYTES = 256_000;

/** Bytes of one slice of a descriptor's body, named by its SHA-256 in the book line. Protocol; equal to a page. */
export const SLICE_BYTES = 256_000;

/** Bytes of a whole descriptor. Protocol; 256 MiB describe some six million pages, about 1.7 TB of pictures. */
export const DESCRIPTOR_BYTES_MAX = 256 * 1024 * 1024;

/** Slices of a descriptor's body. Follows from the descriptor's size. */
export const SLICES_MAX = Math.ceil(DESCRIPTOR_BYTES_MAX / SLICE_BYTES);

/** Bytes of one descriptor line without its LF. Protocol; bounds what a parser must hold before it can judge. */
export const DESCRIPTOR_LINE_BYTES_MAX = 64 * 1024 * 1024;

/** Bytes of the book line: 1,049 slice digests of 67 bytes each, and a name. Chosen; refused before it is buffered. */
export const BOOK_LINE_BYTES_MAX = 128 * 1024;

/** Bytes of the trackers line. Chosen; eight addresses of at most 2,048 bytes each. */
export const TRACKERS_LINE_BYTES_MAX = 20 * 1024;

/** Trackers that a descriptor may name. Protocol. */
export const TRACKERS_MAX = 8;

/** Bytes of one tracker address. Chosen; what browsers and proxies agree on for a URL. */
export const TRACKER_URL_BYTES_MAX = 2_048;

/** Bytes of a book's name in UTF-8. Protocol; it becomes one folder name. */
export const BOOK_NAME_BYTES_MAX = 255;

/** Bytes of an image's path in UTF-8. Protocol; PATH_MAX of Linux. */
export const IMAGE_PATH_BYTES_MAX = 4_096;

/** Parts of an image's path. Protocol; deeper trees exist to exhaust recursion, not to hold pictures. */
export const IMAGE_PATH_PARTS_MAX = 64;

/** Bytes of a SHA-1, the name of a page. */
export const SHA1_BYTES = 20;

/** Bytes of a SHA-256: a book id, a reader id, an image's digest, a slice's digest. */
export const SHA256_BYTES = 32;

/** Bytes of the nonce by which a probe and its proof belong together. Protocol; nobody guesses one in the time of a dial. */
export const NONCE_BYTES = 16;

/** Version of the reader-to-reader protocol, sent in the handshake. Protocol. */
export const WIRE_VERSION = 1;

/** Page bytes in one piece frame. Protocol: at most 64 KiB, so that a cancel or a heartbeat never waits long; a quarter page. */
export const PIECE_BYTES = 64_000;

/** Pages in one ask, cancel, have or lost frame. Protocol; 2,048 bytes of page numbers. */
export const PAGES_PER_FRAME_MAX = 512;

/** Pages a reader accepts as asked and not yet answered on one link. Protocol floor, announced in the handshake; libtorrent accepts 2,000. */
export const ASKS_PER_LINK_MAX = 2_000;

/** Lowest port that a reader dials, whoever names it. Chosen; below it stand the services of this world, and no reader has to. */
export const DIALLED_PORT_MIN = 1_024;

/** Readers that one neighbour names in one meet frame. Chosen; 1,000 bytes, more than anybody dials at once. */
export const MET_READERS_MAX = 20;

/** Bytes of the sentence in a close frame. Chosen; a sentence, not an essay. */
export const CLOSE_MESSAGE_BYTES_MAX = 512;
