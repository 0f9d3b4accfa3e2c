// The flags between reader and tracker: one table for each direction, with the original project's three letters.
// Names, message types, validation and PROTOCOL.md's rows follow from these tables; nothing lists the flags again.

import * as v from "valibot";
import {
  addresses,
  count,
  healthFields,
  heartbeatSeconds,
  host,
  port,
  readerId,
  refusalFields,
  secret,
  sublistFields,
} from "./fields.ts";
import { ADDRESSES_PER_READER_MAX } from "./limits.ts";

/** What a flag is for, and the fields that stand beside `flag` in its JSON object: all of these. */
export interface FlagSpec {
  readonly meaning: string;
  readonly fields: v.ObjectEntries;
}

/** Reader to tracker. */
export const READER_FLAGS = {
  CON: {
    meaning: "register for the book; the first message on a socket",
    fields: {
      version: count,
      /** Its SHA-256 is the reader's id, so that only this reader can replace its own entry. */
      secret,
      /** The TCP port that this reader listens on; 0 when it does not listen. */
      port: v.union([v.literal(0), port]),
      /** Addresses of its own that only its network knows; passed on to readers behind the same router alone. */
      privateHosts: v.pipe(v.array(host), v.maxLength(ADDRESSES_PER_READER_MAX), v.readonly()),
      pagesHeld: count,
      /** A silent reader serves and never asks. */
      silent: v.boolean(),
    },
  },
  LST: { meaning: "ask for another sublist", fields: {} },
  PRG: { meaning: "say how many pages are held by now", fields: { pagesHeld: count } },
  ALV: { meaning: "answer a heartbeat: alive", fields: {} },
  ERR: {
    meaning: "report a reader that does not answer",
    fields: { readerId, reason: v.picklist(["no-connection", "no-answer"]) },
  },
  CAL: { meaning: "call a reader that cannot be dialled: let it dial this one", fields: { readerId } },
  DRG: { meaning: "deregister", fields: {} },
} as const satisfies Record<string, FlagSpec>;

/** Tracker to reader. */
export const TRACKER_FLAGS = {
  CON: {
    meaning: "registered, with a first sublist",
    fields: {
      readerId,
      /** The address from which the tracker sees this reader. */
      observed: host,
      /** Seconds until the next heartbeat; hearing none for three times as long means that the tracker is lost. */
      heartbeatSeconds,
      ...sublistFields,
    },
  },
  LST: { meaning: "a sublist, drawn anew", fields: sublistFields },
  HBT: {
    meaning: "heartbeat, to be answered with ALIVE_MESSAGE",
    fields: {
      /** Seconds until the next one. */
      heartbeatSeconds,
      ...healthFields,
    },
  },
  ALV: { meaning: "the answer to a heartbeat was noted", fields: {} },
  RCV: { meaning: "a report was received", fields: { readerId } },
  CAL: { meaning: "called by a reader, which listens there: dial it", fields: { readerId, addresses } },
  DNE: { meaning: "deregistered; the tracker closes with 1000", fields: {} },
  NAY: { meaning: "refused, for a reason; the tracker closes with 4000 + its status", fields: refusalFields },
} as const satisfies Record<string, FlagSpec>;

/** The union of messages that a table of flags describes. */
export type MessageOf<Table extends Record<string, FlagSpec>> = {
  readonly [Flag in keyof Table]: { readonly flag: Flag } & Readonly<
    v.InferOutput<v.ObjectSchema<Table[Flag]["fields"], undefined>>
  >;
}[keyof Table];

/** What a reader says to the tracker. */
export type ReaderMessage = MessageOf<typeof READER_FLAGS>;

/** What the tracker says to a reader. */
export type TrackerMessage = MessageOf<typeof TRACKER_FLAGS>;
