// The addresses of this machine: under which a tracker is reached from the local network, and under which it lists
// readers that it sees as loopback.

import { isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";

/** Addresses that other machines can use, IPv4 first; loopback and link-local ones are left out. */
export function interfaceAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  const outward = all.filter(({ internal, address }) => !internal && !/^(fe[89ab]|169\.254\.)/i.test(address));
  const [four, six] = (["IPv4", "IPv6"] as const).map((wanted) => outward.filter(({ family }) => family === wanted));
  return [...(four ?? []), ...(six ?? [])].map(({ address }) => address);
}

/**
 * Addresses of a tracker that listens on `host`, the one for this machine first.
 * @example linksOf("127.0.0.1", 8787) // ["http://127.0.0.1:8787"]
 */
export function linksOf(host: string, port: number): readonly string[] {
  const hosts = host === "0.0.0.0" || host === "::" ? ["127.0.0.1", ...interfaceAddresses()] : [host];
  const reached = host === "0.0.0.0" ? hosts.filter((each) => !isIPv6(each)) : hosts;
  return reached.map((each) => `http://${isIPv6(each) ? `[${each}]` : each}:${port}`);
}
