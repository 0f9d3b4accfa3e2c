// Targets that read text from strangers: descriptors, links, paths, addresses, the tracker's messages, options.

import { createHash } from "node:crypto";
import { CommanderError } from "commander";
import * as v from "valibot";
import * as options from "../../peer-node/cli/option-values.ts";
import { pageCountOf } from "../../shared/book.ts";
import { formatBookLink, parseBookLink, parseTracker } from "../../shared/book-link.ts";
import {
  formatBookLine,
  formatImageLine,
  formatTrackersLine,
  parseBookLine,
  parseImageLine,
  parseTrackersLine,
} from "../../shared/descriptor.ts";
import { DescriptorParser } from "../../shared/descriptor-parser.ts";
import { DescriptorRefused } from "../../shared/faults.ts";
import { familyOf, isLoopback, isPrivate, networkOf, parseHost } from "../../shared/hosts.ts";
import { comparePaths, pathFault } from "../../shared/image-path.ts";
import { SLICE_BYTES } from "../../shared/limits.ts";
import { folderName, localNames } from "../../shared/local-names.ts";
import { printable, UNPRINTABLE } from "../../shared/printable.ts";
import { decodeReaderMessage, decodeTrackerMessage, encodeMessage } from "../../shared/tracker-api/codec.ts";
import { bookAnswerSchema, bookListSchema, refusalSchema, uploadAnswerSchema } from "../../shared/tracker-api/http.ts";
import { Refusal } from "../../shared/tracker-api/refusals.ts";
import { descriptorOf } from "../shared/descriptors.ts";
import { TARGETS as DISKS, NAME_CASES } from "../shared/hostile-names.ts";
import { bytesOf, must, orRefused, type Target, textOf } from "./target.ts";

const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");
const isRefused = (error: unknown) => error instanceof DescriptorRefused;
const BOOK_WORDS = [
  '"path":',
  '"bytes":',
  '"sha256":',
  '"pages":',
  '"index":[',
  '"name":',
  '"images":',
  '"bookswarm":1',
  "..",
  "\\u0000",
  "\ud83d\ude00",
  "9007199254740991",
  "-0",
  "1e3",
  "\n",
  "a".repeat(64),
  "b".repeat(40),
];

/** A descriptor around any body: its digests and counts are right, so that only the lines themselves are judged. */
function around(body: Uint8Array): Uint8Array {
  let [pages, bytes] = [0, 0];
  const lines = textOf(body).split("\n").slice(0, -1);
  for (const line of lines) {
    const size = Number(/"bytes":(\d{1,15})/.exec(line)?.[1] ?? 0);
    pages += pageCountOf(size);
    bytes += size;
  }
  const index = Array.from({ length: Math.ceil(body.length / SLICE_BYTES) }, (_, at) =>
    sha256(body.subarray(at * SLICE_BYTES, (at + 1) * SLICE_BYTES)),
  );
  const head = formatBookLine({ name: "b", images: lines.length, pages, bytes, index });
  return Buffer.concat([bytesOf(`${head}\n${formatTrackersLine([])}\n`), body]);
}

/** The canonical text of a descriptor that the parser took; undefined when it was refused. */
function retold(descriptor: Uint8Array, chunkBytes: number): string | undefined {
  return orRefused(() => {
    const parser = new DescriptorParser(sha256);
    for (let at = 0; at < descriptor.length; at += chunkBytes) parser.feed(descriptor.subarray(at, at + chunkBytes));
    const book = parser.end();
    const lines = Array.from(book.images(), (image) => {
      const pages = Array.from({ length: image.pageCount }, (_, at) =>
        Buffer.from(book.pageDigest(book.page(image.firstPage + at))).toString("hex"),
      );
      const digest = Buffer.from(book.imageDigest(image.index)).toString("hex");
      return `${formatImageLine({ path: image.path, bytes: image.bytes, sha256: digest, pages: pages.join("") })}\n`;
    });
    return [`${formatBookLine(book.head)}\n`, `${formatTrackersLine(book.trackers)}\n`, ...lines].join("");
  }, isRefused);
}

