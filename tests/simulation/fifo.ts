// First in, first out, without the price of moving an array's entries at each take.

export class Fifo<T> {
  #entries: (T | undefined)[] = [];
  #head = 0;

  get size(): number {
    return this.#entries.length - this.#head;
  }

  get first(): T | undefined {
    return this.#entries[this.#head];
  }

  push(entry: T): void {
    this.#entries.push(entry);
  }

  shift(): T | undefined {
    const entry = this.#entries[this.#head];
    if (entry === undefined) return undefined;
    this.#entries[this.#head++] = undefined;
    if (this.#head === this.#entries.length) this.#restart();
    else if (this.#head >= 32 && this.#head * 2 >= this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
    return entry;
  }

  #restart(): void {
    this.#entries.length = 0;
    this.#head = 0;
  }
}
