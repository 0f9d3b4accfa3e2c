// Something that a person asks of the process, and what became of it.

import { useState } from "preact/hooks";

export interface Deed {
  /** The last try's outcome: one sentence, or nothing. */
  readonly said: string;
  readonly isBusy: boolean;
  /** @param done - what to say when it worked */
  readonly run: (action: () => Promise<unknown>, done: string) => void;
  /** Says why it is not even tried. */
  readonly refuse: (why: string) => void;
}

export function useDeed(): Deed {
  const [said, setSaid] = useState("");
  const [isBusy, setBusy] = useState(false);
  return {
    said,
    isBusy,
    run: (action, done) => {
      setBusy(true);
      setSaid("");
      action()
        .then(
          () => setSaid(done),
          (error: unknown) => setSaid(error instanceof Error ? error.message : String(error)),
        )
        .finally(() => setBusy(false));
    },
    refuse: setSaid,
  };
}
