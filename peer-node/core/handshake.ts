// The two hellos: what we say, and whether theirs is one that we can talk to. Knows who we are and which book this
// is; whether there is room for another link is for the swarm to say.

import { type LinkFault, Violation } from "../../shared/faults.ts";
import type { BookId, ReaderId } from "../../shared/ids.ts";
import { ASKS_PER_LINK_MAX, WIRE_VERSION } from "../../shared/limits.ts";
import type { Hello } from "../../shared/wire/messages.ts";

/** Why a link is not wanted, with the sentence that the other side is told. */
export interface LinkRefusal {
  readonly fault: LinkFault;
  readonly message: string;
}

export class Handshake {
  readonly #bookId: BookId;
  readonly #self: ReaderId;
  readonly #port: number;

  constructor(us: { readonly bookId: BookId; readonly reader: ReaderId; readonly port: number }) {
    this.#bookId = us.bookId;
    this.#self = us.reader;
    this.#port = us.port;
  }

  /** Our hello to this reader. */
  hello(to: ReaderId): Hello {
    return {
      flag: "hello",
      version: WIRE_VERSION,
      bookId: this.#bookId,
      from: this.#self,
      to,
      port: this.#port,
      asks: ASKS_PER_LINK_MAX,
    };
  }

  /** Why this incoming hello cannot be answered with ours; undefined when it can. */
  refusalOf({ version, to, from }: Hello): LinkRefusal | undefined {
    if (version !== WIRE_VERSION) return wrongVersion(version);
    if (to !== this.#self) return { fault: "wrong-reader", message: "The reader that was meant does not listen here" };
    if (from === this.#self) return { fault: "self", message: "This reader dialled itself" };
    return undefined;
  }

  /** @throws Violation when the answer to our hello is not the one of `dialled` for this book */
  checkAnswer({ version, bookId, from, to }: Hello, dialled: ReaderId): void {
    const refusal = version === WIRE_VERSION ? undefined : wrongVersion(version);
    if (refusal !== undefined) throw new Violation(refusal.fault, refusal.message);
    if (bookId !== this.#bookId) throw new Violation("unknown-book", "The answer names another book");
    if (from !== dialled || to !== this.#self) {
      throw new Violation("wrong-reader", "Another reader answered than was dialled");
    }
  }
}

function wrongVersion(version: number): LinkRefusal {
  return { fault: "wrong-version", message: `This reader speaks version ${WIRE_VERSION}, not ${version}` };
}
