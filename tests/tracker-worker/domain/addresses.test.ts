// Addresses: one spelling, one family, and what others are told.

import { describe, expect, it } from "vitest";
import { addressesFor, parseHost, placeOf, withHost } from "../../../tracker-worker/domain/addresses.ts";

describe("parseHost", () => {
  it("spells every address in one way", () => {
    expect(parseHost("192.0.2.7")).toBe("192.0.2.7");
    expect(parseHost("2001:DB8:0:0::1")).toBe("2001:db8::1");
    expect(parseHost("[2001:db8::1]")).toBe("2001:db8::1");
    expect(parseHost("fe80::1%eth0")).toBe("fe80::1");
  });

  it("takes an IPv4 address out of its IPv6 disguise", () => {
    expect(parseHost("::ffff:192.0.2.7")).toBe("192.0.2.7");
    expect(parseHost("::FFFF:c000:0207")).toBe("192.0.2.7");
  });

  it("refuses what is no address", () => {
    for (const text of ["", "localhost", "256.0.0.1", "1.2.3", "1.2.3.4:80", "::g", "a]b:c"]) {
      expect(parseHost(text)).toBeUndefined();
    }
  });
});

describe("placeOf", () => {
  it("is an IPv4 address, or the /64 of an IPv6 address however it is shortened", () => {
    expect(placeOf("192.0.2.7")).toBe("192.0.2.7");
    expect(placeOf("2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1:2");
    expect(placeOf("2001:db8::5:6")).toBe("2001:db8:0:0");
    expect(placeOf("2001:db8::")).toBe("2001:db8:0:0");
    expect(placeOf("::1")).toBe("0:0:0:0");
  });
});

describe("a reader's hosts", () => {
  it("are at most one of each family, the newest first", () => {
    expect(withHost([], "192.0.2.1")).toEqual(["192.0.2.1"]);
    expect(withHost(["192.0.2.1"], "2001:db8::1")).toEqual(["2001:db8::1", "192.0.2.1"]);
    expect(withHost(["2001:db8::1", "192.0.2.1"], "192.0.2.2")).toEqual(["192.0.2.2", "2001:db8::1"]);
  });
});

describe("addressesFor", () => {
  const listing = { hosts: ["127.0.0.1"], port: 6000, askerHost: "192.168.1.5", interfaces: ["192.168.1.2"] };

  it("names a reader on the tracker's own machine by its interfaces to readers on other machines", () => {
    expect(addressesFor(listing)).toEqual([{ host: "192.168.1.2", port: 6000 }]);
    expect(addressesFor({ ...listing, askerHost: "127.0.0.1" })).toEqual([{ host: "127.0.0.1", port: 6000 }]);
  });

  it("never tells another machine to dial itself", () => {
    expect(addressesFor({ ...listing, interfaces: [] })).toEqual([]);
  });

  it("names nothing for a reader that does not listen", () => {
    expect(addressesFor({ ...listing, port: 0 })).toEqual([]);
  });
});
