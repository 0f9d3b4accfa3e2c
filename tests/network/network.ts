// Hosts with addresses of their own, on one machine: Linux network namespaces, wired as a test wishes. What runs in a
// host sees that host's addresses and nothing of the machine's.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { onTestFinished } from "vitest";

/** Every namespace of ours begins so; then come the process that made it, and a number. */
const PREFIX = "bookswarm-test";

let made = 0;

/** Why hosts cannot be made here; undefined when they can. */
export function whyNoNetwork(): string | undefined {
  const name = `${PREFIX}-${process.pid}-try`;
  try {
    for (const left of leftBehind()) run("ip", "netns", "delete", left);
    run("ip", "netns", "add", name);
    run("ip", "netns", "exec", name, "nft", "list", "ruleset");
    return undefined;
  } catch (error) {
    const [reason] = String(error instanceof Error && "stderr" in error ? error.stderr : error).split("\n");
    return `network namespaces cannot be made here (${reason}): this takes Linux, its root, iproute2 and nftables`;
  } finally {
    if (existsSync(`/run/netns/${name}`)) run("ip", "netns", "delete", name);
  }
}

/** Namespaces of test runs that were killed before they could tidy up. */
function leftBehind(): readonly string[] {
  const all = existsSync("/run/netns") ? readdirSync("/run/netns") : [];
  return all.filter((name) => {
    const [, maker] = new RegExp(`^${PREFIX}-(\\d+)-`).exec(name) ?? [];
    return maker !== undefined && !existsSync(`/proc/${maker}`);
  });
}

/** Takes what is to be done when the hosts are of no more use. */
export type AtEnd = (step: () => void) => void;

/** A namespace, gone in the end. */
class Namespace {
  readonly name = `${PREFIX}-${process.pid}-${++made}`;
  #cables = 0;

  constructor(atEnd: AtEnd) {
    run("ip", "netns", "add", this.name);
    atEnd(() => run("ip", "netns", "delete", this.name));
    this.run("ip", "link", "set", "lo", "up");
  }

  /** Runs a program in here, to its end. */
  run(...command: readonly string[]): void {
    run("ip", "netns", "exec", this.name, ...command);
  }

  /** Name of the next interface. */
  nextCable(): string {
    return `cable${this.#cables++}`;
  }
}

/** A switch: whoever is plugged in reaches everybody else who is. */
export class Lan {
  /** What becomes of the switch becomes of whoever is plugged in. */
  readonly atEnd: AtEnd;
  readonly #namespace: Namespace;

  /** @param atEnd - when it goes; with the test that made it when absent */
  constructor(atEnd: AtEnd = onTestFinished) {
    this.atEnd = atEnd;
    this.#namespace = new Namespace(atEnd);
    this.#namespace.run("ip", "link", "add", "switch", "type", "bridge");
    this.#namespace.run("ip", "link", "set", "switch", "up");
  }

  /** Plugs a namespace in. @returns the name of its new interface */
  plug(namespace: Namespace, address: string): string {
    const [here, there] = [this.#namespace.nextCable(), namespace.nextCable()];
    const end = ["peer", "name", there, "netns", namespace.name];
    this.#namespace.run("ip", "link", "add", here, "type", "veth", ...end);
    this.#namespace.run("ip", "link", "set", here, "master", "switch", "up");
    namespace.run("ip", "address", "add", `${address}/24`, "dev", there);
    namespace.run("ip", "link", "set", there, "up");
    return there;
  }
}

/** A machine with one address. */
export class Host {
  readonly address: string;
  readonly #namespace: Namespace;
  readonly #cable: string;

  /** @param gateway - address of the router to everywhere else, if there is one */
  constructor(lan: Lan, address: string, gateway?: string) {
    this.address = address;
    this.#namespace = new Namespace(lan.atEnd);
    this.#cable = lan.plug(this.#namespace, address);
    if (gateway !== undefined) this.#namespace.run("ip", "route", "add", "default", "via", gateway);
  }

  /** The command that runs other commands on this host. */
  get through(): readonly string[] {
    return ["ip", "netns", "exec", this.#namespace.name];
  }

  /** Sends no faster than this from now on. @param rate - bytes a second on the cable, heads of packets included */
  limitUplink(rate: number): void {
    const shape = ["tbf", "rate", `${8 * rate}bit`, "burst", "64kb", "latency", "100ms"];
    this.#namespace.run("tc", "qdisc", "add", "dev", this.#cable, "root", ...shape);
  }

  /** Connections on the switch are governed by this congestion control from now on; set by route, where all are allowed. */
  controlCongestion(algorithm: string): void {
    const network = `${this.address.replace(/\d+$/, "0")}/24`;
    const route = [network, "dev", this.#cable, "src", this.address, "congctl", algorithm];
    this.#namespace.run("ip", "route", "replace", ...route);
  }
}

/** A router as people have at home: whoever is inside is seen outside under its one address, and cannot be dialled. */
export class Router {
  constructor(inside: Lan, insideAddress: string, outside: Lan, outsideAddress: string) {
    const namespace = new Namespace(outside.atEnd);
    inside.plug(namespace, insideAddress);
    const wan = outside.plug(namespace, outsideAddress);
    namespace.run("sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
    namespace.run("nft", "add table ip home");
    namespace.run("nft", "add chain ip home out { type nat hook postrouting priority srcnat ; }");
    namespace.run("nft", `add rule ip home out oifname ${wan} masquerade`);
    namespace.run("nft", "add chain ip home in { type filter hook forward priority filter ; }");
    namespace.run("nft", `add rule ip home in iifname ${wan} ct state new drop`);
  }
}

function run(program: string, ...args: readonly string[]): void {
  execFileSync(program, args, { stdio: ["ignore", "ignore", "pipe"] });
}
