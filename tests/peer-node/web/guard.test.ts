import { networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";
import { LocalClient } from "../../../peer-node/web/api/client.ts";
import { BODY_BYTES_MAX } from "../../../peer-node/web/api/limits.ts";
import { PATHS } from "../../../peer-node/web/api/messages.ts";
import { connectTo } from "../transport/sockets.ts";
import { ask, servedPage } from "./served-page.ts";

const PNG = Buffer.from("\x89PNG\r\n\x1a\n and what follows", "latin1");
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" onload="fetch('/api/v1/state')"><script>alert(1)</script></svg>`;

/** Every address that tells or changes something. */
const GUARDED = ["/", PATHS.state, PATHS.events, PATHS.books] as const;

describe("The local page", () => {
  it("listens on loopback and nowhere else", async () => {
    const { page } = await servedPage({ "a.png": PNG });
    const { hostname, port } = new URL(page.origin);
    expect(hostname).toBe("127.0.0.1");
    // Whoever listens at every address of this machine is reached at each of these.
    for (const host of otherAddresses())
      await expect(connectTo({ host, port: Number(port) }), host).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it.each(["evil.example", "127.0.0.1", "127.0.0.1.evil.example", "0.0.0.0", "[::1]"])(
    "gives nothing to a name that an attacker lets point here, even with the token: %s",
    async (name) => {
      const { page } = await servedPage({ "a.png": PNG });
      const port = name === "127.0.0.1" ? "1" : new URL(page.origin).port;
      for (const path of GUARDED) {
        const headers = { Host: `${name}:${port}`, Authorization: `Bearer ${page.token}` };
        const answer = await ask(page, path, { headers });
        expect([answer.status, JSON.parse(answer.body).code]).toEqual([421, "wrong-host"]);
      }
    },
  );

  it.each([
    { Origin: "http://evil.example" },
    { Origin: "null" },
    { Origin: "http://localhost:1" },
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
  ])("gives nothing to a page on another origin, even with the token: %o", async (foreign) => {
    const { page } = await servedPage({ "a.png": PNG });
    for (const path of GUARDED) {
      const headers = { ...foreign, Authorization: `Bearer ${page.token}` } as Record<string, string>;
      const answer = await ask(page, path, { headers });
      expect([answer.status, JSON.parse(answer.body).code]).toEqual([403, "other-origin"]);
      expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    }
    const preflight = await ask(page, PATHS.limits, { method: "OPTIONS", headers: foreign as Record<string, string> });
    expect(preflight.status).toBe(403);
  });

  it("tells and changes nothing without the token, and nothing with a wrong one", async () => {
    const { page, book } = await servedPage({ "a.png": PNG });
    const { id } = book;
    const asked = [
      ["GET", PATHS.state],
      ["GET", PATHS.events],
      ["GET", PATHS.images(id)],
      ["GET", PATHS.image(id, 0)],
      ["GET", PATHS.pages(id)],
      ["PUT", PATHS.limits],
      ["PUT", PATHS.paused(id)],
      ["PUT", PATHS.chosen(id)],
      ["PUT", PATHS.priorities(id)],
      ["POST", PATHS.books],
      ["DELETE", PATHS.book(id)],
    ] as const;
    for (const [method, path] of asked) {
      for (const headers of [{}, { Authorization: `Bearer ${page.token}x` }, { Authorization: page.token }]) {
        const answer = await ask(page, path, { method, headers: headers as Record<string, string> });
        expect([400, 401]).toContain(answer.status);
        expect(JSON.parse(answer.body).code).toBe("no-token");
      }
      // An address is copied, logged and sent along; a token in it counts for nothing.
      expect((await ask(page, `${path}?token=${page.token}`, { method })).status).toBe(401);
    }
  });

  it("takes no body that is too large, or does not say how large it is", async () => {
    const { page } = await servedPage({ "a.png": PNG });
    const headers = { Authorization: `Bearer ${page.token}` };
    const chunked = { ...headers, "Transfer-Encoding": "chunked" };
    for (const options of [
      { headers, body: "x".repeat(BODY_BYTES_MAX + 1) },
      { headers: chunked, body: "{}" },
    ]) {
      const answer = await ask(page, PATHS.limits, { method: "PUT", ...options });
      expect([answer.status, JSON.parse(answer.body).code]).toEqual([413, "too-large"]);
    }
  });

  it("forbids every browser to run, frame, keep or guess anything of its answers", async () => {
    const { page, book } = await servedPage({ "a.png": PNG });
    const headers = { Authorization: `Bearer ${page.token}` };
    const answers = [await ask(page, "/"), await ask(page, PATHS.state, { headers })];
    answers.push(await ask(page, PATHS.image(book.id, 0), { headers }), await ask(page, "/nothing"));
    for (const answer of answers) {
      expect(answer.headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
      });
      expect(answer.headers["content-security-policy"]).toMatch(/default-src 'none'/);
      expect(answer.headers["content-security-policy"]).toMatch(/frame-ancestors 'none'/);
      expect(answer.headers["content-security-policy"]).not.toMatch(/unsafe|\*|https?:/);
    }
    expect(answers[2]?.headers["content-security-policy"]).toMatch(/sandbox/);
  });

  it("answers under both names of this machine, and takes a request that no page made", async () => {
    const { page } = await servedPage({ "a.png": PNG });
    const headers = { Authorization: `Bearer ${page.token}`, "Sec-Fetch-Site": "same-origin" };
    expect((await ask(page, PATHS.state, { headers })).status).toBe(200);
    const localhost = `localhost:${new URL(page.origin).port}`;
    expect((await ask(page, PATHS.state, { headers: { ...headers, Host: localhost } })).status).toBe(200);
    expect((await new LocalClient(page).state()).books).toHaveLength(1);
  });
});

describe("A picture of the local page", () => {
  it("is shown as what its bytes are, whatever its name says", async () => {
    const files = {
      "1.svg": PNG,
      "2.html": Buffer.from("GIF89a..............", "latin1"),
      "3.txt": Buffer.from("\xff\xd8\xff\xe0..............", "latin1"),
      "4.bin": Buffer.from("RIFF....WEBPVP8 ", "latin1"),
      "5": Buffer.from("\0\0\0\x20ftypavif....", "latin1"),
      "6.exe": Buffer.from("BM....\0\0\0\0......", "latin1"),
    };
    const { client, book } = await servedPage(files);
    const types: (string | null)[] = [];
    for (const { index } of book.images()) types.push((await client.image(book.id, index)).headers.get("Content-Type"));
    expect(types).toEqual(["image/png", "image/gif", "image/jpeg", "image/webp", "image/avif", "image/bmp"]);
  });

  it.each([
    ["a hostile SVG", "picture.svg", SVG],
    ["a hostile SVG that is called a PNG", "picture.png", SVG],
    ["a page", "index.html", "<!doctype html><script>alert(1)</script>"],
    ["a page that begins like a picture's name", "BM.bmp", "BM<script>alert(1)</script>"],
    ["a PDF", "a.pdf", "%PDF-1.7"],
    ["an empty file", "empty.png", ""],
  ])("is a download and nothing else when it is %s", async (_, name, bytes) => {
    const { page, client, book } = await servedPage({ [name]: bytes, "other.png": PNG });
    const index = Array.from(book.images()).findIndex(({ path }) => path === name);
    const answer = await client.image(book.id, index);
    expect(answer.headers.get("Content-Type")).toBe("application/octet-stream");
    expect(answer.headers.get("Content-Disposition")).toMatch(/^attachment; filename\*=UTF-8''/);
    expect(answer.headers.get("Content-Security-Policy")).toMatch(/sandbox/);
    expect(answer.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(await answer.text()).toBe(bytes);
    expect((await ask(page, PATHS.image(book.id, index))).status).toBe(401);
  });

  it("is every byte of an image of many pages", async () => {
    const bytes = Buffer.concat([PNG, Buffer.alloc(700_000, 7)]);
    const { client, book } = await servedPage({ "big.png": bytes });
    const answer = await client.image(book.id, 0);
    expect(answer.headers.get("Content-Length")).toBe(String(bytes.length));
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  });
});

/** Every address of this machine besides 127.0.0.1 that needs no scope; on Linux all of 127.0.0.0/8 belongs to it. */
function otherAddresses(): readonly string[] {
  const here = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  const others = here.filter(({ address, scopeid = 0 }) => address !== "127.0.0.1" && scopeid === 0);
  return [...others.map(({ address }) => address), ...(process.platform === "linux" ? ["127.0.0.2"] : [])];
}
