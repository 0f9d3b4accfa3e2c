// A socket that reads into one static buffer, shared by all sockets of the process: a third of the processor time of
// `data` events, which allocate a Buffer for each read. Whoever takes the bytes has used them up when it returns.
// Node offers this (`onread`) for sockets that connect; for accepted ones the handle is wrapped anew, in this file
// alone, and where Node keeps no such handle the bytes come by `data` events.
//
// A slow line delivers a page in packets of 1,500 bytes, and waking up costs far more than copying one of them. So a
// socket rests after a short read with which nothing could be done yet, and all that rest are read together.

import { connect, Socket, type SocketConstructorOpts } from "node:net";
import type { Address } from "../core/events.ts";
import { READ_BYTES, REST_MS, SHORT_READ_BYTES } from "./limits.ts";

/** A socket, and who takes the bytes that it reads. Nothing is read before `socket.resume()`. */
export interface ByteSource {
  readonly socket: Socket;
  /** Called with a view that holds only during the call; says whether the bytes end inside a frame. */
  take: (bytes: Uint8Array) => boolean;
}

/** What Node's libuv handles have and its types do not tell. */
interface Handle {
  readonly useUserBuffer: (buffer: Uint8Array) => void;
}

/** No Buffer: its `slice` is a view, and what a codec means to copy would change with the next read. */
const buffer = new Uint8Array(READ_BYTES);

/** What waits for more to arrive before it is read again. */
const resting = new Set<Socket>();

/** A source that starts to connect. `address.host` is a literal: nothing is looked up. */
export function connectSource({ host, port }: Address): ByteSource {
  const source = unread((onread) => connect({ host, port, noDelay: true, onread }));
  // A paused socket does not start reading when it connects.
  source.socket.pause();
  return source;
}

/** The source of a connection that a server accepted with `pauseOnConnect`; `accepted` is of no more use. */
export function adoptSource(accepted: Socket): ByteSource {
  const handle = takeHandle(accepted);
  if (handle === undefined) return eventSource(accepted);
  // Node's own server makes its sockets with these two undeclared options.
  return unread((onread) => new Socket({ handle, onread, pauseOnCreate: true } as unknown as SocketConstructorOpts));
}

type OnRead = { readonly buffer: Uint8Array; readonly callback: (bytes: number) => boolean };

function unread(open: (onread: OnRead) => Socket): ByteSource {
  const callback = (bytes: number) => {
    const isAmidFrame = source.take(buffer.subarray(0, bytes));
    if (!isAmidFrame || bytes >= SHORT_READ_BYTES) return true;
    rest(source.socket);
    return false;
  };
  const source: ByteSource = { socket: open({ buffer, callback }), take: () => false };
  return source;
}

/** To be called for a socket that stops reading. */
function rest(socket: Socket): void {
  if (resting.size === 0) setTimeout(wakeAll, REST_MS);
  resting.add(socket);
}

function wakeAll(): void {
  for (const socket of resting) socket.resume();
  resting.clear();
}

function eventSource(socket: Socket): ByteSource {
  const source: ByteSource = { socket, take: () => false };
  socket.on("data", (bytes) => source.take(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)));
  socket.pause();
  return source;
}

function takeHandle(accepted: Socket): Handle | undefined {
  const owner = accepted as unknown as { _handle?: Partial<Handle> | null };
  const handle = owner._handle;
  if (typeof handle?.useUserBuffer !== "function") return undefined;
  owner._handle = null;
  // Without its handle this only makes the server forget the socket, so that the server can close.
  accepted.destroy();
  return handle as Handle;
}
