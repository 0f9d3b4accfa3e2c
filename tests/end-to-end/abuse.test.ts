// What strangers may try on whoever runs bookswarm on a machine of their own, with real processes. What is tried on the
// Worker itself is tests/tracker-worker/abuse.test.ts.

import { chmod, writeFile } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import WebSocket from "ws";
import { decodeTrackerMessage, encodeMessage } from "../../shared/tracker-api/codec.ts";
import { BOOK_ID, json, serve } from "../peer-node/tracker/web-server.ts";
import { writePictures } from "../processes/pictures.ts";
import { TestSwarm } from "./swarm.ts";

/** What a client may claim to be somebody else, as `bookswarm tracker` and proxies before it know the claims. */
const LIES = {
  "CF-Connecting-IP": "203.0.113.66",
  "cf-connecting-ip": "203.0.113.66",
  "X-Forwarded-For": "203.0.113.66",
  "X-Real-IP": "203.0.113.66",
  "True-Client-IP": "203.0.113.66",
};

async function published(): Promise<{ swarm: TestSwarm; link: string }> {
  const swarm = await TestSwarm.start();
  await writePictures(swarm.path("pictures"), [["a.jpg", 1_000]]);
  const { link } = await swarm.publish(swarm.path("pictures"));
  return { swarm, link };
}

/** Registers with these headers; the address at which the tracker says that it sees us, or the refusal's status. */
function observedWith(link: string, headers: Record<string, string>): Promise<string | number> {
  const socket = new WebSocket(`${link.replace(/^http/, "ws")}/readers`, { headers, perMessageDeflate: false });
  onTestFinished(() => socket.terminate());
  const secret = "5e".repeat(32);
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("unexpected-response", (_, response) => resolve(response.statusCode ?? 0));
    socket.on("open", () =>
      socket.send(
        encodeMessage({ flag: "CON", version: 1, secret, port: 1, privateHosts: [], pagesHeld: 0, silent: false }),
      ),
    );
    socket.on("message", (data) => {
      const message = decodeTrackerMessage(String(data));
      if (message.flag === "CON") resolve(message.observed);
      else if (message.flag === "NAY") reject(new Error(message.message));
    });
  });
}

describe("bookswarm tracker", () => {
  it("sees a reader where it is, whatever a forged header says", async () => {
    const { swarm, link } = await published();
    expect(await observedWith(link, LIES)).toBe("127.0.0.1");
    expect((await swarm.book(link)).readers).toBe(2);
  });

  it("lets no page that a browser shows register its visitors", async () => {
    const { link } = await published();
    expect(await observedWith(link, { Origin: "https://evil.example" })).toBe(403);
  });
});

describe("A token", () => {
  /** A server that a hostile link leads to; it writes down what it was shown. */
  async function trap(answer?: { location: string }) {
    const shown: IncomingHttpHeaders[] = [];
    const web = await serve((request, response) => {
      shown.push(request.headers);
      if (answer === undefined) json(response, { code: "unknown-book", message: "This tracker has no such book" }, 404);
      else response.writeHead(302, { Location: answer.location }).end();
    });
    return { ...web, shown };
  }

  it("is not drawn to a link's own tracker, to where that redirects, or to one that a descriptor names", async () => {
    const swarm = await TestSwarm.start();
    const [evil, behind] = [await trap(), await trap()];
    const redirecting = await trap({ location: `${behind.url}/books/${BOOK_ID}` });
    await writeFile(swarm.path("token"), "s3cret-t0ken\n");
    await chmod(swarm.path("token"), 0o600);
    await writePictures(swarm.path("pictures"), [["a.jpg", 1_000]]);
    await swarm.run("describe", swarm.path("pictures"), "-o", swarm.path("evil.desc"), "--tracker", evil.url);
    const token = ["--token-file", swarm.path("token"), "--tracker", swarm.tracker];
    for (const book of [
      `${evil.url}/books/${BOOK_ID}`,
      `${redirecting.url}/books/${BOOK_ID}`,
      swarm.path("evil.desc"),
    ]) {
      const { code, stdout, stderr } = await swarm.run(
        "get",
        book,
        "--to",
        swarm.path("copy"),
        "--exit",
        "--timeout",
        "5",
        ...token,
      );
      expect(code).not.toBe(0);
      expect(stdout + stderr).not.toContain("s3cret");
    }
    const shown = [...evil.shown, ...redirecting.shown, ...behind.shown];
    expect(evil.shown.length).toBeGreaterThan(0);
    expect(redirecting.shown.length).toBeGreaterThan(0);
    expect(behind.shown).toEqual([]);
    expect(shown.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  });
});
