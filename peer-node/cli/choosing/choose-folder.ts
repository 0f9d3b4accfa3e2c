// The question into which folder; the line may begin with ~ as in a shell.

import { homedir } from "node:os";
import { join } from "node:path";
import { ask, type Reply } from "./ask.ts";
import type { Terminal } from "./terminal.ts";

/** @param proposed - the folder that Enter alone means */
export function chooseFolder(terminal: Terminal, proposed: string): Promise<Reply<string>> {
  return ask(terminal, {
    message: "Into which folder?",
    initial: proposed,
    read: async (line) =>
      line.trim() === "" ? "Name a folder, as in pictures or ~/pictures" : { answer: atHome(line.trim()) },
    said: (folder) => folder,
  });
}

function atHome(path: string): string {
  return /^~(?:[/\\]|$)/.test(path) ? join(homedir(), path.slice(1)) : path;
}
