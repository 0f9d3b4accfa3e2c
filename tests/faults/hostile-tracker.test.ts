// Trackers that want harm: their readers dial nobody whom they should not, take no more memory, and say what is wrong.

import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import type { WebSocket } from "ws";
import { parseReaderId } from "../../shared/ids.ts";
import type { SublistEntry } from "../../shared/tracker-api/fields.ts";
import type { Bookswarm } from "../processes/bookswarm.ts";
import { manyPictures } from "../processes/pictures.ts";
import { freshId } from "./bad-reader.ts";
import { pause } from "./behaviour.ts";
import { Bystander } from "./bystander.ts";
import { Commands } from "./commands.ts";
import { roomOf } from "./process-room.ts";
import { listed, ScriptedTracker } from "./scripted-tracker.ts";

const MEMORY_MAX = 320_000_000;

/** A book that nobody serves, so that a reader of it looks for readers all the while. */
async function lonelyReader(
  tracker: ScriptedTracker,
  to = "copy",
): Promise<{ readonly commands: Commands; readonly reader: Bookswarm }> {
  const commands = await Commands.in();
  const book = await commands.describe(manyPictures(5, 10_000));
  const reader = commands.start("get", book, "--to", commands.path(to), "--tracker", tracker.url);
  return { commands, reader };
}

const entry = (host: string, port: number): SublistEntry => listed(freshId(), port, host);

/** Ends the reader, which must still be well. */
async function staysWell(reader: Bookswarm): Promise<void> {
  expect(roomOf(reader.pid).memory).toBeLessThan(MEMORY_MAX);
  // Incomplete, and ended in order.
  expect((await reader.end()).code).toBe(10);
}

describe.skipIf(process.platform !== "linux")("A tracker that aims its readers at somebody", () => {
  test("makes each of them knock a few times, with a hello and a goodbye", async () => {
    const target = await Bystander.open();
    const tracker = await ScriptedTracker.open({
      lists: () => Array.from({ length: 5 }, () => entry("127.0.0.1", target.port)),
    });
    const began = performance.now();
    const { reader } = await lonelyReader(tracker);
    await expect.poll(() => target.knocks, { timeout: 30_000 }).toBeGreaterThan(5);
    await pause(8_000);
    const seconds = (performance.now() - began) / 1_000;
    // Fifteen at once and five in a second at most, whatever it lists; a public victim would be spared more.
    expect(target.knocks).toBeLessThan(16 + 5 * seconds);
    for (const bytes of target.heard) expect(bytes.length).toBeLessThanOrEqual(200);
    await staysWell(reader);
  });

  test("with 100,000 addresses costs its readers no memory, and no victim more than the budget of dials", async () => {
    const target = await Bystander.open();
    let socket: WebSocket | undefined;
    const tracker = await ScriptedTracker.open({
      registered: (_, __, opened) => {
        socket = opened;
      },
    });
    const { reader } = await lonelyReader(tracker);
    await reader.event("joined");
    const began = performance.now();
    for (let number = 0; number < 20_000; number++) {
      const sublist = Array.from({ length: 5 }, (_, at) =>
        entry(`127.${number >> 8}.${number & 255}.${at + 1}`, target.port),
      );
      socket?.send(JSON.stringify({ flag: "LST", readers: 100_000, complete: 0, sublist }));
      if (number % 500 === 0) await pause(5);
    }
    await pause(5_000);
    const seconds = (performance.now() - began) / 1_000;
    expect(target.knocks).toBeLessThan(16 + 5 * seconds);
    await staysWell(reader);
  });

  test.each([
    ["of this machine's own services", "127.0.0.1", 22],
    ["where no reader can be", "0.0.0.0", 8_788],
    ["of a group", "239.255.255.250", 8_788],
    ["where a cloud keeps its keys", "169.254.169.254", 8_788],
  ])("does not make them dial an address %s", async (_, host, port) => {
    const tracker = await ScriptedTracker.open({ lists: () => [entry(host, port)] });
    const { reader } = await lonelyReader(tracker);
    await reader.event("joined");
    await pause(1_500);
    await staysWell(reader);
  });
});

