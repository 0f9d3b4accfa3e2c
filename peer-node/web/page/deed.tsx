// Something that a person asks of the process, and what became of it.

import { useState } from "preact/hooks";

/** The last try's outcome in one sentence; nothing before the first one. */
export interface Outcome {
  readonly said: string;
  readonly isRefused: boolean;
}

const NOTHING: Outcome = { said: "", isRefused: false };

export interface Deed {
  readonly outcome: Outcome;
  readonly isBusy: boolean;
  /** @param action - says what to tell when it worked */
  readonly run: (action: () => Promise<string>) => void;
  /** Says why it is not even tried. */
  readonly refuse: (why: string) => void;
}

export function useDeed(): Deed {
  const [outcome, setOutcome] = useState(NOTHING);
  const [isBusy, setBusy] = useState(false);
  const refuse = (why: string) => setOutcome({ said: why, isRefused: true });
  return {
    outcome,
    isBusy,
    run: (action) => {
      setBusy(true);
      setOutcome(NOTHING);
      action()
        .then((said) => setOutcome({ said, isRefused: false }))
        .catch((error: unknown) => refuse(whyNot(error)))
        .finally(() => setBusy(false));
    },
    refuse,
  };
}

/** What became of a deed, where whoever did it looks. */
export function Told({ deed: { outcome } }: { readonly deed: Deed }) {
  return (
    <p class={outcome.isRefused ? "problem" : "quiet"} role="status">
      {outcome.said}
    </p>
  );
}

/** In a sentence. A browser has only words of its own for a process that is not there. */
export function whyNot(error: unknown): string {
  if (error instanceof TypeError) return "The program does not answer.";
  return error instanceof Error ? error.message : String(error);
}
