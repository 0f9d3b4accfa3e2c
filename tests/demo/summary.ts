// What the demo says at its end, as data and as text.

/** What one process moved, as it said when it ended. */
export interface Tally {
  readonly name: string;
  readonly pagesSent: number;
  readonly pagesReceived: number;
  readonly bytesSent: number;
}

export interface Run {
  readonly images: number;
  readonly pages: number;
  /** Bytes of the book. */
  readonly bytes: number;
  /** From the start of the first reader's process until the last reader was complete. */
  readonly seconds: number;
  /** Readers that became complete. */
  readonly readers: number;
  /** Where the pages came from, in a sentence. */
  readonly source: string;
  readonly tallies: readonly Tally[];
}

/** The summary, a line each. */
export function summaryOf({ images, pages, bytes, seconds, readers, source, tallies }: Run): readonly string[] {
  const rate = (readers * bytes) / 1e6 / seconds;
  return [
    `${readers} readers have all ${count(images)} images (${count(pages)} pages, ${megabytes(bytes)}), byte for byte.`,
    `${seconds.toFixed(1)} s from the first reader's start, ${rate.toFixed(1)} MB/s over all readers.`,
    source,
    "",
    `  ${"".padEnd(NAME)}  pages sent  pages received`,
    ...tallies.map(
      ({ name, pagesSent, pagesReceived }) =>
        `  ${name.padEnd(NAME)}  ${count(pagesSent).padStart(10)}  ${count(pagesReceived).padStart(14)}`,
    ),
  ];
}

const NAME = 9;

function count(value: number): string {
  return value.toLocaleString("en");
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
