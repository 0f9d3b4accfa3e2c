// The gallery: every image of a book in one grid, of which only what is seen exists. Pictures appear as they complete,
// and what is on the screen is asked for first. A grid whose rows stand where the scroll puts them cannot be a table, so
// roles say what it is.

import { useSignalEffect } from "@preact/signals";
import type { VirtualItem } from "@tanstack/virtual-core";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { BookState } from "../api/messages.ts";
import { useDesk } from "./desk.ts";
import { ImageRows } from "./image-rows.ts";
import { Tile } from "./tile.tsx";
import { Viewer } from "./viewer.tsx";
import { useVirtualRows } from "./virtual-rows.ts";
import { many } from "./words.ts";

/** Pixels: the narrowest a tile becomes, and what stands between two. */
const TILE_WIDTH_MIN = 148;
const GAP = 8;

/** Milliseconds for which the view must rest before the process is told what is on the screen. */
const REST_MS = 120;

/** Milliseconds after which it is told once more. */
const AGAIN_MS = 3_000;

/** Milliseconds between two looks at how far images of many pages are. */
const REFRESH_MS = 1_000;

export function Gallery({ book }: { readonly book: BookState }) {
  const rows = useImageRows(book);
  const scroller = useRef<HTMLDivElement>(null);
  const { columns, side } = shapeFor(useWidth(scroller));
  const virtualizer = useVirtualRows({
    rows: Math.ceil(book.images / columns),
    rowHeight: side + GAP,
    scroller: () => scroller.current,
  });
  const [focused, setFocused] = useState(0);
  const [viewed, setViewed] = useState<number | undefined>();

  const seen = virtualizer.getVirtualItems();
  const { startIndex, endIndex } = virtualizer.range ?? { startIndex: 0, endIndex: 0 };
  const first = startIndex * columns;
  const count = Math.min(book.images, (endIndex + 1) * columns) - first;
  if (seen.length > 0) rows.want((seen[0]?.index ?? 0) * columns, seen.length * columns);
  usePriorities(book, first, count, viewed);
  useRefresh(rows, first, count, book.pagesMissing > 0);

  const focus = (image: number) => {
    const target = Math.max(0, Math.min(book.images - 1, image));
    setFocused(target);
    virtualizer.scrollToIndex(Math.floor(target / columns), { align: "auto" });
    focusTile(scroller.current, target);
  };
  const clicked = ({ target }: Event) => {
    const image = imageAt(target);
    if (image !== undefined) setViewed(image);
  };
  // Tab and the mouse move the focus by themselves, and keys speak of the tile that has it.
  const noted = ({ target }: Event) => {
    const image = imageAt(target);
    if (image !== undefined) setFocused(image);
  };
  const keyed = (event: KeyboardEvent) => {
    const screen = Math.max(1, endIndex - startIndex) * columns;
    const by = moves(columns, screen, book.images)[event.key];
    if (event.key === "Enter" || event.key === " ") setViewed(focused);
    else if (by === undefined) return;
    else focus(focused + by);
    event.preventDefault();
  };

  return (
    <>
      <div
        class="gallery"
        ref={scroller}
        role="grid"
        aria-label={`Images of ${book.name}`}
        aria-rowcount={Math.ceil(book.images / columns)}
        aria-colcount={columns}
        onClick={clicked}
        onFocusIn={noted}
        onKeyDown={keyed}
      >
        <div class="rows" role="presentation" style={{ height: `${virtualizer.getTotalSize()}px` }}>
          {seen.map((item) => (
            <GridRow
              key={item.index}
              book={book}
              item={item}
              shape={{ columns, side }}
              rows={rows}
              tabbed={focused >= first && focused < first + count ? focused : first}
            />
          ))}
        </div>
      </div>
      {viewed !== undefined && (
        <Viewer
          book={book}
          image={viewed}
          rows={rows}
          onMove={setViewed}
          onClose={(hasMoved) => {
            setViewed(undefined);
            // Else the browser has given the focus back already, and somebody may have moved it on since.
            if (hasMoved) focus(viewed);
          }}
        />
      )}
      <p class="hidden" role="status">
        {spoken(book)}
      </p>
    </>
  );
}

/** How far the book is, for those who listen: in tenths, so that it is not said all the time. */
function spoken({ images, imagesWhole, name }: BookState): string {
  if (imagesWhole === images) return `All ${many(images, "image")} of ${name} are here.`;
  const tenths = Math.floor((10 * imagesWhole) / Math.max(1, images));
  return tenths === 0 ? "" : `${tenths * 10}% of the images are here.`;
}

interface GridRowProps {
  readonly book: BookState;
  readonly item: VirtualItem;
  readonly shape: Shape;
  readonly rows: ImageRows;
  /** The image that Tab leads to: the one used last, or the first in view when that one is out of sight. */
  readonly tabbed: number;
}

