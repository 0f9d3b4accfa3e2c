// Numbers of the local API, all chosen by us: what one request may ask for.

/** Images in one answer; a screen shows some hundred. */
export const IMAGES_PER_ANSWER_MAX = 1_000;

/** Ranges of images in one wish for what comes first. */
export const RANGES_MAX = 16;

/** Pages that are asked for first at most: some 500 MB, more than anybody looks at before scrolling on. */
export const PRIORITY_PAGES_MAX = 2_000;

/** Globs in one choice of images. */
export const CHOICES_MAX = 100;

/** Characters of a glob, the same as on the command line. */
export const GLOB_CHARACTERS_MAX = 4_096;

/** Characters of a link, or of a path. */
export const PLACE_CHARACTERS_MAX = 4_096;

/** Bytes of a request's body. */
export const BODY_BYTES_MAX = 512 * 1024;

/** Streams of live updates at once; a tab takes one, and somebody may have forgotten a few. */
export const STREAMS_MAX = 32;

/** Milliseconds between two looks at what changed. Chosen: looks live to a person, and costs a process little. */
export const STATE_MS = 500;

/** Milliseconds for which images that became whole are gathered before they are told. */
export const IMAGES_MS = 50;

/** Milliseconds between two signs of life on a quiet stream. */
export const KEEPALIVE_MS = 15_000;
