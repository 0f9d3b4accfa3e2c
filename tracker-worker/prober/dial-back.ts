// One dial: does the reader that was meant listen there? The nonce shows that whoever answers was asked just now, and
// not that an older answer is played back.

import { connect } from "cloudflare:sockets";
import { familyOf, type Host } from "../../shared/hosts.ts";
import type { BookId, ReaderId } from "../../shared/ids.ts";
import { NONCE_BYTES, WIRE_VERSION } from "../../shared/limits.ts";
import { encodeMessage } from "../../shared/wire/codec.ts";
import { FrameDecoder } from "../../shared/wire/frame-decoder.ts";
import type { Probe, ReaderMessage } from "../../shared/wire/messages.ts";

/** Milliseconds from the dial to the proof. An address that nobody has would otherwise never be given up. */
const DIAL_BACK_MS_MAX = 3_000;

/** A door, and who is said to be behind it. */
export interface Door {
  readonly host: Host;
  readonly port: number;
  readonly bookId: BookId;
  readonly readerId: ReaderId;
}

/** Whether the port answers as that reader. Addresses that the platform does not dial, private ones above all, do not. */
export async function isReached({ host, port, bookId, readerId }: Door): Promise<boolean> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const probe: Probe = { flag: "probe", version: WIRE_VERSION, bookId, to: readerId, nonce };
  let socket: Socket | undefined;
  let timer: ReturnType<typeof setTimeout> | null = null;
  try {
    socket = connect({ hostname: familyOf(host) === "IPv6" ? `[${host}]` : host, port });
    // Both tell again what reading and writing tell.
    socket.opened.catch(() => undefined);
    socket.closed.catch(() => undefined);
    const tooLate = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, DIAL_BACK_MS_MAX);
    });
    return isProof(await Promise.race([firstAnswer(socket, probe), tooLate]), probe);
  } catch {
    // Nobody is there, or whoever is does not speak in frames.
    return false;
  } finally {
    clearTimeout(timer);
    socket?.close().catch(() => undefined);
  }
}

async function firstAnswer(socket: Socket, probe: Probe): Promise<ReaderMessage | undefined> {
  await socket.writable.getWriter().write(encodeMessage(probe));
  const decoder = new FrameDecoder();
  const answers: ReaderMessage[] = [];
  for await (const chunk of socket.readable as ReadableStream<Uint8Array>) {
    decoder.feed(chunk, (message) => answers.push(message) === 0);
    if (answers.length > 0) break;
  }
  return answers[0];
}

function isProof(answer: ReaderMessage | undefined, { to, nonce }: Probe): boolean {
  return answer?.flag === "proof" && answer.from === to && nonce.every((byte, at) => byte === answer.nonce[at]);
}
