import { createServer } from "node:http";
import type { LookupFunction } from "node:net";
import { expect, it } from "vitest";
import { showOtherFamily } from "../../../peer-node/tracker/other-family.ts";
import { parseHost } from "../../../shared/hosts.ts";
import { PATHS } from "../../../shared/tracker-api/http.ts";
import { HAS_IPV6, portOf } from "../transport/sockets.ts";
import { BOOK_ID, bodyOf, serve } from "./web-server.ts";

const secret = "5e".repeat(32);
const { signal } = new AbortController();

/** A name that stands for this machine, in the family that is asked for. */
const lookup: LookupFunction = (_, { family, all }, done) => {
  const address = family === 6 ? "::1" : "127.0.0.1";
  if (all === true) done(null, [{ address, family: Number(family) }]);
  else done(null, address, Number(family));
};

it.skipIf(!HAS_IPV6)("A reader shows itself over the family that its socket does not use", async () => {
  for (const [observed, other] of [
    ["127.0.0.1", "::1"],
    ["::1", "127.0.0.1"],
  ] as const) {
    const shown = Promise.withResolvers<unknown>();
    const server = createServer(async (request, response) => {
      const body: unknown = JSON.parse(String(await bodyOf(request)));
      shown.resolve([request.method, request.url, parseHost(request.socket.remoteAddress ?? ""), body]);
      response.writeHead(204).end();
    });
    const tracker = `http://tracker.example:${await portOf(server, "::")}`;
    showOtherFamily({ tracker }, BOOK_ID, { secret, observed }, { signal, lookup });
    expect(await shown.promise).toEqual(["POST", PATHS.addresses(BOOK_ID), other, { secret }]);
  }
});

it.skipIf(!HAS_IPV6)("A reader that has shown itself reads no answer that has no end", async () => {
  const closed = Promise.withResolvers<void>();
  const server = createServer((_, response) => {
    response.on("close", closed.resolve);
    const more = () => void response.write(Buffer.alloc(65_536), (error) => error ?? setImmediate(more));
    more();
  });
  const tracker = `http://tracker.example:${await portOf(server, "::")}`;
  showOtherFamily({ tracker }, BOOK_ID, { secret, observed: "127.0.0.1" }, { signal, lookup });
  await closed.promise;
});

it("A reader whose tracker is named by an address shows itself no further", async () => {
  const web = await serve((_, response) => response.writeHead(204).end());
  showOtherFamily({ tracker: web.url }, BOOK_ID, { secret, observed: "::1" }, { signal, lookup });
  // What had been asked before the first of these would have come before the second is answered.
  for (const path of ["/first", "/second"]) expect((await fetch(web.url + path)).status).toBe(204);
  expect(web.requests).toEqual(["GET /first", "GET /second"]);
});