function GridRow({ book, item: { index, start }, shape: { columns, side }, rows, tabbed }: GridRowProps) {
  const style = { transform: `translateY(${start}px)`, gridTemplateColumns: `repeat(${columns}, ${side}px)` };
  return (
    <div class="row" role="row" aria-rowindex={index + 1} style={style}>
      {imagesOf(index, columns, book.images).map((image) => (
        <Tile
          key={image}
          book={book.bookId}
          image={image}
          column={(image % columns) + 1}
          row={rows.get(image)}
          isFocusable={image === tabbed}
        />
      ))}
    </div>
  );
}

/** How many tiles stand side by side, and the pixels of a tile's side. */
interface Shape {
  readonly columns: number;
  readonly side: number;
}

function shapeFor(width: number): Shape {
  const columns = Math.max(1, Math.floor((width + GAP) / (TILE_WIDTH_MIN + GAP)));
  return { columns, side: Math.max(1, Math.floor((width - (columns - 1) * GAP) / columns)) };
}

/** Frames that a tile may take to come into view after a jump. */
const JUMP_FRAMES_MAX = 30;

/** Focuses an image's tile as soon as it is there. */
function focusTile(scroller: HTMLElement | null, image: number, frames = JUMP_FRAMES_MAX): void {
  requestAnimationFrame(() => {
    const tile = scroller?.querySelector<HTMLElement>(`[data-image="${image}"]`);
    if (tile != null) tile.focus({ preventScroll: true });
    else if (frames > 0) focusTile(scroller, image, frames - 1);
  });
}

/** By how many images each key moves the focus. */
function moves(columns: number, screen: number, images: number): Readonly<Record<string, number>> {
  return {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -screen,
    PageDown: screen,
    Home: -images,
    End: images,
  };
}

/** Images of one row of the grid. */
function imagesOf(row: number, columns: number, images: number): readonly number[] {
  return Array.from({ length: Math.min(columns, images - row * columns) }, (_, column) => row * columns + column);
}

/** The image whose tile something happened to. */
function imageAt(target: EventTarget | null): number | undefined {
  const tile = target instanceof Element ? target.closest("[data-image]") : null;
  return tile === null ? undefined : Number(tile.getAttribute("data-image"));
}

/** Pixels that the tiles share; follows the window. */
function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element.current);
    setWidth(innerWidthOf(element.current));
    return () => observer.disconnect();
  }, [element]);
  return width;
}

function innerWidthOf(element: HTMLElement): number {
  const { paddingLeft, paddingRight } = getComputedStyle(element);
  return Math.floor(element.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight));
}

/** What is known of the book's images; whoever uses it is drawn again when that changes. */
function useImageRows({ bookId, chosen }: BookState): ImageRows {
  const { client, live } = useDesk();
  const rows = useMemo(() => new ImageRows(client, bookId), [client, bookId]);
  const [, setVersion] = useState(0);
  useEffect(() => live.onImages((event) => rows.note(event)), [live, rows]);
  useSignalEffect(() => setVersion(rows.version.value));
  // What happened while the updates were lost, nobody was told.
  useSignalEffect(() => (live.connection.value === "lost" ? () => rows.forget() : undefined));
  // What is chosen shows in every row.
  const before = useRef(chosen);
  useEffect(() => {
    const { images, bytes } = before.current;
    if (images !== chosen.images || bytes !== chosen.bytes) rows.forget();
    before.current = chosen;
  }, [rows, chosen]);
  return rows;
}

/** Tells the process what is looked at, once the view rests: that first, then a screen on, then a screen back. */
function usePriorities(book: BookState, first: number, count: number, viewed: number | undefined): void {
  const { client } = useDesk();
  const isMissing = book.pagesMissing > 0;
  useEffect(() => {
    if (!isMissing || count <= 0) return undefined;
    const say = () => {
      // A tab that nobody sees leaves the first word to the one that somebody does.
      if (document.hidden) return;
      const ranges: [number, number][] = viewed === undefined ? [] : [[viewed, 1]];
      ranges.push([first, count]);
      if (first + count < book.images) ranges.push([first + count, count]);
      if (first > 0) ranges.push([Math.max(0, first - count), Math.min(first, count)]);
      client.prioritise(book.bookId, ranges).catch(() => undefined);
    };
    const resting = setTimeout(say, REST_MS);
    // Said again now and then: a page that a reader did not deliver after all has lost its place.
    const again = setInterval(say, AGAIN_MS);
    return () => {
      clearTimeout(resting);
      clearInterval(again);
    };
  }, [client, book.bookId, book.images, isMissing, first, count, viewed]);
}

/** Looks now and then how far the images in view are that have many pages. */
function useRefresh(rows: ImageRows, first: number, count: number, isMissing: boolean): void {
  useEffect(() => {
    if (!isMissing) return undefined;
    const timer = setInterval(() => rows.refresh(first, count), REFRESH_MS);
    return () => clearInterval(timer);
  }, [rows, first, count, isMissing]);
}
