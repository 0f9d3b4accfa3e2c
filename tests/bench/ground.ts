// Where the peers of a run stand: each on a host of its own, joined by a switch, or all on loopback when this machine
// lets nobody make hosts. A tracker has a host, too, and no limit on its uplink.

import type { AtEnd } from "../network/network.ts";
import { Host, Lan } from "../network/network.ts";
import type { Place } from "./peer.ts";
import type { Workload } from "./workloads.ts";

export interface Ground {
  readonly tracker: Place;
  readonly sender: Place;
  readonly receivers: readonly Place[];
}

/** Reserved for measuring (RFC 2544): nobody else has these addresses. */
const NETWORK = "198.18.0";

const PORT = 6_881;

/** What most hosts have, and the same for everybody. */
export const CONGESTION_CONTROL = "cubic";

/** Hosts for one run, wired anew: nothing is remembered of the run before. */
export function hostsFor({ receivers, uplink }: Workload, atEnd: AtEnd): Ground {
  const lan = new Lan(atEnd);
  const host = (number: number) => {
    const made = new Host(lan, `${NETWORK}.${number}`);
    made.controlCongestion(CONGESTION_CONTROL);
    return made;
  };
  const placed = (number: number): Place => {
    const made = host(number);
    if (uplink !== undefined) made.limitUplink(uplink);
    return { address: made.address, port: PORT, through: made.through };
  };
  const server = host(1);
  return {
    tracker: { address: server.address, port: PORT, through: server.through },
    sender: placed(10),
    receivers: Array.from({ length: receivers }, (_, at) => placed(11 + at)),
  };
}

/** Everybody on loopback, each on a port of its own. */
export function loopbackFor({ receivers }: Workload): Ground {
  const placed = (number: number): Place => ({ address: "127.0.0.1", port: PORT + number, through: [] });
  return {
    tracker: placed(0),
    sender: placed(1),
    receivers: Array.from({ length: receivers }, (_, at) => placed(2 + at)),
  };
}
