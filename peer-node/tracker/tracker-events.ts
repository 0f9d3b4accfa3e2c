// What the conversation with a tracker is told, and what it answers with.

import type { ReaderId } from "../../shared/ids.ts";
import type { ReaderAddress, SublistEntry } from "../../shared/tracker-api/fields.ts";
import type { ReaderMessage, TrackerMessage } from "../../shared/tracker-api/flags.ts";

/** Who registers. */
export interface Registration {
  /** 64 hexadecimal digits; their bytes' SHA-256 is the reader's id. */
  readonly secret: string;
  /** TCP port on which this reader listens; 0 when it does not. */
  readonly port: number;
  /** A silent reader serves and never asks. */
  readonly silent: boolean;
  /** Pages of the book. */
  readonly pages: number;
  /** Pages held at first. */
  readonly pagesHeld: number;
}

/** Why a reader is reported. */
export type ReportReason = Extract<ReaderMessage, { readonly flag: "ERR" }>["reason"];

export type TrackerEvent =
  /** The socket that was ordered is open; by now this machine has these private addresses. */
  | { readonly type: "opened"; readonly privateHosts: readonly string[] }
  | { readonly type: "received"; readonly message: TrackerMessage }
  /** The tracker said no before or while it closed the socket. */
  | { readonly type: "refused"; readonly code: string; readonly message: string }
  /** The socket failed, closed, or brought what is no message. */
  | { readonly type: "dropped"; readonly reason: string }
  /** More readers are wanted. */
  | { readonly type: "wantReaders" }
  | { readonly type: "holding"; readonly pagesHeld: number }
  | { readonly type: "suspect"; readonly reader: ReaderId; readonly reason: ReportReason }
  /** This reader cannot be dialled, and is to dial us. */
  | { readonly type: "call"; readonly reader: ReaderId }
  | { readonly type: "leave" }
  /** Time went by; sent at `nextWakeAt` or whenever one likes. */
  | { readonly type: "timePassed" };

/** What the tracker said when it took the registration. */
export type Registered = Omit<Extract<TrackerMessage, { readonly flag: "CON" }>, "flag">;

export type TrackerEffect =
  /** Open a socket; report `opened`, then what comes of it. */
  | { readonly type: "connect" }
  | { readonly type: "send"; readonly message: ReaderMessage }
  /** Let go of the socket; nothing that it still brings is of interest. */
  | { readonly type: "disconnect" }
  /** The tracker can be asked. */
  | { readonly type: "registered"; readonly answer: Registered }
  | {
      readonly type: "listed";
      readonly sublist: readonly SublistEntry[];
      readonly readers: number;
      readonly complete: number;
    }
  /** A reader calls: it cannot dial us, and listens where the tracker has reached it. */
  | { readonly type: "called"; readonly reader: ReaderId; readonly addresses: readonly ReaderAddress[] }
  /** How the book fares, as a heartbeat told. */
  | { readonly type: "health"; readonly readers: number; readonly complete: number }
  /** The tracker refuses for good; nothing follows. */
  | { readonly type: "refused"; readonly code: string; readonly message: string }
  /** The tracker is out of reach, and is tried again; said once. */
  | { readonly type: "lost"; readonly reason: string }
  /** The tracker is there again; follows `registered`. */
  | { readonly type: "back" }
  /** The reader has left; nothing follows. */
  | { readonly type: "left" };
