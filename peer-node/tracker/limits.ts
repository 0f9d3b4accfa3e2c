// Every number by which a reader deals with a tracker, with its unit and why. All are chosen by us.

/** Milliseconds without a byte, from the request on, after which a tracker is given up. */
export const ANSWER_MS_MAX = 20_000;

/**
 * Bytes of a request that leave in a second at least: what the slices that are on their way at once leave one another of
 * an uplink of 128 kbit/s, the slowest that is sold for a line of its own.
 */
export const SENT_BYTES_PER_SECOND_MIN = 4_000;

/** Bytes of a JSON answer: 200 books with long names, or the index of the largest book, are far below it. */
export const ANSWER_BYTES_MAX = 1024 * 1024;

/** Tries of one request in a row without a byte of progress. */
export const TRIES_MAX = 6;

/** Slices of a descriptor that are on their way to the tracker at once. */
export const SLICES_AT_ONCE = 4;

/** Bytes that may wait until a tracker takes them, some two thousand messages: one that reads none of them is given up. */
export const UNSENT_BYTES_MAX = 256 * 1024;

/** Milliseconds that a socket may take to open, and then again to be registered. */
export const REGISTER_MS_MAX = 15_000;

/** Heartbeat periods of silence after which the socket is taken for dead: two can be lost on a bad line. */
export const SILENT_PERIODS_MAX = 3;

/** Milliseconds between two asks for a sublist. */
export const LIST_SPACING_MS = 2_000;

/** Milliseconds after which a tracker has dialled back whoever it lists and can; most are within a tenth of it. */
export const DIAL_BACK_MS = 500;

/** Milliseconds between two progress messages; each wakes the tracker, and the last page is told at once. */
export const PROGRESS_SPACING_MS = 30_000;

/** Milliseconds between two reports. */
export const REPORT_SPACING_MS = 1_000;

/** Reports that wait for their turn; more are not worth sending late. */
export const REPORTS_WAITING_MAX = 16;

/** Milliseconds that the tracker has to confirm a leave. */
export const LEAVE_MS_MAX = 2_000;

/** First spread of tries after a loss, in milliseconds; doubles with every failure. A large book's is larger at first. */
export const BACK_OFF_MS_MIN = 1_000;

/**
 * Widest spread of tries at a tracker that is not there, in milliseconds: whoever starts it again sees its readers within
 * a minute. A try costs nobody anything meanwhile, and a book's readers need no longer spread than their crowd's own.
 */
export const BACK_OFF_MS_MAX = 60_000;

/** The same at a tracker that answers and takes nobody in now: each try is work for one that has too much of it. */
export const BACK_OFF_REFUSED_MS_MAX = 300_000;

/** Widest spread for the sake of a crowd, in milliseconds; how large the crowd is, the tracker says. */
export const CROWD_MS_MAX = 300_000;

/** Readers that a tracker registers in a second without strain; their return after a loss is spread accordingly. */
export const REGISTRATIONS_PER_SECOND = 200;
