// How a link came about, for whoever wants to know why it is there, and what that says about the other side.

/**
 * dialled: we dialled an address that the tracker listed. accepted: the other side dialled us of its own accord.
 * connect-back: one of the two cannot be dialled and dialled the other, because it was called through the tracker.
 * exchange: we dialled an address that a neighbour had told us of. remembered: we dialled where we had reached it before
 * our last start.
 */
export type Way = "dialled" | "accepted" | "connect-back" | "exchange" | "remembered";

/** True when the tracker named that reader, and not only itself, a neighbour or our own memory. */
export function isListed(way: Way): boolean {
  return way === "dialled" || way === "connect-back";
}
