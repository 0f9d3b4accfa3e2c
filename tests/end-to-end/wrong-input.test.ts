// Wrong input: one sentence, an exit code of its own, nothing written where it should not be, nothing overwritten.

import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { EXIT_CODES } from "../../peer-node/cli/exit-codes.ts";
import { DescriptorRefused } from "../../shared/faults.ts";
import type { Exit } from "../processes/bookswarm.ts";
import { manyPictures, writePictures } from "../processes/pictures.ts";
import { errorOf, swarmsForTests } from "./swarm.ts";

const makeSwarm = swarmsForTests();

let books = 0;

/** What a person reads when a command fails: one line on standard error that ends the matter. */
function complaint({ code, stderr }: Exit): { readonly code: number | null; readonly lines: number } {
  return {
    code,
    lines: stderr
      .trimEnd()
      .split("\n")
      .filter((line) => line.startsWith("bookswarm: ")).length,
  };
}

/** A swarm with one small book in it, and its descriptor as text. */
async function smallBook() {
  const swarm = await makeSwarm();
  const pictures = swarm.path("pictures");
  await writePictures(pictures, manyPictures(3, 1_000), ++books);
  const published = await swarm.publish(pictures);
  return { swarm, ...published, descriptor: await readFile(join(pictures, "pictures.desc"), "utf8") };
}

