// Where a called reader is told to dial.

import { expect, it } from "vitest";
import { parseReaderId } from "../../../shared/ids.ts";
import { addressesOfCaller } from "../../../tracker-worker/domain/call.ts";

const [CALLER, CALLED] = [parseReaderId("aa".repeat(32)), parseReaderId("bb".repeat(32))];

/** Hosts that the called reader is told. */
function told(
  caller: { seen: readonly [string, ...string[]]; reached?: readonly string[]; own?: readonly string[]; port?: number },
  called: readonly [string, ...string[]],
  interfaces: readonly string[] = [],
): readonly string[] {
  const { seen: hosts, reached = [], own: privateHosts = [], port = 6000 } = caller;
  const reach = { hosts: reached, dialledAt: 0, misses: 0 };
  const from = { readerId: CALLER, hosts, port, reach, privateHosts };
  return addressesOfCaller({ caller: from, called: { readerId: CALLED, hosts: called }, interfaces }).map(
    ({ host }) => host,
  );
}

it("names the hosts at which the caller was reached, and no others", () => {
  const seen = ["192.0.2.1", "2001:db8::1"] as const;
  expect(told({ seen, reached: ["2001:db8::1"] }, ["198.51.100.1"])).toEqual(["2001:db8::1"]);
  expect(told({ seen }, ["198.51.100.1"])).toEqual([]);
  expect(told({ seen, reached: seen, port: 0 }, ["198.51.100.1"])).toEqual([]);
});

it("never names an address that the caller claims, not even to a reader behind the same router", () => {
  expect(told({ seen: ["192.0.2.1"], own: ["192.168.1.4"] }, ["192.0.2.1"])).toEqual([]);
});

it("names a private host only to a reader that is seen at a private one", () => {
  const caller = { seen: ["192.168.1.4"], reached: ["192.168.1.4"] } as const;
  expect(told(caller, ["192.168.1.5"])).toEqual(["192.168.1.4"]);
  expect(told(caller, ["198.51.100.1"])).toEqual([]);
});

it("names nothing to a reader that calls itself", () => {
  const caller = { readerId: CALLER, hosts: ["192.0.2.1"], port: 6000 } as const;
  const reach = { hosts: ["192.0.2.1"], dialledAt: 0, misses: 0 };
  expect(addressesOfCaller({ caller: { ...caller, reach }, called: caller, interfaces: [] })).toEqual([]);
});
