// The reader-to-tracker protocol: every flag there and back, and everything else refused.

import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { parseReaderId } from "../../shared/ids.ts";
import {
  ALIVE_MESSAGE,
  ALIVE_NOTED_MESSAGE,
  decodeReaderMessage,
  decodeTrackerMessage,
  encodeMessage,
} from "../../shared/tracker-api/codec.ts";
import {
  READER_FLAGS,
  type ReaderMessage,
  TRACKER_FLAGS,
  type TrackerMessage,
} from "../../shared/tracker-api/flags.ts";
import { addressRequestSchema } from "../../shared/tracker-api/http.ts";
import { MESSAGE_BYTES_MAX } from "../../shared/tracker-api/limits.ts";
import { closeCodeOf, isRefusalCode, REFUSALS, Refusal, type RefusalCode } from "../../shared/tracker-api/refusals.ts";

const readerId = parseReaderId("ab".repeat(32));
const secret = "cd".repeat(32);
const entry = {
  readerId,
  addresses: [
    { host: "192.0.2.1", port: 6000 },
    { host: "2001:db8::1", port: 6000 },
  ],
  dialable: true,
  callable: false,
};
const list = { readers: 6, complete: 2, sublist: [entry] };

const READER_MESSAGES: readonly ReaderMessage[] = [
  { flag: "CON", version: 1, secret, port: 0, privateHosts: ["192.168.1.4", "fd00::4"], pagesHeld: 12, silent: true },
  { flag: "LST" },
  { flag: "PRG", pagesHeld: 13 },
  { flag: "ALV" },
  { flag: "ERR", readerId, reason: "no-connection" },
  { flag: "CAL", readerId },
  { flag: "DRG" },
];

const TRACKER_MESSAGES: readonly TrackerMessage[] = [
  { flag: "CON", readerId, observed: "192.0.2.1", heartbeatSeconds: 30, ...list },
  { flag: "LST", ...list },
  { flag: "HBT", heartbeatSeconds: 0.5, readers: 6, complete: 2 },
  { flag: "ALV" },
  { flag: "RCV", readerId },
  { flag: "CAL", readerId, addresses: entry.addresses },
  { flag: "DNE" },
  { flag: "NAY", code: "book-full", message: "The book is full" },
];

function refusalOf(action: () => unknown): RefusalCode | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

describe("a message", () => {
  it("of every flag decodes to what was encoded", () => {
    expect(READER_MESSAGES.map(({ flag }) => flag).sort()).toEqual(Object.keys(READER_FLAGS).sort());
    expect(TRACKER_MESSAGES.map(({ flag }) => flag).sort()).toEqual(Object.keys(TRACKER_FLAGS).sort());
    for (const message of READER_MESSAGES) expect(decodeReaderMessage(encodeMessage(message))).toEqual(message);
    for (const message of TRACKER_MESSAGES) expect(decodeTrackerMessage(encodeMessage(message))).toEqual(message);
  });

  it("is refused with any field missing, and understood with one added that a newer version may have", () => {
    for (const [messages, decode] of [
      [READER_MESSAGES, decodeReaderMessage],
      [TRACKER_MESSAGES, decodeTrackerMessage],
    ] as const) {
      for (const message of messages) {
        expect(decode(JSON.stringify({ ...message, more: 1 }))).toEqual(message);
        for (const field of Object.keys(message)) {
          const fields = Object.entries(message).filter(([name]) => name !== field);
          expect(refusalOf(() => decode(JSON.stringify(Object.fromEntries(fields))))).toBe("bad-message");
        }
      }
    }
  });

  it("is refused when it is no JSON object, has an unknown flag, or is binary", () => {
    for (const data of [
      "",
      "{",
      "null",
      "3",
      "[]",
      '"ALV"',
      '{"flag":"HEY"}',
      '{"flag":["ALV"]}',
      '{"flag":"__proto__"}',
      '{"flag":{"toString":1}}',
      '{"flag":{"toString":null,"valueOf":null}}',
      `{"flag":${"[".repeat(8_000)}${"]".repeat(8_000)}}`,
    ]) {
      expect([data, refusalOf(() => decodeReaderMessage(data))]).toEqual([data, "bad-message"]);
      expect([data, refusalOf(() => decodeTrackerMessage(data))]).toEqual([data, "bad-message"]);
    }
    expect(refusalOf(() => decodeReaderMessage(new ArrayBuffer(14)))).toBe("bad-message");
  });

  it("is refused above its limit in bytes, not in characters, before it is parsed", () => {
    const pad = (text: string, times: number) => `{${text.repeat(times)}`;
    expect(refusalOf(() => decodeReaderMessage(pad("x", MESSAGE_BYTES_MAX - 1)))).toBe("bad-message");
    expect(refusalOf(() => decodeReaderMessage(pad("x", MESSAGE_BYTES_MAX)))).toBe("too-large");
    expect(refusalOf(() => decodeReaderMessage(pad("é", MESSAGE_BYTES_MAX / 2)))).toBe("too-large");
    expect(refusalOf(() => decodeReaderMessage("{}".padEnd(101), 100))).toBe("too-large");
  });

  it("says in its refusal where it is wrong", () => {
    const message = JSON.stringify({
      ...TRACKER_MESSAGES[1],
      sublist: [{ ...entry, addresses: [{ host: "nobody.example", port: 1 }] }],
    });
    expect(() => decodeTrackerMessage(message)).toThrow('The message LST is malformed at "sublist.0.addresses.0.host"');
  });
});

