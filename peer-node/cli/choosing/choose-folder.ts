// The question into which folder; the line may begin with ~ as in a shell.

import { homedir } from "node:os";
import { join } from "node:path";
import { styleText } from "node:util";
import { ask, type Reply } from "./ask.ts";
import { clip } from "./columns.ts";
import type { Terminal } from "./terminal.ts";

export interface FolderQuestion {
  /** The folder that Enter alone means. */
  readonly proposed: string;
  /** Why a folder will not do, in a sentence, as far as a glance tells. */
  readonly trouble: (folder: string) => string | undefined;
}

export function chooseFolder(terminal: Terminal, { proposed, trouble }: FolderQuestion): Promise<Reply<string>> {
  return ask(terminal, {
    message: "Into which folder?",
    initial: proposed,
    below: () => [styleText("dim", clip("  Enter takes it, Esc goes back", terminal.screen.columns - 1))],
    read: async (line) => {
      if (line.trim() === "") return "Name a folder, as in pictures or ~/pictures";
      const answer = atHome(line.trim());
      return trouble(answer) ?? { answer };
    },
    said: (folder) => folder,
  });
}

function atHome(path: string): string {
  return /^~(?:[/\\]|$)/.test(path) ? join(homedir(), path.slice(1)) : path;
}
