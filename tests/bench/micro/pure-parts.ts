// Frames, the picker, digests and descriptors: what costs processor time alone.

import { PagePicker } from "../../../peer-node/core/page-picker.ts";
import { nodeHasher } from "../../../peer-node/storage/hasher.ts";
import { DescriptorParser } from "../../../shared/descriptor-parser.ts";
import type { PageIndex } from "../../../shared/ids.ts";
import { PAGE_BYTES, PIECE_BYTES } from "../../../shared/limits.ts";
import { PageSet } from "../../../shared/page-set.ts";
import { encodeMessage } from "../../../shared/wire/codec.ts";
import { FrameDecoder } from "../../../shared/wire/frame-decoder.ts";
import { Dice } from "../../fuzz/mutations.ts";
import { noise } from "../../processes/pictures.ts";
import { descriptorOf, imageOf, sha256 } from "../../shared/descriptors.ts";
import type { Part } from "./part.ts";

/** Bytes that a socket brings at a time. */
const CHUNK_BYTES = 65_536;

const LINKS = 60;
const PAGES = 1_000_000;

const PAGE = noise(PAGE_BYTES, 1);

export function pureParts(): readonly Part[] {
  return [...codecParts(), pickerPart(), ...hashingParts(), parserPart()];
}

function codecParts(): readonly Part[] {
  const have = { flag: "have", pages: [7] } as const;
  const frames: Uint8Array[] = [];
  for (let offset = 0; offset < PAGE_BYTES; offset += PIECE_BYTES) {
    frames.push(encodeMessage({ flag: "piece", page: 7, offset, bytes: PAGE.subarray(offset, offset + PIECE_BYTES) }));
  }
  const stream = Buffer.concat(frames);
  const decoder = new FrameDecoder();
  const times = 1_000;
  return [
    {
      name: "codec: a `have` encoded",
      each: "frame",
      times,
      work: () => {
        for (let time = 0; time < times; time++) encodeMessage(have);
      },
    },
    {
      name: `codec: the pieces of a page decoded from chunks of ${CHUNK_BYTES} bytes`,
      each: "page",
      times: 1,
      bytes: PAGE_BYTES,
      work: () => {
        for (let at = 0; at < stream.length; at += CHUNK_BYTES)
          decoder.feed(stream.subarray(at, at + CHUNK_BYTES), () => true);
      },
    },
  ];
}

/** Links that hold half of the pages each, by chance; every decision takes a page off the list. */
function pickerPart(): Part {
  const dice = new Dice(1);
  const picker = new PagePicker(PAGES, () => dice.below(2 ** 30) / 2 ** 30);
  for (let page = 0; page < PAGES; page++) picker.add(page as PageIndex);
  const holdings = Array.from({ length: LINKS }, () => {
    const held = new PageSet(PAGES);
    for (let page = 0; page < PAGES; page++) if (dice.below(2) === 0) held.add(page as PageIndex);
    picker.ownerJoined(held);
    return held;
  });
  const times = 1_000;
  const picked: PageIndex[] = [];
  return {
    name: `picker: the rarest page, ${LINKS} links and ${PAGES.toLocaleString("en")} pages`,
    each: "decision",
    times,
    prepare: () => {
      for (const page of picked.splice(0)) picker.add(page);
    },
    work: () => {
      for (let time = 0; time < times; time++) {
        const page = picker.pickRarest(holdings[time % LINKS] as PageSet, () => true);
        if (page === undefined) throw new Error("There was nothing to pick");
        picker.remove(page);
        picked.push(page);
      }
    },
  };
}

function hashingParts(): readonly Part[] {
  const whole = { each: "page", times: 1, bytes: PAGE_BYTES };
  const running = nodeHasher.runningSha256();
  return [
    { ...whole, name: "hashing: SHA-1 of a page", work: () => void nodeHasher.sha1(PAGE) },
    { ...whole, name: "hashing: SHA-256 of an image of one page", work: () => void nodeHasher.sha256(PAGE) },
    { ...whole, name: "hashing: SHA-256 of a longer image, page by page", work: () => running.update(PAGE) },
  ];
}

function parserPart(): Part {
  const images = 10_000;
  const path = (number: number) => `folder/picture-${String(number).padStart(6, "0")}.jpg`;
  const { bytes: text } = descriptorOf({
    images: Array.from({ length: images }, (_, number) => imageOf(path(number), 90_000)),
  });
  return {
    name: `descriptor: ${images.toLocaleString("en")} images parsed and checked`,
    each: "image",
    times: images,
    bytes: text.length,
    work: () => {
      const parser = new DescriptorParser(sha256);
      for (let at = 0; at < text.length; at += CHUNK_BYTES) parser.feed(text.subarray(at, at + CHUNK_BYTES));
      parser.end();
    },
  };
}
