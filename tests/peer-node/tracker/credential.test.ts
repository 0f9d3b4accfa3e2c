import { describe, expect, it } from "vitest";
import { authorization } from "../../../peer-node/tracker/credential.ts";
import { TrackerFault } from "../../../peer-node/tracker/tracker-faults.ts";

const shown = (tracker: string, meant = tracker) => authorization(tracker, { tracker: meant, token: "t0ken" });

describe("authorization", () => {
  it("shows a token to the origin that it is meant for, over https", () => {
    expect(shown("https://tracker.example")).toEqual({ Authorization: "Bearer t0ken" });
  });

  it.each([
    ["https://other.example", "https://tracker.example"],
    ["https://tracker.example:8443", "https://tracker.example"],
    ["http://127.0.0.1:8787", "https://127.0.0.1:8787"],
  ])("shows nothing to %s when the token is meant for %s", (tracker, meant) => {
    expect(shown(tracker, meant)).toEqual({});
  });

  it.each([
    "http://127.0.0.1:8787",
    "http://localhost:1",
    "http://192.168.1.4:1",
    "http://[::1]:1",
    "http://[fd00::1]:1",
  ])("shows a token over plain http to %s, which is private", (tracker) =>
    expect(shown(tracker)).toEqual({ Authorization: "Bearer t0ken" }),
  );

  it.each(["http://tracker.example", "http://203.0.113.9", "http://[2001:db8::1]", "http://127.0.0.1.example"])(
    "refuses to send a token in the clear to %s",
    (tracker) => expect(() => shown(tracker)).toThrow(TrackerFault),
  );

  it("has nothing to show without a token", () => {
    expect(authorization("http://tracker.example", undefined)).toEqual({});
  });
});
