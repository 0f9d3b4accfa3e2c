// What Cloudflare lets pass for nothing and what it asks for more, as read in November 2026. TRACKER.md says the same.
//   https://developers.cloudflare.com/durable-objects/platform/pricing/
//   https://developers.cloudflare.com/workers/platform/pricing/

/** What is billed, whatever did it. */
export interface Bill {
  /** Requests to the Worker. */
  readonly workerRequests: number;
  /** Requests to objects: over HTTP, calls, alarms, and a twentieth of each message that comes in over a socket. */
  readonly objectRequests: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** Gigabytes times seconds in which an object was at work. */
  readonly gigabyteSeconds: number;
}

/** What the free plan lets pass in a day. */
export const FREE_DAY: Bill = {
  workerRequests: 100_000,
  objectRequests: 100_000,
  rowsRead: 5_000_000,
  rowsWritten: 100_000,
  gigabyteSeconds: 13_000,
};

/** Dollars for one of each, above what the paid plan includes. */
export const DOLLARS: Bill = {
  workerRequests: 0.3e-6,
  objectRequests: 0.15e-6,
  rowsRead: 0.001e-6,
  rowsWritten: 1e-6,
  gigabyteSeconds: 12.5e-6,
};

/** Messages that make one request. Whether answers that the runtime gives by itself count is not spelled out: here they do. */
export const MESSAGES_PER_REQUEST = 20;

/** Gigabytes at which an object is billed, whatever it uses. */
export const OBJECT_GIGABYTES = 0.128;

/** Milliseconds of an object's time for a request or a message that wakes it, as in the examples of the price list. */
export const HANDLER_MS = 10;

/** The parts of a bill, in the order in which they are shown. */
export const PARTS = Object.keys(FREE_DAY) as readonly (keyof Bill)[];
