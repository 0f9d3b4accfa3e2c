// The addresses at which people find a tracker that runs on this machine.

import { isIPv6 } from "node:net";
import { interfaceAddresses } from "../../tracker/interfaces.ts";

/**
 * Addresses of a tracker that listens on `host`, the one for this machine first.
 * @example linksOf("127.0.0.1", 8787) // ["http://127.0.0.1:8787"]
 */
export function linksOf(host: string, port: number): readonly string[] {
  const hosts = host === "0.0.0.0" || host === "::" ? ["127.0.0.1", ...interfaceAddresses()] : [host];
  const reached = host === "0.0.0.0" ? hosts.filter((each) => !isIPv6(each)) : hosts;
  return reached.map((each) => `http://${isIPv6(each) ? `[${each}]` : each}:${port}`);
}
