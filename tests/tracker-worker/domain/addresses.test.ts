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
