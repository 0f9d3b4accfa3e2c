// The images of a body, one by one, against the head: order, uniqueness, totals. Holds the last path and a few numbers,
// however many images there are.

import { type BookHead, type ImageEntry, pageCountOf } from "./book.ts";
import { DescriptorRefused } from "./faults.ts";
import { comparePaths } from "./image-path.ts";

export class ImageLedger {
  readonly #head: BookHead;
  #last = "";
  /**
   * Lengths, ascending, of the prefixes of the last path that are images themselves, its own among them. Nothing more
   * has to be remembered: paths come in order, so whatever stands between "a" and "a/b" begins with "a", too.
   */
  readonly #prefixes: number[] = [];
  #images = 0;
  #pages = 0;
  #bytes = 0;

  constructor(head: BookHead) {
    this.#head = head;
  }

  /** @throws DescriptorRefused when this image cannot follow the ones before it */
  add({ path, bytes }: Pick<ImageEntry, "path" | "bytes">): void {
    const where = `Image ${JSON.stringify(path.slice(0, 200))}`;
    if (this.#images > 0 && comparePaths(this.#last, path) >= 0) {
      throw new DescriptorRefused(
        "bad-order",
        `${where} does not come after ${JSON.stringify(this.#last.slice(0, 200))}`,
      );
    }
    const shared = sharedLength(this.#last, path);
    while ((this.#prefixes.at(-1) ?? 0) > shared) this.#prefixes.pop();
    if (this.#prefixes.some((length) => path[length] === "/")) {
      throw new DescriptorRefused("bad-path", `${where} lies inside what another line calls an image`);
    }
    this.#prefixes.push(path.length);
    this.#last = path;
    this.#images++;
    this.#pages += pageCountOf(bytes);
    this.#bytes += bytes;
    const head = this.#head;
    if (this.#images > head.images || this.#pages > head.pages || this.#bytes > head.bytes) this.#refuseTotals();
  }

  /** @throws DescriptorRefused when the images together are not what the head says */
  close(): void {
    const head = this.#head;
    if (this.#images !== head.images || this.#pages !== head.pages || this.#bytes !== head.bytes) this.#refuseTotals();
  }

  #refuseTotals(): never {
    const { images, pages, bytes } = this.#head;
    throw new DescriptorRefused(
      "bad-count",
      `The image lines do not add up to ${images} images, ${pages} pages and ${bytes} bytes`,
    );
  }
}

/** How many characters two texts have in common at their beginning. */
function sharedLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}