describe("A descriptor", () => {
  it.each([
    [
      "with a changed byte in its body",
      (text: string) =>
        text.replace('"bytes":1000,"sha256":"', '"bytes":1000,"sha256":"0').replace(/0(.{63})."/u, '0$1"'),
    ],
    ["whose path climbs out", (text: string) => text.replace("0/picture-000000.jpg", "../picture-000000.jpg")],
    ["whose counts do not add up", (text: string) => text.replace('"images":3', '"images":4')],
    ["that is cut short", (text: string) => text.slice(0, -10)],
    ["that is no descriptor", () => "hello\n"],
  ])("%s is refused, and nothing is written", async (_, change) => {
    const { swarm, descriptor } = await smallBook();
    const file = swarm.path("changed.desc");
    await writeFile(file, change(descriptor));
    expect(change(descriptor)).not.toBe(descriptor);
    const failed = await swarm.run("get", file, "--to", swarm.path("copy"), "--exit");
    expect(complaint(failed)).toEqual({ code: EXIT_CODES.refused.code, lines: 1 });
    expect(await readdir(swarm.folder)).not.toContain("copy");
  });

  it("refuses as a typed error that is told apart from every other", () => {
    expect(new DescriptorRefused("bad-path", "x")).toMatchObject({ fault: "bad-path" });
    expect(new Error("x")).not.toBeInstanceOf(DescriptorRefused);
  });
});

describe("A link", () => {
  it("to a book that is not there has its own exit code", async () => {
    const { swarm, link, bookId } = await smallBook();
    const missing = link.replace(bookId, "0".repeat(64));
    const failed = await swarm.run("get", missing, "--to", swarm.path("copy"), "--exit");
    expect(complaint(failed)).toEqual({ code: EXIT_CODES["book-not-found"].code, lines: 1 });
    expect(await readdir(swarm.folder)).not.toContain("copy");
  });

  it("to a tracker that does not answer has its own exit code", async () => {
    const swarm = await makeSwarm();
    const link = `http://127.0.0.1:1/books/${"a".repeat(64)}`;
    const failed = await swarm.run("get", link, "--to", swarm.path("copy"), "--exit");
    expect(complaint(failed)).toEqual({ code: EXIT_CODES["tracker-unreachable"].code, lines: 1 });
  });

  it("that is none is wrong use", async () => {
    const swarm = await makeSwarm();
    expect(complaint(await swarm.run("get", "http://example.com/cats"))).toEqual({ code: 2, lines: 1 });
    expect(complaint(await swarm.run("get"))).toEqual({ code: 2, lines: 1 });
  });
});

describe("A tracker that lies", () => {
  it("about a book's first line is found out, and nothing is written", async () => {
    const { swarm, link, bookId, descriptor } = await smallBook();
    const server = createServer((socket) => {
      socket.once("data", (request) => {
        const asked = request.toString();
        const [head = "", ...rest] = descriptor.split("\n");
        const lying = head.replace('"name":"pictures"', '"name":"pixtures"');
        const book = { ...(JSON.parse(head) as object), bookId, readers: 1, complete: 1 };
        const body = asked.includes("/descriptor") ? [lying, ...rest].join("\n") : JSON.stringify(book);
        socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const lie = link.replace(/:\d+\//u, `:${port}/`);
    const failed = await swarm.run("get", lie, "--to", swarm.path("copy"), "--exit");
    expect(complaint(failed)).toEqual({ code: EXIT_CODES.refused.code, lines: 1 });
    expect(await readdir(swarm.folder)).not.toContain("copy");
  });
});

describe("A place that cannot be used", () => {
  it("is a port in use", async () => {
    const { swarm, publisher, link } = await smallBook();
    const { port } = await publisher.event("listening");
    const failed = await swarm.run("get", link, "--to", swarm.path("copy"), "--port", String(port), "--exit");
    expect(complaint(failed)).toEqual({ code: EXIT_CODES.port.code, lines: 1 });
    expect(await readdir(swarm.folder)).not.toContain("copy");
  });

  it("is a folder that cannot be written", async () => {
    const { swarm, link } = await smallBook();
    const failed = await swarm.run("get", link, "--to", "/proc/bookswarm", "--exit");
    expect(complaint(failed)).toEqual({ code: EXIT_CODES.disk.code, lines: 1 });
  });

  it("is a file where the folder should be, or a folder below a link", async () => {
    const { swarm, link } = await smallBook();
    await writeFile(swarm.path("file"), "mine");
    const failed = await swarm.run("get", link, "--to", swarm.path("file"), "--exit");
    expect(complaint(failed).lines).toBe(1);
    expect([EXIT_CODES.disk.code, EXIT_CODES["in-the-way"].code]).toContain(failed.code);
    expect(await readFile(swarm.path("file"), "utf8")).toBe("mine");
    await mkdir(swarm.path("elsewhere"));
    await mkdir(swarm.path("copy"));
    await symlink(swarm.path("elsewhere"), swarm.path("copy", "0"));
    const through = await swarm.run("get", link, "--to", swarm.path("copy"), "--exit");
    expect(through.code).toBe(EXIT_CODES["in-the-way"].code);
    expect(await readdir(swarm.path("elsewhere"))).toEqual([]);
  });

  it("is a folder that another process uses", async () => {
    const { swarm, link } = await smallBook();
    const first = swarm.start("get", link, "--to", swarm.path("copy"));
    await first.event("complete");
    const second = await swarm.run("get", link, "--to", swarm.path("copy"), "--exit");
    expect(complaint(second)).toEqual({ code: EXIT_CODES.disk.code, lines: 1 });
    expect(second.stderr).toContain(String(first.pid));
  });

  it("is the name of a file that is there already: it stays, and the rest arrives", async () => {
    const { swarm, link } = await smallBook();
    await writePictures(swarm.path("copy"), [["0/picture-000001.jpg", 77]]);
    const mine = await readFile(swarm.path("copy", "0", "picture-000001.jpg"));
    const command = swarm.start("get", link, "--to", swarm.path("copy"), "--exit");
    expect((await command.exit).code).toBe(EXIT_CODES["in-the-way"].code);
    expect(errorOf(command)["message"]).toContain("picture-000001.jpg");
    expect(await readFile(swarm.path("copy", "0", "picture-000001.jpg"))).toEqual(mine);
    expect(await readdir(swarm.path("copy", "0"))).toEqual([
      "picture-000000.jpg",
      "picture-000001.jpg",
      "picture-000002.jpg",
    ]);
  });
});

describe("A folder that is no book", () => {
  it("because it has no images is refused with a sentence", async () => {
    const swarm = await makeSwarm();
    await mkdir(swarm.path("empty"));
    expect(complaint(await swarm.run("publish", swarm.path("empty"), "--tracker", swarm.tracker))).toEqual({
      code: EXIT_CODES.refused.code,
      lines: 1,
    });
    expect(complaint(await swarm.run("describe", swarm.path("nowhere")))).toEqual({
      code: EXIT_CODES.disk.code,
      lines: 1,
    });
  });
});
