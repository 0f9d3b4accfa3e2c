// How an object tells the Worker no. An error that crosses from an object to its caller keeps its text but not its
// class or its fields, so a refusal crosses as a value and is thrown again on the other side.

import { Refusal, type RefusalCode } from "../shared/tracker-api/refusals.ts";

/** What an object's method answers: a value, or a refusal. */
export type Outcome<Value> = { readonly value: Value } | { readonly refused: RefusalCode; readonly message: string };

/** Runs `action` and makes a value of its refusal; every other error passes through. */
export async function outcomeOf<Value>(action: () => Value | Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { value: await action() };
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.code, message: error.message };
    throw error;
  }
}

/** @throws Refusal when the outcome is one */
export function unwrap<Value>(outcome: Outcome<Value>): Value {
  if ("refused" in outcome) throw new Refusal(outcome.refused, outcome.message);
  return outcome.value;
}
