// Addresses: one spelling, one family, and what others are told.

import { describe, expect, it } from "vitest";
import { addressesFor, withHost } from "../../../tracker-worker/domain/addresses.ts";

describe("a reader's hosts", () => {
  it("are at most one of each family, the newest first", () => {
    expect(withHost([], "192.0.2.1")).toEqual(["192.0.2.1"]);
    expect(withHost(["192.0.2.1"], "2001:db8::1")).toEqual(["2001:db8::1", "192.0.2.1"]);
    expect(withHost(["2001:db8::1", "192.0.2.1"], "192.0.2.2")).toEqual(["192.0.2.2", "2001:db8::1"]);
  });
});

/** What an asker is told of a reader, as `host ...` when it is dialable and `(host ...)` when it is not. */
function told(
  reader: { seen: readonly [string, ...string[]]; reached?: readonly string[]; own?: readonly string[]; port?: number },
  asker: readonly string[],
  interfaces: readonly string[] = [],
): string {
  const { seen: hosts, reached = [], own: privateHosts = [], port = 6000 } = reader;
  const reach = { hosts: reached, dialledAt: 0, misses: 0 };
  const { addresses, dialable } = addressesFor({
    reader: { hosts, privateHosts, port, reach },
    askerHosts: asker,
    interfaces,
  });
  const names = addresses.map(({ host }) => host).join(" ");
  return dialable ? names : `(${names})`;
}

describe("addressesFor", () => {
  it("names the hosts at which a reader was reached, each family by itself", () => {
    const seen = ["192.0.2.1", "2001:db8::1"] as const;
    expect(told({ seen, reached: seen }, ["198.51.100.1"])).toBe("192.0.2.1 2001:db8::1");
    expect(told({ seen, reached: ["2001:db8::1"] }, ["198.51.100.1"])).toBe("2001:db8::1");
    expect(told({ seen }, ["198.51.100.1"])).toBe("(192.0.2.1 2001:db8::1)");
  });

  it("forgets a host at which the reader was reached and is no longer seen", () => {
    expect(told({ seen: ["192.0.2.2"], reached: ["192.0.2.1"] }, ["198.51.100.1"])).toBe("(192.0.2.2)");
  });

  it("names a reader's own private hosts to those alone who are seen at the same address", () => {
    const reader = { seen: ["192.0.2.1"], own: ["192.168.1.4"] } as const;
    expect(told(reader, ["192.0.2.1"])).toBe("192.168.1.4");
    expect(told({ ...reader, reached: ["192.0.2.1"] }, ["192.0.2.1"])).toBe("192.168.1.4 192.0.2.1");
    expect(told(reader, ["198.51.100.1"])).toBe("(192.0.2.1)");
    expect(told({ ...reader, seen: ["127.0.0.1"] }, ["127.0.0.1"])).toBe("(127.0.0.1)");
  });

  it("has room for every host at which a reader was reached, however many private ones it names", () => {
    const own = Array.from({ length: 8 }, (_, at) => `192.168.1.${at + 1}`);
    const seen = ["192.0.2.1", "2001:db8::1"] as const;
    expect(told({ seen, own, reached: seen }, ["192.0.2.1"])).toBe([...own.slice(0, 6), ...seen].join(" "));
  });

  it("names a private host at which the tracker sees a reader only to whoever it sees in a private network too", () => {
    const reader = { seen: ["192.168.1.4"], reached: ["192.168.1.4"] } as const;
    expect(told(reader, ["192.168.1.5"])).toBe("192.168.1.4");
    expect(told(reader, ["127.0.0.1"])).toBe("192.168.1.4");
    expect(told(reader, ["198.51.100.1"])).toBe("()");
  });

  it("names a reader on the tracker's own machine by the interfaces at which it was reached", () => {
    const reader = { seen: ["127.0.0.1"], reached: ["127.0.0.1", "192.168.1.2"] } as const;
    const interfaces = ["192.168.1.2", "10.0.0.2"];
    expect(told(reader, ["192.168.1.5"], interfaces)).toBe("192.168.1.2");
    expect(told(reader, ["127.0.0.1"], interfaces)).toBe("127.0.0.1");
    expect(told(reader, ["192.168.1.5"])).toBe("()");
  });

  it("names nothing for a reader that does not listen", () => {
    expect(told({ seen: ["192.0.2.1"], own: ["10.0.0.1"], port: 0 }, ["192.0.2.1"])).toBe("()");
  });
});
