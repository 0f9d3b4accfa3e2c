import { expect, it } from "vitest";
import { plainHost } from "../../../peer-node/transport/host.ts";

it.each([
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["::FFFF:192.0.2.7", "192.0.2.7"],
  ["2001:DB8::1", "2001:db8::1"],
  ["fe80::1%eth0", "fe80::1"],
  ["", ""],
])("plainHost spells %j as %j", (reported, plain) => {
  expect(plainHost(reported)).toBe(plain);
});