describe("a field", () => {
  const register = (fields: object) =>
    refusalOf(() => decodeReaderMessage(JSON.stringify({ ...READER_MESSAGES[0], ...fields })));

  it("is refused outside its range", () => {
    for (const port of [-1, 65_536, 1.5, "80", null]) expect(register({ port })).toBe("bad-message");
    for (const pagesHeld of [-1, 0.5, 2 ** 53, "1"]) expect(register({ pagesHeld })).toBe("bad-message");
    for (const bad of ["", secret.toUpperCase(), secret.slice(1), `${secret}0`])
      expect(register({ secret: bad })).toBe("bad-message");
    for (const privateHosts of ["10.0.0.1", ["router.example"], Array.from({ length: 9 }, () => "10.0.0.1")])
      expect(register({ privateHosts })).toBe("bad-message");
    expect(register({ port: 65_535, pagesHeld: 2 ** 53 - 1 })).toBeUndefined();
  });

  it("is refused when a heartbeat is further away than any clock waits, or is no time at all", () => {
    const heartbeat = (seconds: string) =>
      refusalOf(() => decodeTrackerMessage(`{"flag":"HBT","heartbeatSeconds":${seconds},"readers":1,"complete":1}`));
    for (const seconds of ["1e999", "1e300", "3600.5", "0", "-1", "null"])
      expect(heartbeat(seconds)).toBe("bad-message");
    expect(heartbeat("3600")).toBeUndefined();
  });

  it("is refused when a sublist has more than five readers or names a host to look up", () => {
    const sublist = Array.from({ length: 6 }, () => entry);
    expect(refusalOf(() => decodeTrackerMessage(JSON.stringify({ ...TRACKER_MESSAGES[1], sublist })))).toBe(
      "bad-message",
    );
  });
});

describe("a request with a reader's secret", () => {
  it("is understood with a field added that a newer version may have", () => {
    expect(v.parse(addressRequestSchema, { secret, more: 1 })).toEqual({ secret });
  });
});

describe("the answer to a heartbeat", () => {
  it("is one exact string, which is also what the codec would write", () => {
    expect(ALIVE_MESSAGE).toBe(encodeMessage({ flag: "ALV" }));
    expect(decodeTrackerMessage(ALIVE_NOTED_MESSAGE)).toEqual({ flag: "ALV" });
  });
});

describe("a refusal", () => {
  it("has an HTTP status from 400, and a close code in the range left to applications", () => {
    for (const code of Object.keys(REFUSALS) as RefusalCode[]) {
      expect(REFUSALS[code].status).toBeGreaterThanOrEqual(400);
      expect(closeCodeOf(code)).toBeGreaterThanOrEqual(4400);
      expect(closeCodeOf(code)).toBeLessThan(4600);
    }
  });

  it("with a code that this version does not know is let through, and told apart", () => {
    const message = { flag: "NAY", code: "out-of-tea", message: "Come back at five" } as const;
    expect(decodeTrackerMessage(encodeMessage(message))).toEqual(message);
    expect(isRefusalCode("out-of-tea")).toBe(false);
    expect(isRefusalCode("toString")).toBe(false);
    expect(isRefusalCode("book-full")).toBe(true);
  });
});