describe("A tracker that talks nonsense", () => {
  const CON = {
    flag: "CON",
    readerId: parseReaderId("ee".repeat(32)),
    observed: "127.0.0.1",
    heartbeatSeconds: 20,
    readers: 2,
    complete: 0,
  };
  const host = { host: "127.0.0.1", port: 9_000 };

  test.each<readonly [string, (socket: WebSocket) => void]>([
    ["that is no JSON", (socket) => socket.send("}{")],
    ["in bytes", (socket) => socket.send(Buffer.alloc(100))],
    ["with a flag of its own", (socket) => socket.send('{"flag":"XXX"}')],
    ["with a flag that cannot be made a text", (socket) => socket.send('{"flag":{"toString":1}}')],
    ["of 20,000 bytes", (socket) => socket.send(`{"flag":"${"X".repeat(20_000)}"}`)],
    ["of 50 MB", (socket) => socket.send(Buffer.alloc(50_000_000, "x").toString())],
    [
      "with a thousand readers at once",
      (socket) =>
        socket.send(
          JSON.stringify({
            ...CON,
            sublist: Array.from({ length: 1_000 }, () => ({ readerId: freshId(), addresses: [host], dialable: true })),
          }),
        ),
    ],
    [
      "with names to look up",
      (socket) =>
        socket.send(
          JSON.stringify({
            ...CON,
            sublist: [{ readerId: freshId(), addresses: [{ host: "victim.example", port: 80 }], dialable: true }],
          }),
        ),
    ],
    [
      "with a heartbeat beyond all time",
      (socket) =>
        socket.send(
          JSON.stringify({ ...CON, sublist: [] }).replace('"heartbeatSeconds":20', '"heartbeatSeconds":1e999'),
        ),
    ],
    [
      "of heartbeats without end",
      (socket) => {
        socket.send(JSON.stringify({ ...CON, sublist: [] }));
        for (let beats = 0; beats < 5_000; beats++)
          socket.send('{"flag":"HBT","heartbeatSeconds":0.001,"readers":1,"complete":0}');
      },
    ],
    [
      "with an escape sequence in its refusal",
      (socket) => socket.send('{"flag":"NAY","code":"tracker-busy","message":"\\u001b[2J\\u202ebusy"}'),
    ],
    ["and hangs up at once, again and again", (socket) => socket.terminate()],
  ])("%s is taken for lost, and its readers wait for a better time", async (_, nonsense) => {
    const tracker = await ScriptedTracker.open({ socket: nonsense });
    const { reader } = await lonelyReader(tracker);
    await Promise.race([reader.event("tracker", ({ state }) => state === "lost"), reader.event("joined")]);
    await pause(500);
    const { stdout, stderr } = await reader.end();
    expect(`${stdout}${stderr}`).not.toContain("\u001b");
    expect(stderr).not.toContain("    at ");
  });

  test.each<readonly [string, (request: IncomingMessage, response: ServerResponse) => void, string]>([
    [
      "sends readers elsewhere",
      (_, response) => response.writeHead(302, { Location: "http://169.254.169.254/latest/meta-data" }).end(),
      "tracker-unreachable",
    ],
    [
      "answers without end",
      (_, response) => {
        response.writeHead(200, { "Content-Type": "application/json" });
        const drip = setInterval(() => response.write(Buffer.alloc(200_000, "[")), 5);
        response.on("close", () => clearInterval(drip));
      },
      "tracker-unreachable",
    ],
    ["answers with a page for people", (_, response) => response.end("<html>"), "tracker-unreachable"],
    [
      "answers with half an answer",
      (_, response) => {
        response.writeHead(200, { "Content-Length": "100" });
        response.write("{");
        setTimeout(() => response.destroy(), 50);
      },
      "tracker-unreachable",
    ],
  ])("over HTTP and %s is named in one sentence", async (_, answers, code) => {
    const tracker = await ScriptedTracker.open({ answers });
    const commands = await Commands.in();
    const reader = commands.start("get", `${tracker.url}/books/${"a".repeat(64)}`, "--to", commands.path("copy"));
    const exit = await reader.exit;
    expect(reader.latest("error")?.["code"]).toBe(code);
    expect(exit.stderr).not.toContain("    at ");
    expect(exit.code).toBe(4);
  });
});
