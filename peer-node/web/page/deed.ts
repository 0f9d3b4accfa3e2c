// Something that a person asks of the process, and what became of it.

import { useState } from "preact/hooks";

export interface Deed {
  /** The last try's outcome: one sentence, or nothing. */
  readonly said: string;
  readonly isBusy: boolean;
  /** @param action - says what to tell when it worked */
  readonly run: (action: () => Promise<string>) => void;
  /** Says why it is not even tried. */
  readonly refuse: (why: string) => void;
}

export function useDeed(): Deed {
  const [said, setSaid] = useState("");
  const [isBusy, setBusy] = useState(false);
  return {
    said,
    isBusy,
    run: (action) => {
      setBusy(true);
      setSaid("");
      action()
        .then(setSaid, (error: unknown) => setSaid(error instanceof Error ? error.message : String(error)))
        .finally(() => setBusy(false));
    },
    refuse: setSaid,
  };
}
