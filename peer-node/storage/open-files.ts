// A few open files, the ones used last. Opening a file costs as much as writing a small picture, and a process may only
// have so many.

import { closeFile } from "./close-file.ts";

/** Files kept open at once. Chosen; several books stay below the usual limits of 256 (macOS) and 1,024 (Linux). */
const OPEN_FILES_MAX = 32;

/** A file that another thread uses. */
export interface HeldFile {
  readonly descriptor: number;
  /** False once the file was forgotten: its name may lead to another one by now. */
  readonly isCurrent: boolean;
  /** To be called once. A file that was forgotten meanwhile is closed now. */
  release(): void;
}

export class OpenFiles<Key> {
  /** In order of use, the longest unused first. */
  readonly #files = new Map<Key, OpenFile>();
  readonly #closedBadly: () => void;

  /** @param closedBadly - told when the system reports an error as it closes a file */
  constructor(closedBadly: () => void = () => undefined) {
    this.#closedBadly = closedBadly;
  }

  /** The descriptor for `key`, good until control returns to the event loop; `open` makes one when there is none. */
  get(key: Key, open: () => number): number {
    return this.#take(key, open).descriptor;
  }

  /** The file for `key`, which stays open until it is released. */
  hold(key: Key, open: () => number): HeldFile {
    const file = this.#take(key, open);
    file.hold();
    return file;
  }

  /** Closes the file of `key`, if it is open, as soon as nobody holds it. */
  forget(key: Key): void {
    const file = this.#files.get(key);
    this.#files.delete(key);
    file?.forget();
  }

  /** Closes all, as `forget` does. */
  clear(): void {
    for (const key of [...this.#files.keys()]) this.forget(key);
  }

  #take(key: Key, open: () => number): OpenFile {
    const known = this.#files.get(key);
    if (known !== undefined) this.#files.delete(key);
    const file = known ?? new OpenFile(open(), this.#closedBadly);
    this.#files.set(key, file);
    if (this.#files.size > OPEN_FILES_MAX) {
      for (const oldest of this.#files.keys()) {
        this.forget(oldest);
        break;
      }
    }
    return file;
  }
}

class OpenFile implements HeldFile {
  readonly descriptor: number;
  readonly #closedBadly: () => void;
  #holders = 0;
  #isForgotten = false;

  constructor(descriptor: number, closedBadly: () => void) {
    this.descriptor = descriptor;
    this.#closedBadly = closedBadly;
  }

  get isCurrent(): boolean {
    return !this.#isForgotten;
  }

  hold(): void {
    this.#holders++;
  }

  release(): void {
    this.#holders--;
    this.#closeIfUnused();
  }

  forget(): void {
    this.#isForgotten = true;
    this.#closeIfUnused();
  }

  #closeIfUnused(): void {
    if (this.#isForgotten && this.#holders === 0 && !closeFile(this.descriptor)) this.#closedBadly();
  }
}
