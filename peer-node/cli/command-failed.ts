// What every command fails with: an exit, and one sentence.

import type { Exit } from "./exit-codes.ts";

/** A command cannot go on. The message is one sentence: what failed, on what, and what to do. */
export class CommandFailed extends Error {
  readonly exit: Exit;
  /** True once its sentence was said; what goes wrong on the way is told then, and decides the exit code at the end. */
  wasSaid = false;

  constructor(exit: Exit, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CommandFailed";
    this.exit = exit;
  }
}
