// How a command ends, told to scripts: each outcome that a script would want to tell apart has a code of its own. A
// code never changes its meaning; a new one is added at the end.

export const EXIT_CODES = {
  done: { code: 0, meaning: "everything was done" },
  failed: { code: 1, meaning: "something that has no code of its own" },
  "wrong-use": { code: 2, meaning: "the command line does not make sense" },
  refused: { code: 3, meaning: "a descriptor or an image is not what it should be; verify: an image is damaged" },
  "tracker-unreachable": { code: 4, meaning: "the tracker does not answer, or what answers is no tracker" },
  "book-not-found": { code: 5, meaning: "the tracker does not have this book" },
  "not-authorised": { code: 6, meaning: "the token that this needs is missing or wrong" },
  disk: { code: 7, meaning: "a disk or folder cannot be used, has no room, or is in use by another process" },
  "in-the-way": { code: 8, meaning: "a file that is not ours stands where one should be written" },
  "timed-out": { code: 9, meaning: "no page arrived in the time given with --timeout" },
  stopped: { code: 10, meaning: "stopped before the book was complete, or before anything was begun" },
  "tracker-refused": { code: 11, meaning: "the tracker refuses for another reason: it is full, or busy" },
  port: { code: 12, meaning: "the port that was asked for cannot be opened" },
  incomplete: { code: 13, meaning: "verify: no image is damaged, and some are not there" },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>;

/** Name of a way to end; also the `code` of an `error` event. */
export type Exit = keyof typeof EXIT_CODES;
