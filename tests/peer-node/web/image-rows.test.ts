import { describe, expect, it } from "vitest";
import type { LocalClient } from "../../../peer-node/web/api/client.ts";
import type { ImageList, ImageRow } from "../../../peer-node/web/api/messages.ts";
import { ImageRows } from "../../../peer-node/web/page/image-rows.ts";
import { parseBookId } from "../../../shared/ids.ts";

const BOOK = parseBookId("ab".repeat(32));

/** A process that answers when the test says so. */
class SlowProcess {
  readonly asked: number[] = [];
  readonly #answers: ((list: ImageList) => void)[] = [];

  readonly client = {
    images: (_: string, from: number) => {
      this.asked.push(from);
      return new Promise<ImageList>((resolve) => this.#answers.push(resolve));
    },
  } as unknown as LocalClient;

  /** Answers the oldest open question. */
  async answer(from: number, row: Partial<ImageRow>): Promise<void> {
    const whole = { path: "a.png", bytes: 1, pages: 1, pagesHeld: 0, whole: false, chosen: true, ...row };
    this.#answers.shift()?.({ from, images: Array.from({ length: 240 }, () => whole) });
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("What the gallery knows of images", () => {
  it("is asked for by windows, each once, when they come into view", async () => {
    const process = new SlowProcess();
    const rows = new ImageRows(process.client, BOOK);
    rows.want(0, 10);
    rows.want(5, 10);
    rows.want(235, 10);
    expect(process.asked).toEqual([0, 240]);
    expect(rows.get(3)).toBeUndefined();
    await process.answer(0, {});
    expect(rows.get(3)).toMatchObject({ path: "a.png", whole: false });
    expect(rows.get(240)).toBeUndefined();
  });

  it("takes in that an image is whole, at once and for that one alone", async () => {
    const process = new SlowProcess();
    const rows = new ImageRows(process.client, BOOK);
    rows.want(0, 10);
    await process.answer(0, {});
    const before = rows.version.value;
    rows.note({ bookId: BOOK, whole: [3], changed: [] });
    expect(rows.get(3)).toMatchObject({ whole: true, pagesHeld: 1 });
    expect(rows.get(4)?.whole).toBe(false);
    expect(rows.version.value).toBeGreaterThan(before);
    rows.note({ bookId: parseBookId("cd".repeat(32)), whole: [4], changed: [] });
    expect(rows.get(4)?.whole).toBe(false);
  });

  it("does not lose that an image is whole to an older answer that was under way", async () => {
    const process = new SlowProcess();
    const rows = new ImageRows(process.client, BOOK);
    rows.want(0, 10);
    rows.note({ bookId: BOOK, whole: [3], changed: [] });
    await process.answer(0, {});
    expect(rows.get(3)?.whole).toBe(true);
    expect(rows.get(4)?.whole).toBe(false);
  });

  it("asks again for what is no longer what it was", async () => {
    const process = new SlowProcess();
    const rows = new ImageRows(process.client, BOOK);
    rows.want(0, 10);
    await process.answer(0, { whole: true });
    rows.note({ bookId: BOOK, whole: [], changed: [3] });
    expect(process.asked).toEqual([0, 0]);
    await process.answer(0, { whole: false });
    expect(rows.get(3)?.whole).toBe(false);
  });

  it("asks for nothing that nobody looked at, however many images are no longer what they were", async () => {
    const process = new SlowProcess();
    const rows = new ImageRows(process.client, BOOK);
    rows.want(0, 10);
    await process.answer(0, { whole: true });
    rows.note({ bookId: BOOK, whole: [], changed: Array.from({ length: 100_000 }, (_, image) => image) });
    expect(process.asked).toEqual([0, 0]);
  });

  it("is believed no longer once all is forgotten, neither what it was told nor what is still answered", async () => {
    const process = new SlowProcess();
    const rows = new ImageRows(process.client, BOOK);
    rows.want(0, 10);
    rows.note({ bookId: BOOK, whole: [3], changed: [] });
    rows.forget();
    await process.answer(0, { whole: true });
    expect(rows.get(3)).toBeUndefined();
    rows.want(0, 10);
    await process.answer(0, {});
    expect(rows.get(3)).toMatchObject({ whole: false });
  });

  it("looks again only where images of many pages arrive", async () => {
    const process = new SlowProcess();
    const rows = new ImageRows(process.client, BOOK);
    rows.want(0, 10);
    await process.answer(0, { pages: 1 });
    rows.refresh(0, 10);
    expect(process.asked).toEqual([0]);
    rows.forget();
    rows.want(0, 10);
    await process.answer(0, { pages: 4 });
    rows.refresh(0, 10);
    expect(process.asked).toEqual([0, 0, 0]);
  });
});
