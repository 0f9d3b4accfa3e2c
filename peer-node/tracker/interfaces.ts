// The addresses of this machine, as other machines know it.

import { networkInterfaces } from "node:os";
import { parseHost } from "../../shared/hosts.ts";

/** Addresses that other machines can use, IPv4 first; loopback and link-local ones are left out. */
export function interfaceAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  const outward = all.filter(({ internal, address }) => !internal && !/^(fe[89ab]|169\.254\.)/i.test(address));
  const [four, six] = (["IPv4", "IPv6"] as const).map((wanted) => outward.filter(({ family }) => family === wanted));
  return [...(four ?? []), ...(six ?? [])].flatMap(({ address }) => parseHost(address) ?? []);
}
