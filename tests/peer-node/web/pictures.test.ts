import { beforeEach, describe, expect, it, vi } from "vitest";
import type { LocalClient } from "../../../peer-node/web/api/client.ts";
import { type Picture, Pictures } from "../../../peer-node/web/page/pictures.ts";
import { parseBookId } from "../../../shared/ids.ts";

const BOOK = parseBookId("ab".repeat(32));

/** A process whose answers are the test's to say. */
function processWith(answer: (image: number) => Response) {
  const asked: number[] = [];
  const image = async (_: string, number: number) => {
    asked.push(number);
    return answer(number);
  };
  return { asked, pictures: new Pictures({ image } as unknown as LocalClient) };
}

/** Long enough for a picture in view to be fetched. */
const inView = () => vi.advanceTimersByTimeAsync(100);

describe("Pictures in a tab's memory", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    return () => vi.useRealTimers();
  });

  it("are shown as failed when they cannot be read, and as they are once they can, while one looks", async () => {
    let isBroken = true;
    const { asked, pictures } = processWith(() => {
      if (isBroken) throw new Error("disk-failed");
      return new Response("GIF89a", { headers: { "Content-Type": "image/gif" } });
    });
    const shown: Picture["kind"][] = [];
    const look = () => pictures.want(BOOK, 3, ({ kind }) => shown.push(kind));
    const away = look();
    await inView();
    expect(shown).toEqual(["failed"]);
    isBroken = false;
    await vi.advanceTimersByTimeAsync(6_000);
    expect(shown).toEqual(["failed", "picture"]);
    away();

    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toEqual([3, 3]);
  });

  it("are asked for no more when one looks away from what failed, and at once when one looks again", async () => {
    const { asked, pictures } = processWith(() => {
      throw new Error("disk-failed");
    });
    const away = pictures.want(BOOK, 3, () => undefined);
    await inView();
    away();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toEqual([3]);
    pictures.want(BOOK, 3, () => undefined);
    await inView();
    expect(asked).toEqual([3, 3]);
  });

  it("are kept when they are out of sight, though not ever more of them, even of files without a picture", async () => {
    const { asked, pictures } = processWith(() => new Response("<svg/>"));
    const lookAt = async (image: number) => {
      const away = pictures.want(BOOK, image, () => undefined);
      await inView();
      away();
    };
    for (let image = 0; image < 3_000; image++) await lookAt(image);
    asked.splice(0);
    await lookAt(2_999);
    expect(asked).toEqual([]);
    await lookAt(0);
    expect(asked).toEqual([0]);
  });
});
