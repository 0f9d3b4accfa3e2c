// Tables of LOCAL-API.md, held against the code both ways.

import { expect, test } from "vitest";
import { PAGE_STANDINGS } from "../../peer-node/core/page-map.ts";
import * as limits from "../../peer-node/web/api/limits.ts";
import { PATHS } from "../../peer-node/web/api/messages.ts";
import { parseBookId } from "../../shared/ids.ts";
import { readCommitted } from "../house/checkout.ts";
import { rows } from "./protocol-document.ts";

const DOCUMENT = "LOCAL-API.md";

test("LOCAL-API.md lists every address of the local API, and no other", () => {
  const id = parseBookId("ab".repeat(32));
  const { base, ...paths } = PATHS;
  const known = Object.values(paths).map((path) => (typeof path === "string" ? path : path(id, 7)));
  const written = rows(readCommitted(DOCUMENT), "| Method | Path | Body | Answer |").map(
    ([, path = ""]) => base + path.replace(/`/g, "").replace(/\?.*/, "").replace("/ID", `/${id}`).replace(/\/N$/, "/7"),
  );
  expect(new Set(written)).toEqual(new Set(known));
});

test("LOCAL-API.md lists every standing of a page with its byte, and no other", () => {
  const written = rows(readCommitted(DOCUMENT), "| Byte | Standing | Meaning |").map(([byte, name]) => [
    name,
    Number(byte),
  ]);
  expect(Object.fromEntries(written)).toEqual(PAGE_STANDINGS);
});

test("LOCAL-API.md lists the limits that somebody who asks can run into", () => {
  const numbers = rows(readCommitted(DOCUMENT), "| Number | Of |").map(([number = ""]) =>
    Number(number.replaceAll(",", "")),
  );
  const { IMAGES_PER_ANSWER_MAX, RANGES_MAX, CHOICES_MAX, BODY_BYTES_MAX, STREAMS_MAX } = limits;
  expect(numbers).toEqual([IMAGES_PER_ANSWER_MAX, RANGES_MAX, CHOICES_MAX, BODY_BYTES_MAX, STREAMS_MAX]);
});
