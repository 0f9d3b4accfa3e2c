import { describe, expect, it } from "vitest";
import { isPrivate, isShared, networkOf, parseHost, readHost, writeHost } from "../../shared/hosts.ts";

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
    for (const text of [
      "",
      "localhost",
      "256.0.0.1",
      "1.2.3",
      "1.2.3.4:80",
      "10.00.00.01",
      "00.0.0.0",
      "192.0.2.07",
      "::ffff:192.0.2.07",
      "::g",
      "a]b:c",
      "::1]/[",
      "a:b@192.0.2.7#",
    ]) {
      expect(parseHost(text)).toBeUndefined();
    }
  });
});

describe("isPrivate", () => {
  it("is true within the networks that anybody may have, and nowhere beside them", () => {
    const own = [
      "10.0.0.1",
      "172.16.0.1",
      "172.31.255.255",
      "192.168.1.4",
      "169.254.7.7",
      "fd12::1",
      "fc00::1",
      "fe80::1",
    ];
    for (const host of own) expect([host, isPrivate(host)]).toEqual([host, true]);
    const others = ["11.0.0.1", "172.15.0.1", "172.32.0.1", "192.169.0.1", "127.0.0.1", "::1", "2001:db8::fd", "fd::1"];
    for (const host of others) expect([host, isPrivate(host)]).toEqual([host, false]);
  });
});

describe("isShared", () => {
  it("is true for a public address, whoever the other is", () => {
    for (const other of ["198.51.100.1", "192.168.1.9", "127.0.0.1", "2001:db8::1"])
      for (const host of ["192.0.2.1", "2001:db8::7"]) expect([host, isShared(host, other)]).toEqual([host, true]);
  });

  it("is true for a private address within one network, and for loopback on one machine", () => {
    expect(isShared("192.168.1.4", "192.168.1.9")).toBe(true);
    expect(isShared("10.0.0.4", "127.0.0.1")).toBe(true);
    expect(isShared("192.168.1.4", "192.0.2.1")).toBe(false);
    expect(isShared("127.0.0.1", "::1")).toBe(true);
    expect(isShared("127.0.0.1", "192.168.1.9")).toBe(false);
  });

  it("is false for addresses at which no single machine answers", () => {
    for (const host of ["0.0.0.0", "224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1", "::", "ff02::1"])
      expect([host, isShared(host, "127.0.0.1")]).toEqual([host, false]);
  });
});

describe("An address in bytes", () => {
  it("is read back in its one spelling", () => {
    const bytes = new Uint8Array(20);
    for (const host of ["192.0.2.7", "0.0.0.0", "::", "::1", "2001:db8::5:6", "fe80::1", "64:ff9b::c000:207"]) {
      writeHost(host, bytes, 3);
      expect(readHost(bytes, 3)).toBe(host);
      expect(bytes.subarray(0, 3)).toEqual(new Uint8Array(3));
    }
  });

  it("that stands behind ::ffff is IPv4", () => {
    const bytes = new Uint8Array(16);
    writeHost("192.0.2.7", bytes, 0);
    expect([...bytes]).toEqual([...new Array(10).fill(0), 0xff, 0xff, 192, 0, 2, 7]);
  });
});

describe("networkOf", () => {
  it("is an IPv4 address, or the /64 of an IPv6 address however it is shortened", () => {
    expect(networkOf("192.0.2.7")).toBe("192.0.2.7");
    expect(networkOf("2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1:2");
    expect(networkOf("2001:db8::5:6")).toBe("2001:db8:0:0");
    expect(networkOf("2001:db8::")).toBe("2001:db8:0:0");
    expect(networkOf("::1")).toBe("0:0:0:0");
  });
});
