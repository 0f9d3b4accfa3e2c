import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocketServer } from "ws";
import { type SocketEvent, TrackerSocket } from "../../../peer-node/tracker/tracker-socket.ts";
import { BOOK_ID, json, serve } from "./web-server.ts";

/** What a socket reports of a tracker that answers its upgrade so. */
async function reportOf(...[answer]: Parameters<typeof serve>): Promise<SocketEvent> {
  const { url } = await serve(answer);
  return new Promise((report) => {
    const socket = new TrackerSocket({ tracker: url }, BOOK_ID, report);
    onTestFinished(() => socket.close());
  });
}

it("TrackerSocket is done with a tracker that takes nothing of what is said to it", async () => {
  const { url, server } = await serve(() => undefined);
  const tracker = new WebSocketServer({ server });
  tracker.on("connection", (deaf) => deaf.pause());
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const { promise: ended, resolve: end } = Promise.withResolvers<SocketEvent>();
  const socket = new TrackerSocket({ tracker: url }, BOOK_ID, (event) =>
    event.type === "opened" ? open() : end(event),
  );
  await opened;
  const say = setInterval(() => {
    for (let times = 0; times < 1_000; times++) socket.send({ flag: "PRG", pagesHeld: 1e15 });
  });
  onTestFinished(() => {
    clearInterval(say);
    tracker.close();
  });
  expect(await ended).toMatchObject({ type: "dropped" });
});

describe("TrackerSocket, answered with HTTP", () => {
  it("reports the tracker's own refusal", async () => {
    const refusal = { code: "unknown-book", message: "No such book" };
    expect(await reportOf((_, response) => json(response, refusal, 404))).toEqual({ type: "refused", ...refusal });
  });

  it("takes a 429 without the tracker's words for a refusal that passes: somebody before it counts what comes", async () => {
    expect(await reportOf((_, response) => response.writeHead(429).end("<h1>Error 1027</h1>"))).toEqual({
      type: "refused",
      code: "too-many",
      message: "the tracker answers with status 429",
    });
  });

  it("takes anything else without the tracker's words for no answer", async () => {
    expect(await reportOf((_, response) => response.writeHead(502).end("<h1>Bad gateway</h1>"))).toEqual({
      type: "dropped",
      reason: "the tracker answers with status 502",
    });
  });
});
