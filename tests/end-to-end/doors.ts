// What may stand behind the port that a reader says: the reader itself, another one, or somebody who plays back a proof
// that was once given there.

import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Listener } from "../../peer-node/transport/listener.ts";
import type { ReaderId } from "../../shared/ids.ts";
import { NONCE_BYTES } from "../../shared/limits.ts";
import { encodeMessage } from "../../shared/wire/codec.ts";

/** An open port. */
export interface Door {
  readonly port: number;
  close(): Promise<void>;
}

/** Opens a port for the reader `id`. @param probed - called at each probe that comes */
export type OpenDoor = (id: ReaderId, probed: () => void) => Promise<Door>;

/** The reader itself, as every node answers. */
export const ownDoor: OpenDoor = (id, probed) =>
  Listener.open(() => "unknown-book", {
    absence: ({ to }) => {
      probed();
      return to === id ? undefined : "wrong-reader";
    },
  });

/** Another reader. */
export const othersDoor: OpenDoor = (_, probed) =>
  Listener.open(() => "unknown-book", {
    absence: () => {
      probed();
      return "wrong-reader";
    },
  });

/** Whatever it is asked, it says that it is the reader, in answer to a probe of long ago. */
export const playbackDoor: OpenDoor = async (id, probed) => {
  const proof = encodeMessage({ flag: "proof", from: id, nonce: new Uint8Array(NONCE_BYTES) });
  const guests = new Set<Socket>();
  const server = createServer((guest) => {
    guests.add(guest);
    // Who dials may hang up at any time.
    guest.on("error", () => undefined).once("close", () => guests.delete(guest));
    guest.once("data", () => {
      probed();
      guest.end(proof);
    });
  }).listen(0);
  await once(server, "listening");
  const close = async () => {
    for (const guest of guests) guest.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  return { port: (server.address() as AddressInfo).port, close };
};
