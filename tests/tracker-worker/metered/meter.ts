// What is counted of a tracker: everything that the platform bills, and how often an object was made.

/** What happened to the objects of one class. */
export interface ClassMeter {
  /** Objects made, anew after each hibernation. */
  constructed: number;
  /** Requests over HTTP and calls of methods. */
  requests: number;
  alarms: number;
  /** Messages that woke the object; answers that the runtime noted by itself are not among them. */
  messages: number;
  /** Sockets that the object was told have ended. */
  closes: number;
  rowsRead: number;
  rowsWritten: number;
  /** Milliseconds in which events were handled. Here the clock runs on meanwhile; at Cloudflare it stands still. */
  busyMs: number;
}

/** What has been counted since the Worker was started. */
export interface Meter {
  workerRequests: number;
  readonly repository: ClassMeter;
  readonly catalog: ClassMeter;
}

export function newMeter(): Meter {
  return { workerRequests: 0, repository: newClassMeter(), catalog: newClassMeter() };
}

function newClassMeter(): ClassMeter {
  return { constructed: 0, requests: 0, alarms: 0, messages: 0, closes: 0, rowsRead: 0, rowsWritten: 0, busyMs: 0 };
}
