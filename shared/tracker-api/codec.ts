// Messages to text and back. Whatever comes from outside is checked here, once; past this file a message is what its
// type says. A field that the table does not have is left out, because a newer version may have added it. A message that is not in the table is the other side's fault: a Refusal with the code "bad-message".

import * as v from "valibot";
import {
  type FlagSpec,
  type MessageOf,
  READER_FLAGS,
  type ReaderMessage,
  TRACKER_FLAGS,
  type TrackerMessage,
} from "./flags.ts";
import { MESSAGE_BYTES_MAX } from "./limits.ts";
import { Refusal } from "./refusals.ts";

/**
 * The exact text that answers a heartbeat. The tracker's runtime answers this one string by itself, without waking
 * the tracker; any other spelling is understood too, but costs the tracker's owner money.
 */
export const ALIVE_MESSAGE = '{"flag":"ALV"}';

/** The exact text with which the runtime answers ALIVE_MESSAGE. */
export const ALIVE_NOTED_MESSAGE = '{"flag":"ALV"}';

/** One message as the text of a WebSocket frame. */
export function encodeMessage(message: ReaderMessage | TrackerMessage): string {
  return JSON.stringify(message);
}

/**
 * What a reader said.
 * @param data - a frame's payload as the platform hands it over; only text is allowed
 * @param bytesMax - what this tracker takes, in bytes of UTF-8
 * @throws Refusal "bad-message" or "too-large"
 */
export const decodeReaderMessage: Decode<ReaderMessage> = decoderOf(READER_FLAGS);

/**
 * What the tracker said.
 * @param data - a frame's payload as the platform hands it over; only text is allowed
 * @param bytesMax - what this reader takes, in bytes of UTF-8
 * @throws Refusal "bad-message" or "too-large"
 */
export const decodeTrackerMessage: Decode<TrackerMessage> = decoderOf(TRACKER_FLAGS);

type Decode<Message> = (data: unknown, bytesMax?: number) => Message;

function decoderOf<Table extends Record<string, FlagSpec>>(table: Table): Decode<MessageOf<Table>> {
  const schemas = new Map(
    Object.entries(table).map(([flag, { fields }]) => [flag, v.object({ flag: v.literal(flag), ...fields })]),
  );
  return (data, bytesMax = MESSAGE_BYTES_MAX) => {
    const value = parseObject(data, bytesMax);
    const { flag } = value;
    // Never made a text by force: the object that JSON spells may have a toString that is no function.
    if (typeof flag !== "string") throw new Refusal("bad-message", "The flag of a message is a text");
    const schema = schemas.get(flag);
    if (schema === undefined) {
      throw new Refusal("bad-message", `No message has the flag ${JSON.stringify(flag.slice(0, 16))}`);
    }
    const result = v.safeParse(schema, value);
    if (!result.success) throw new Refusal("bad-message", `The message ${flag} is malformed${where(result.issues[0])}`);
    // The schemas are built from the table that this type is computed from; the compiler cannot see through the map.
    return result.output as MessageOf<Table>;
  };
}

function parseObject(data: unknown, bytesMax: number): Record<string, unknown> {
  if (typeof data !== "string") throw new Refusal("bad-message", "Messages are JSON text, never binary");
  // A UTF-16 unit is at most three bytes of UTF-8, so most messages are measured without being encoded.
  if (data.length * 3 > bytesMax && new TextEncoder().encode(data).length > bytesMax) {
    throw new Refusal("too-large", `A message has at most ${bytesMax} bytes`);
  }
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw new Refusal("bad-message", "The message is not JSON");
  }
  if (typeof value !== "object" || value === null) throw new Refusal("bad-message", "The message is not a JSON object");
  return value as Record<string, unknown>;
}

function where(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue)?.slice(0, 60);
  return path === undefined || path === null ? "" : ` at ${JSON.stringify(path)}`;
}
