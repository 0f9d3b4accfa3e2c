import { describe, expect, it } from "vitest";
import { STREAMS_MAX } from "../../../peer-node/web/api/limits.ts";
import type { LocalEvent } from "../../../peer-node/web/api/messages.ts";
import { servedPage } from "./served-page.ts";

describe("A stream of live updates", () => {
  it("ends when whoever follows it leaves the loop, and makes room for another", async () => {
    const { client } = await servedPage({ "a.png": "one" });
    const first = async (): Promise<LocalEvent["event"] | undefined> => {
      for await (const { event } of client.events(new AbortController().signal)) return event;
      return undefined;
    };
    for (let stream = 0; stream < STREAMS_MAX; stream++) await first();
    await expect.poll(() => first().catch(({ code }) => code), { timeout: 10_000 }).toBe("state");
  });
});
