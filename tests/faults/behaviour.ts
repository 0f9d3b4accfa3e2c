// What a bad reader can do, as one row of a table.

import type { BadReader, DialOptions, Ending, Victim } from "./bad-reader.ts";
import { BIG_PAGES } from "./siege.ts";

export interface Behaviour {
  /** What it does, in words that follow "a reader that". */
  readonly does: string;
  /** Whom it attacks: the one that still fetches, the one that only serves, or each of them. */
  readonly whom: "fetcher" | "server" | "both";
  /** How the victim may end it; "stays" where nothing forbids it, and it only must not hurt. */
  readonly ends: readonly (Ending | "stays")[];
  /** True when it takes many seconds or thousands of sockets: for `npm run test:faults` alone. */
  readonly isHeavy?: boolean;
  /** Does it. @returns how the victim ended it */
  readonly act: (attack: Attack) => Promise<Ending | "stays">;
}

export interface Attack {
  readonly victim: Victim;
  /** An honest reader that the victim is linked with. */
  readonly friend: Victim;
  /** Connects; whatever connects is gone when the behaviour is over. */
  readonly dial: (options?: DialOptions) => Promise<BadReader>;
}

/** A behaviour on a session that was greeted honestly; it ends as the victim ends it, or stays. */
export function inSession(
  holds: "all" | "none" | readonly number[],
  says: (reader: BadReader, attack: Attack) => Promise<void> | void,
): Behaviour["act"] {
  return async (attack) => {
    const reader = await (await attack.dial()).greet(holds);
    await says(reader, attack);
    return reader.stays();
  };
}

/** A behaviour that waits to be asked for a full page, and answers so. */
export const asked = (answers: (reader: BadReader, page: number) => void): Behaviour["act"] =>
  inSession(BIG_PAGES, async (reader) => {
    for await (const page of reader.asks()) return answers(reader, page);
  });

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
