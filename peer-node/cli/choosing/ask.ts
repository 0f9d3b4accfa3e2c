// One question with a line to type in, drawn by the prompt library. A person answers it, goes back with Escape, or
// leaves with Ctrl-C.

import type { Key } from "node:readline";
import { styleText } from "node:util";
import { isCancel, TextPrompt } from "@clack/core";
import type { Terminal } from "./terminal.ts";

/** How a question ended. */
export type Reply<Answer> = { readonly answer: Answer } | "back" | "left";

export interface Question<Answer> {
  readonly message: string;
  /** What stands in the line at first. */
  readonly initial?: string;
  /** Lines below the one that is typed in; none wider than the screen. */
  readonly below?: () => readonly string[];
  /** Told every key, after the line has followed it. */
  readonly onKey?: (key: Key, line: string) => void;
  /** What the line means; a sentence when it means nothing. */
  readonly read: (line: string) => Promise<{ readonly answer: Answer } | string>;
  /** What is left standing of an answered question. */
  readonly said: (answer: Answer) => string;
}

/** Asks, until there is an answer or none is wanted. */
export async function ask<Answer>(terminal: Terminal, question: Question<Answer>): Promise<Reply<Answer>> {
  const { message, initial = "", below = () => [], onKey, read, said } = question;
  const ended: { reply: Reply<Answer> } = { reply: "left" };
  const interrupted = new AbortController();
  const prompt = new TextPrompt({
    input: terminal.input,
    output: terminal.screen,
    signal: AbortSignal.any([terminal.signal, interrupted.signal]),
    initialUserInput: initial,
    async validate(line) {
      const meant = await read(line ?? "");
      if (typeof meant === "string") return meant;
      ended.reply = meant;
      return undefined;
    },
    render() {
      const asked = `${styleText("cyan", "?")} ${styleText("bold", message)}`;
      switch (this.state) {
        case "submit":
          return typeof ended.reply === "string"
            ? asked
            : `${styleText("green", "✓")} ${message} ${styleText("cyan", said(ended.reply.answer))}`;
        case "cancel":
          return `  ${message}`;
        default: {
          const fault = this.state === "error" ? [styleText("yellow", `! ${this.error}`)] : [];
          return [`${asked} ${this.userInputWithCursor}`, ...fault, ...below()].join("\n");
        }
      }
    },
  });
  prompt.on("key", (_, key) => {
    if (key.name === "escape") ended.reply = "back";
    else onKey?.(key, prompt.userInput);
  });
  // The library hears no key while an answer is read, which may take as long as a tracker does.
  const onKeypress = (_: unknown, key: Key) => {
    if (prompt.state === "validating" && key.ctrl === true && key.name === "c") interrupted.abort();
  };
  terminal.input.on("keypress", onKeypress);
  try {
    // Whoever leaves in the middle of an answer has given none.
    return isCancel(await prompt.prompt()) && ended.reply !== "back" ? "left" : ended.reply;
  } finally {
    terminal.input.off("keypress", onKeypress);
  }
}
