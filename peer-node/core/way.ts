// How a link came about, for whoever wants to know why it is there, and what that says about the other side.

/**
 * dialled: we dialled an address that the tracker listed. accepted: the other side dialled us of its own accord.
 * connect-back: one of the two cannot be dialled and dialled the other, because it was called through the tracker.
 * exchange: we dialled an address that a neighbour had told us of.
 */
export type Way = "dialled" | "accepted" | "connect-back" | "exchange";
