// The mark: an open book. Drawn once, for the tab of a browser and for the head of each page.

/** Outlines of the two open pages, in a square of 24. */
export const MARK_PATH =
  "M12 6.5C10 4.9 7 4.3 3 4.3v13.6c4 0 7 .6 9 2.2 2-1.6 5-2.2 9-2.2V4.3c-4 0-7 .6-9 2.2Zm0 0v13.6";

export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><style>path{stroke:#9a3b1b}@media(prefers-color-scheme:dark){path{stroke:#f0a27f}}</style><path d="${MARK_PATH}" fill="none" stroke-width="2" stroke-linejoin="round"/></svg>`;
