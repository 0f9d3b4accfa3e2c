// The stamps of many images, in columns: a hundred thousand as objects take fifteen megabytes, and two and a half here.

import type { ImageIndex } from "../../shared/ids.ts";
import type { Stamp } from "./stamp.ts";

export class StampTable {
  /** One more than the size of each file; 0 where there is no stamp. */
  readonly #sizes: Float64Array;
  readonly #mtimes: BigInt64Array;
  readonly #inodes: BigUint64Array;
  #count = 0;

  /** @param images - how many images there may be stamps of */
  constructor(images: number) {
    this.#sizes = new Float64Array(images);
    this.#mtimes = new BigInt64Array(images);
    this.#inodes = new BigUint64Array(images);
  }

  /** How many images have a stamp. */
  get count(): number {
    return this.#count;
  }

  has(image: ImageIndex): boolean {
    return (this.#sizes[image] ?? 0) > 0;
  }

  get(image: ImageIndex): Stamp | undefined {
    const [size = 0, mtimeNs = 0n, ino = 0n] = [this.#sizes[image], this.#mtimes[image], this.#inodes[image]];
    return size === 0 ? undefined : { bytes: size - 1, mtimeNs, ino };
  }

  set(image: ImageIndex, { bytes, mtimeNs, ino }: Stamp): void {
    if (!this.has(image)) this.#count++;
    this.#sizes[image] = bytes + 1;
    this.#mtimes[image] = mtimeNs;
    this.#inodes[image] = ino;
  }

  delete(image: ImageIndex): void {
    if (this.has(image)) this.#count--;
    this.#sizes[image] = 0;
  }

  /** The images that have a stamp, in book order. */
  *keys(): Generator<ImageIndex> {
    for (const [image, size] of this.#sizes.entries()) if (size > 0) yield image as ImageIndex;
  }
}
