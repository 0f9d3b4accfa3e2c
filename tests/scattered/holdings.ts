// The original project's own example: ten readers of a book of 49 pages, none of them complete. How many pages each
// holds, how many copies there are and how many pages stand at one reader only is the original's; which ones is ours.

/** Pages of the book. */
export const PAGES = 49;

// biome-ignore format: a table, one reader a line
export const HOLDINGS: readonly (readonly number[])[] = [
  [0, 1, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 17, 18, 21, 22, 23, 24, 26, 27, 28, 32, 33, 35, 36, 37, 38, 39, 41, 42, 43, 44, 45, 46, 47, 48],
  [0, 1, 4, 13, 14, 15, 26, 27, 28, 31, 33, 36, 38, 41, 43, 45],
  [1, 6, 7, 12, 19, 22, 26, 28, 36, 42],
  [1, 4, 6, 10, 14, 21, 23, 25, 33, 36, 37, 39, 43, 45],
  [1, 4, 5, 7, 14, 21, 24, 29, 36, 38, 43, 44],
  [1, 3, 4, 5, 6, 11, 14, 20, 21, 23, 26, 28, 36, 37, 41, 43],
  [3, 7, 8, 16, 35],
  [0, 1, 2, 4, 12, 15, 17, 22, 28, 33, 36, 37, 41, 43],
  [5, 8, 9, 12, 14, 15, 36, 38, 40],
  [0, 4, 21, 23, 28, 30, 33, 34, 36, 37, 39, 41],
];

/** Images of the book, each with its size in bytes: 4,383,060 in all, as in the original, cut into 49 pages. */
export const IMAGES: readonly (readonly [path: string, bytes: number])[] = [
  ["large/three pages.jpg", 600_000],
  ["large/two pages.jpg", 512_000],
  ["large/two, one short.jpg", 300_000],
  ["large/two, one byte.jpg", 256_001],
  ...Array.from({ length: 40 }, (_, at): readonly [string, number] => [
    `small/${String(at).padStart(2, "0")}.png`,
    at === 39 ? 67_895 : 67_876,
  ]),
];
