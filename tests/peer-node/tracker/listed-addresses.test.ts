// Where a tracker can send its readers, and where it cannot.

import { describe, expect, it } from "vitest";
import { mayDial, ownNetworks, vantageOf, withoutTraps } from "../../../peer-node/tracker/listed-addresses.ts";
import { parseReaderId } from "../../../shared/ids.ts";

const PUBLIC = "198.51.100.1";
const NEIGHBOUR = "192.168.1.20";

const from =
  (trackerHost: string | undefined) =>
  (host: string, port = 8_788) =>
    mayDial({ host, port }, { trackerHost, isNeighbour: (each) => each === NEIGHBOUR });

describe("An address that a tracker lists", () => {
  it.each(["203.0.113.9", "2001:db8::9"])("is dialled when it is public: %s", (host) => {
    for (const tracker of [PUBLIC, "192.168.1.1", "127.0.0.1", undefined]) expect(from(tracker)(host)).toBe(true);
  });

  it("of a private network is dialled when the tracker stands in one, and never for a public tracker", () => {
    for (const host of ["10.1.2.3", "172.16.0.1", "192.168.7.7", "fd00::1", "100.64.0.9"]) {
      for (const tracker of ["10.0.0.1", "127.0.0.1", "::1", "fd00::5"]) expect(from(tracker)(host)).toBe(true);
      for (const tracker of [PUBLIC, "2001:db8::1", undefined]) expect(from(tracker)(host)).toBe(false);
    }
  });

  it("of one's own network is dialled for a public tracker too, because neighbours share a router", () => {
    expect(from(PUBLIC)(NEIGHBOUR)).toBe(true);
  });

  it("of one's own machine is dialled for a tracker on this machine alone", () => {
    for (const host of ["127.0.0.1", "127.9.9.9", "::1"]) {
      expect(from("127.0.0.1")(host)).toBe(true);
      for (const tracker of ["192.168.1.1", PUBLIC, undefined]) expect(from(tracker)(host)).toBe(false);
    }
  });

  it.each([
    "0.0.0.0",
    "0.1.2.3",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "ff02::1",
    "169.254.169.254",
  ])("is never dialled where no reader can be: %s", (host) => {
    for (const tracker of [PUBLIC, "192.168.1.1", "127.0.0.1", "169.254.0.1"]) expect(from(tracker)(host)).toBe(false);
  });

  it.each([1, 22, 25, 80, 443, 1_023])("is never dialled at a port of the system's own services: %i", (port) => {
    for (const tracker of [PUBLIC, "127.0.0.1"]) expect(from(tracker)("203.0.113.9", port)).toBe(false);
  });

  it("that must not be dialled is left out, and its reader stays", () => {
    const readerId = parseReaderId("b2".repeat(32));
    const addresses = ["203.0.113.9", "127.0.0.1"].map((host) => ({ host, port: 8_788 }));
    const message = {
      flag: "LST",
      readers: 2,
      complete: 1,
      sublist: [{ readerId, addresses, dialable: true, callable: false }],
    } as const;
    const heard = withoutTraps(message, { trackerHost: PUBLIC, isNeighbour: () => false });
    const left = [{ host: "203.0.113.9", port: 8_788 }];
    expect(heard).toEqual({ ...message, sublist: [{ readerId, addresses: left, dialable: true, callable: false }] });
  });

  it("that must not be dialled is not dialled for a caller either", () => {
    const addresses = ["203.0.113.9", "127.0.0.1"].map((host) => ({ host, port: 8_788 }));
    const message = { flag: "CAL", readerId: parseReaderId("b2".repeat(32)), addresses } as const;
    const heard = withoutTraps(message, { trackerHost: PUBLIC, isNeighbour: () => false });
    expect(heard).toEqual({ ...message, addresses: [{ host: "203.0.113.9", port: 8_788 }] });
  });
});

describe("An address that is only remembered", () => {
  const dialled = (tracker: string | undefined, host: string) => mayDial({ host, port: 8_788 }, vantageOf(tracker));

  it("of this machine or of a private network is dialled where the tracker's own address is such a one", () => {
    for (const tracker of ["http://127.0.0.1:8787", "http://localhost:8787", "http://[::1]:8787"]) {
      for (const host of ["127.0.0.1", "10.254.1.2"]) expect(dialled(tracker, host)).toBe(true);
    }
    expect(dialled("http://10.254.0.1:8787", "127.0.0.1")).toBe(false);
  });

  it("of this machine or of a network elsewhere is not dialled when nobody knows where the tracker was", () => {
    for (const tracker of ["https://tracker.example", "http://198.51.100.1:8787", undefined]) {
      for (const host of ["127.0.0.1", "::1", "10.254.1.2", "169.254.169.254", "0.0.0.0", "ff02::1"])
        expect(dialled(tracker, host)).toBe(false);
      expect(dialled(tracker, "203.0.113.9")).toBe(true);
    }
  });
});

it("One's own networks hold one's own addresses, and not the rest of the world's", () => {
  expect(ownNetworks()("127.0.0.1")).toBe(true);
  expect(ownNetworks()("198.51.100.1")).toBe(false);
});