const descriptor: Target = {
  promise:
    "a descriptor is refused with a sentence, or the book that it gives spells the same bytes, however it is cut",
  seeds: () => [
    Buffer.concat([Uint8Array.of(0), descriptorOf({ trackers: ["https://t.example"] }).bytes]),
    Buffer.concat([Uint8Array.of(1), descriptorOf().bytes.subarray(descriptorOf().bodyAt)]),
  ],
  words: BOOK_WORDS,
  bytesMax: 1_200,
  weight: 3,
  take(input) {
    const rest = input.subarray(1);
    const bytes = (input[0] ?? 0) % 2 === 0 ? rest : around(rest);
    const whole = retold(bytes, bytes.length + 1);
    must(whole === undefined || Buffer.from(whole).equals(bytes), "a book spells its own descriptor");
    must(retold(bytes, 1 + ((input[0] ?? 0) >> 1)) === whole, "cutting changes nothing");
  },
};

const lines: Target = {
  promise: "a line of a descriptor is refused with a sentence, or is its own canonical form",
  seeds: () =>
    descriptorOf({ trackers: ["https://t.example/a", "http://127.0.0.1:8787"] })
      .text.trimEnd()
      .split("\n")
      .map(bytesOf),
  words: BOOK_WORDS,
  bytesMax: 400,
  weight: 20,
  take(input) {
    const text = textOf(input);
    const head = orRefused(() => parseBookLine(text), isRefused);
    must(head === undefined || formatBookLine(head) === text, "a book line is canonical");
    const trackers = orRefused(() => parseTrackersLine(text), isRefused);
    must(trackers === undefined || formatTrackersLine(trackers) === text, "a trackers line is canonical");
    const image = orRefused(() => parseImageLine(text, 3), isRefused);
    must(
      image === undefined || (formatImageLine(image) === text && pathFault(image.path) === undefined),
      "an image line is canonical",
    );
  },
};

