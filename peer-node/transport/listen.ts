// Opens a TCP port, or says in a typed error why it cannot be opened.

import type { ListenOptions, Server } from "node:net";

/** Why a port could not be opened. */
export type ListenFault = "port-taken" | "port-denied" | "no-such-host" | "failed";

/** The port cannot be opened; the world's fault, and the user's to settle. */
export class ListenFailed extends Error {
  readonly code: ListenFault;

  constructor(code: ListenFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ListenFailed";
    this.code = code;
  }
}

/** A port on this machine. */
export interface ListenPort {
  /** 0: any free one. */
  readonly port: number;
  /** Address to listen on; without it, every address of both families. */
  readonly host?: string | undefined;
}

const LISTEN_FAULTS: Readonly<Record<string, ListenFault>> = {
  EADDRINUSE: "port-taken",
  EACCES: "port-denied",
  EADDRNOTAVAIL: "no-such-host",
  ENOTFOUND: "no-such-host",
};

/** What to do about each, in words that end the sentence. */
const ADVICE: Readonly<Record<ListenFault, string>> = {
  "port-taken": "another program has it; choose another port",
  "port-denied": "this user may not open it; choose a port above 1023",
  "no-such-host": "this machine does not have that address",
  failed: "the system refused",
};

/**
 * Makes a server listen.
 * @returns the port that is open
 * @throws ListenFailed when it cannot be opened
 */
export function listen(server: Server, { port, host }: ListenPort): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      const code = LISTEN_FAULTS[error.code ?? ""] ?? "failed";
      const where = host === undefined ? `port ${port}` : `port ${port} of ${host}`;
      const detail = code === "failed" ? ` (${error.message})` : "";
      reject(new ListenFailed(code, `Cannot listen on ${where}: ${ADVICE[code]}${detail}`, { cause: error }));
    };
    const options: ListenOptions = host === undefined ? { port } : { port, host };
    server.once("error", failed).listen(options, () => {
      server.off("error", failed);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
