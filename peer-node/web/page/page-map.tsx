// The page map: every page of a book as a dot, by how it stands. Where there are more pages than room, a dot stands for
// several, and shows what most of them are. The numbers beside it say the same in words.

import { useEffect, useRef, useState } from "preact/hooks";
import { PAGE_STANDINGS, type PageStanding } from "../../core/page-map.ts";
import type { BookState } from "../api/messages.ts";
import { useDesk } from "./desk.ts";
import { many, number } from "./words.ts";

/** Pixels: largest and smallest side of a dot, its gap included, and the height that all may take. */
const DOT_MAX = 12;
const DOT_MIN = 4;
const HEIGHT_MAX = 220;

/** Milliseconds between two maps at least; a larger book's map costs more, and is looked at as a whole. */
const REDRAW_MS = 1_000;
const PAGES_PER_MS = 200;

/** In the order in which they are named; of a dot's pages the standing of most decides, and of two alike the first. */
const SHOWN: readonly { readonly standing: PageStanding; readonly word: string }[] = [
  { standing: "arriving", word: "arriving" },
  { standing: "held", word: "held" },
  { standing: "rare", word: "rare" },
  { standing: "missing", word: "missing" },
  { standing: "unwanted", word: "not chosen" },
];

export function PageMap({ book }: { readonly book: BookState }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const map = usePageMap(book);
  useEffect(() => {
    if (canvas.current === null || map === undefined) return undefined;
    const drawn = canvas.current;
    const draw = () => drawMap(drawn, map);
    draw();
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const observer = new ResizeObserver(draw);
    scheme.addEventListener("change", draw);
    observer.observe(drawn);
    return () => {
      scheme.removeEventListener("change", draw);
      observer.disconnect();
    };
  }, [map]);
  const counts = map === undefined ? undefined : countOf(map);
  const inWords = SHOWN.filter(({ standing }) => (counts?.[standing] ?? 0) > 0)
    .map(({ standing, word }) => `${number(counts?.[standing] ?? 0)} ${word}`)
    .join(", ");
  return (
    <section class="card" aria-labelledby="page-map-title">
      <h2 id="page-map-title">Pages</h2>
      <canvas ref={canvas} role="img" aria-label={`Map of ${many(book.pages, "page")}: ${inWords}`} />
      <ul class="legend">
        {SHOWN.map(({ standing, word }) => (
          <li key={standing} data-standing={standing}>
            <span class={`dot ${standing}`} aria-hidden="true" />
            <span>{word}</span> <b>{counts === undefined ? "–" : number(counts[standing])}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The map, fetched again while it changes and the tab is looked at. */
function usePageMap({ bookId, pages, pagesHeld, pagesMissing, readers, chosen }: BookState): Uint8Array | undefined {
  const { client } = useDesk();
  const [map, setMap] = useState<Uint8Array | undefined>();
  // What is asked changes all the time while something arrives; then the clock decides.
  const isMoving = pagesMissing > 0 && readers.length > 0;
  const [beat, setBeat] = useState(0);
  useEffect(() => {
    if (!isMoving) return undefined;
    const timer = setInterval(() => setBeat((times) => times + 1), Math.max(REDRAW_MS, pages / PAGES_PER_MS));
    return () => clearInterval(timer);
  }, [isMoving, pages]);
  const key = [bookId, isMoving ? "" : `${pagesHeld} ${pagesMissing}`, readers.length, chosen.pages, beat].join(" ");
  const latest = useRef(key);
  latest.current = key;
  const isAsking = useRef(false);
  // One at a time, and to its end: a process that is slow to answer is not asked faster than it can.
  const ask = async () => {
    if (isAsking.current || document.visibilityState === "hidden") return;
    isAsking.current = true;
    const asked = latest.current;
    await client.pageMap(bookId).then(setMap, () => undefined);
    isAsking.current = false;
    if (latest.current !== asked) setTimeout(ask, REDRAW_MS / 2);
  };
  useEffect(() => void ask(), [key]);
  useEffect(() => {
    document.addEventListener("visibilitychange", ask);
    return () => document.removeEventListener("visibilitychange", ask);
  }, []);
  return map;
}

function countOf(map: Uint8Array): Readonly<Record<PageStanding, number>> {
  const counts = new Uint32Array(SHOWN.length);
  for (const standing of map) counts[standing] = (counts[standing] ?? 0) + 1;
  const named = SHOWN.map(({ standing }) => [standing, counts[PAGE_STANDINGS[standing]] ?? 0] as const);
  return Object.fromEntries(named) as Record<PageStanding, number>;
}

function drawMap(canvas: HTMLCanvasElement, map: Uint8Array): void {
  const width = canvas.clientWidth;
  const context = canvas.getContext("2d");
  if (context === null || width === 0) return;
  const { dot, columns, dots } = layout(width, map.length);
  const height = Math.ceil(dots / columns) * dot;
  const scale = devicePixelRatio;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.height = `${height}px`;
  context.scale(scale, scale);
  const colours = coloursOf(canvas);
  const gap = dot >= 6 ? 2 : 1;
  for (let at = 0; at < dots; at++) {
    const from = Math.floor((at * map.length) / dots);
    const to = Math.max(from + 1, Math.floor(((at + 1) * map.length) / dots));
    context.fillStyle = colours[commonest(map, from, to)] ?? "transparent";
    context.fillRect((at % columns) * dot, Math.floor(at / columns) * dot, dot - gap, dot - gap);
  }
}

/** As large as fits; and as many as fit, when even the smallest are too many. */
function layout(width: number, pages: number): { dot: number; columns: number; dots: number } {
  for (let dot = DOT_MAX; dot > DOT_MIN; dot--) {
    const columns = Math.floor(width / dot);
    if (Math.ceil(pages / columns) * dot <= HEIGHT_MAX) return { dot, columns, dots: pages };
  }
  const columns = Math.floor(width / DOT_MIN);
  return { dot: DOT_MIN, columns, dots: Math.min(pages, columns * Math.floor(HEIGHT_MAX / DOT_MIN)) };
}

/** What most pages of a stretch are. */
function commonest(map: Uint8Array, from: number, to: number): number {
  if (to - from === 1) return map[from] ?? 0;
  const counts = [0, 0, 0, 0, 0];
  for (let page = from; page < to; page++) counts[map[page] ?? 0] = (counts[map[page] ?? 0] ?? 0) + 1;
  return counts.indexOf(Math.max(...counts));
}

/** The style sheet's colours, by the numbers of a map. */
function coloursOf(element: HTMLElement): readonly string[] {
  const style = getComputedStyle(element);
  const colours: string[] = [];
  for (const { standing } of SHOWN) colours[PAGE_STANDINGS[standing]] = style.getPropertyValue(`--page-${standing}`);
  return colours;
}