const links: Target = {
  promise: "a link is refused, or is one that a reader gets again from what it spells",
  seeds: () =>
    ["https://t.example/books/", "HTTP://127.0.0.1:8787/x/books/", "http://[::1]/books/"].map((base) =>
      bytesOf(base + "5A".repeat(32)),
    ),
  words: [
    "http://",
    "https://",
    "/books/",
    "@",
    "?",
    "#",
    "%2F",
    "..",
    ":65536",
    "[::ffff:1.2.3.4]",
    "xn--",
    " ",
    "0x7f.1",
    "\u200d",
    "a".repeat(64),
  ],
  bytesMax: 300,
  weight: 20,
  take(input) {
    const text = textOf(input);
    const link = parseBookLink(text);
    if (link !== undefined) {
      const again = parseBookLink(formatBookLink(link));
      must(again?.tracker === link.tracker && again.bookId === link.bookId, "a link reads back");
    }
    const tracker = parseTracker(text);
    must(
      tracker === undefined ||
        (parseTracker(tracker) === tracker &&
          /^https?:\/\/[^/@?#]+/.test(tracker) &&
          !/[@?#]/.test(new URL(tracker).host)),
      "a tracker has one spelling",
    );
  },
};

const paths: Target = {
  promise:
    "paths that pass give every image a name of its own on every disk, which never climbs and never meets the state folder",
  seeds: () => NAME_CASES.map(({ paths: names }) => bytesOf(names.join("\n"))),
  words: [
    "..",
    "/",
    "CON",
    "com1.",
    "\u202e",
    "\u0301",
    "é",
    "e\u0301",
    "ß",
    "SS",
    "%41",
    ".bookswarm",
    "BOOKSW~1",
    "\u200c",
    "\\",
    "C:",
    "\0",
    "x".repeat(250),
  ],
  bytesMax: 300,
  weight: 3,
  take(input) {
    const names = [...new Set(textOf(input).split("\n"))]
      .filter((name) => pathFault(name) === undefined)
      .sort(comparePaths);
    const book = names.filter((name, at) => !names.slice(0, at).some((other) => name.startsWith(`${other}/`)));
    for (const rules of Object.values(DISKS)) {
      const locals = localNames(book, rules).paths;
      const same = (name: string) => (rules.caseInsensitive ? name.normalize("NFD").toLowerCase() : name);
      must(new Set(locals.map(same)).size === book.length, "no two images have one file");
      for (const local of locals) {
        const parts = local.split("/");
        must(
          parts.every((part) => part !== "" && part !== "." && part !== ".." && !UNPRINTABLE.test(part)),
          "parts are names",
        );
        must(same(parts[0] ?? "") !== ".bookswarm" && !local.includes("\\") && !local.includes("\0"), "nothing climbs");
      }
      const folder = folderName(textOf(input), rules);
      must(folder !== "" && !/[/\\\0]/.test(folder) && !folder.startsWith("."), "a book's folder is one part");
    }
  },
};

const hosts: Target = {
  promise: "an address has one spelling, one family and one network, and a mapped one is the address that it maps",
  seeds: () =>
    ["192.0.2.7", "::FFFF:192.0.2.7", "[2001:DB8::1%eth0]", "::1", "fe80::1", "127.0.0.1", "100.64.0.1"].map(bytesOf),
  words: ["::", ":", ".", "ffff:", "127.", "0", "0x", "%", "[", "]", "255", "256"],
  bytesMax: 64,
  weight: 15,
  take(input) {
    const host = parseHost(textOf(input));
    if (host === undefined) return;
    must(parseHost(host) === host, "an address has one spelling");
    must(
      !/^::ffff:[0-9a-f]+:[0-9a-f]+$/.test(host) && networkOf(host) !== "" && familyOf(host).startsWith("IPv"),
      "an address has a network",
    );
    must(!(isLoopback(host) && isPrivate(host)), "loopback is not private");
    must(printable(host) === host, "an address can be shown");
  },
};

const schemas = [bookListSchema, bookAnswerSchema, uploadAnswerSchema, refusalSchema];

const tracker: Target = {
  promise: "a message is refused with a code, or encodes to what reads back as the same message",
  seeds: () =>
    [
      {
        flag: "CON",
        version: 1,
        secret: "c".repeat(64),
        port: 8788,
        privateHosts: ["192.168.1.20"],
        pagesHeld: 0,
        silent: false,
      },
      {
        flag: "LST",
        readers: 2,
        complete: 1,
        sublist: [{ readerId: "b".repeat(64), addresses: [{ host: "::1", port: 1 }], dialable: true }],
      },
      { flag: "HBT", heartbeatSeconds: 30, readers: 2, complete: 1 },
      { flag: "NAY", code: "book-full", message: "full" },
      { flag: "ERR", readerId: "b".repeat(64), reason: "no-answer" },
      { state: "uploading", missing: [1, 2] },
      { books: [], total: 0 },
    ].map((message) => bytesOf(JSON.stringify(message))),
  words: [
    '"flag":',
    '"CON"',
    '"LST"',
    '"__proto__":',
    '"constructor":',
    "null",
    "[]",
    "{}",
    "1e999",
    "-1",
    '"sublist":',
    '"addresses":',
    "\\ud800",
    '{"toString":1}',
  ],
  bytesMax: 500,
  weight: 15,
  take(input) {
    const text = textOf(input);
    for (const decode of [decodeTrackerMessage, decodeReaderMessage]) {
      const message = orRefused(
        () => decode(text),
        (error) => error instanceof Refusal,
      );
      if (message === undefined) continue;
      const again = encodeMessage(message);
      must(encodeMessage(decode(again)) === again, "a message reads back");
    }
    const value = orRefused(
      () => JSON.parse(text) as unknown,
      (error) => error instanceof SyntaxError,
    );
    for (const schema of schemas) v.safeParse(schema, value);
  },
};

const option: Target = {
  promise: "the value of an option is refused with a sentence, or is a number within its bounds",
  seeds: () => ["0", "8787", "500kB", "4MiB/s", "1.5", "1e3", "http://127.0.0.1:8787", "**/*.jpg"].map(bytesOf),
  words: ["kB", "MiB", "GB", "/s", ".", "e", "-", "0x", "Infinity", "NaN", "\u0660"],
  bytesMax: 40,
  weight: 10,
  take(input) {
    const text = textOf(input);
    const isRefusal = (error: unknown) => error instanceof CommanderError;
    const bounds = [
      [options.portValue, 0, 65_535],
      [options.secondsValue, Number.MIN_VALUE, Number.MAX_VALUE],
      [options.heartbeatValue, 1, 3_600],
      [options.countValue, 1, 1e15],
      [options.rateValue, 1, Number.MAX_SAFE_INTEGER],
    ] as const;
    for (const [read, min, max] of bounds) {
      const value = orRefused(() => read(text), isRefusal);
      must(value === undefined || (value >= min && value <= max), `${read.name} is within its bounds`);
    }
    orRefused(() => options.trackerValues(text), isRefusal);
    orRefused(() => options.globValues(text), isRefusal);
  },
};

export const TEXT_TARGETS = { descriptor, lines, links, paths, hosts, tracker, option };
