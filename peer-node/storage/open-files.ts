// A few open files, the ones used last. Opening a file costs as much as writing a small picture, and a process may only
// have so many.

import { closeSync } from "node:fs";

/** Files kept open at once. Chosen; several books stay below the usual limits of 256 (macOS) and 1,024 (Linux). */
const OPEN_FILES_MAX = 32;

export class OpenFiles<Key> {
  /** In order of use, the longest unused first. */
  readonly #descriptors = new Map<Key, number>();

  /** The descriptor for `key`; `open` makes one when there is none. */
  get(key: Key, open: () => number): number {
    const known = this.#descriptors.get(key);
    if (known !== undefined) this.#descriptors.delete(key);
    const descriptor = known ?? open();
    this.#descriptors.set(key, descriptor);
    if (this.#descriptors.size > OPEN_FILES_MAX) {
      for (const oldest of this.#descriptors.keys()) {
        this.forget(oldest);
        break;
      }
    }
    return descriptor;
  }

  /** Closes the file of `key`, if it is open. */
  forget(key: Key): void {
    const descriptor = this.#descriptors.get(key);
    if (descriptor === undefined) return;
    this.#descriptors.delete(key);
    closeSync(descriptor);
  }

  /** Closes all. */
  clear(): void {
    for (const key of [...this.#descriptors.keys()]) this.forget(key);
  }
}
