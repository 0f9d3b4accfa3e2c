// The tracker's Worker under Miniflare, Cloudflare's runtime for one's own machine, with its data in a folder.

import type { Log, Miniflare, MiniflareOptions } from "miniflare";
import { errnoOf } from "../../storage/disk-fault.ts";
import { interfaceAddresses } from "../../tracker/interfaces.ts";
import { CommandFailed } from "../command-failed.ts";
import { readManifest } from "../manifest.ts";
import { FrontDoor } from "./front-door.ts";
import { guardRuntimes } from "./runtime-guard.ts";
import { workerConfig } from "./worker-config.ts";
import { workerScript } from "./worker-script.ts";

/** The signals for which Miniflare ends the process by itself. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface LocalTrackerOptions {
  readonly port: number;
  readonly host: string;
  /** Folder for its books. */
  readonly data: string;
  /** A fixed period; it adapts when absent. */
  readonly heartbeatSeconds?: number | undefined;
  /** Takes each line of the Worker's log, which would otherwise go to this process's own output. */
  readonly log: (line: string, isFailure: boolean) => void;
}

export class LocalTracker {
  readonly #miniflare: Miniflare;
  readonly #door: FrontDoor;
  readonly #unguard: () => void;

  /**
   * Starts the runtime, then opens the port.
   * @throws CommandFailed when Miniflare is not installed
   * @throws ListenFailed when the port cannot be opened
   */
  static async start(options: LocalTrackerOptions): Promise<LocalTracker> {
    const { Miniflare, Log, LogLevel } = await importMiniflare();
    const script = await workerScript();
    const settings = settingsOf(options, script, new Log(LogLevel.ERROR));
    const unguard = guardRuntimes();
    const miniflare = withoutNewSignalListeners(() => new Miniflare(settings));
    try {
      const runtime = await miniflare.ready;
      return new LocalTracker(miniflare, await FrontDoor.open(options, runtime), unguard);
    } catch (error) {
      await miniflare.dispose();
      unguard();
      throw error;
    }
  }

  private constructor(miniflare: Miniflare, door: FrontDoor, unguard: () => void) {
    this.#miniflare = miniflare;
    this.#door = door;
    this.#unguard = unguard;
  }

  get port(): number {
    return this.#door.port;
  }

  async stop(): Promise<void> {
    await this.#door.close();
    await this.#miniflare.dispose();
    this.#unguard();
  }
}

function settingsOf(options: LocalTrackerOptions, script: string, log: Log): MiniflareOptions {
  const { data, heartbeatSeconds } = options;
  return {
    host: "127.0.0.1",
    port: 0,
    // A description of the network that Miniflare would otherwise fetch from Cloudflare.
    cf: false,
    log,
    handleStructuredLogs: ({ level, message }) => options.log(message, level === "error" || level === "warn"),
    resourcePersistencePath: data,
    workers: [
      workerConfig(script, {
        OPEN_PUBLISHING: "1",
        ASK_CATALOG_FIRST: "1",
        INTERFACE_ADDRESSES: interfaceAddresses().join(","),
        ...(heartbeatSeconds !== undefined && { HEARTBEAT_SECONDS: String(heartbeatSeconds) }),
      }),
    ],
  };
}

/** An ordinary reader needs no runtime of 120 MB, so it is not installed with bookswarm. */
async function importMiniflare() {
  const loaded = await import("miniflare").catch((error: unknown) => {
    if (errnoOf(error) !== "ERR_MODULE_NOT_FOUND") throw error;
  });
  if (loaded !== undefined) return loaded;
  const wanted = `miniflare@${readManifest().peerDependencies.miniflare}`;
  throw new CommandFailed("failed", `A tracker needs Cloudflare's local runtime: add it with npm install "${wanted}"`);
}

/** Miniflare ends the process at the first signal; here a signal asks for an orderly end. */
function withoutNewSignalListeners<Made>(make: () => Made): Made {
  const before = SIGNALS.map((signal) => new Set(process.listeners(signal)));
  const made = make();
  for (const [row, signal] of SIGNALS.entries()) {
    for (const listener of process.listeners(signal)) if (!before[row]?.has(listener)) process.off(signal, listener);
  }
  return made;
}
