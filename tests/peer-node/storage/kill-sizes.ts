// The book that the process to be killed stores.

/** Large and small images in turn, so that a kill falls into every kind of work. */
export const KILL_SIZES: Readonly<Record<string, number>> = Object.fromEntries(
  Array.from({ length: 60 }, (_, row) => [`f${row % 7}/${row}.png`, row % 3 === 0 ? 600_000 : 5_000]).sort(),
);
