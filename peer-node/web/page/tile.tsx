// One image in the gallery: the picture once it is whole, before that how far it is.

import type { TargetedEvent } from "preact";
import { memo } from "preact/compat";
import type { BookId } from "../../../shared/ids.ts";
import type { ImageRow } from "../api/messages.ts";
import { useDesk } from "./desk.ts";
import type { Picture } from "./pictures.ts";
import { usePicture } from "./use-picture.ts";
import { bytes, share } from "./words.ts";

interface TileProps {
  readonly book: BookId;
  readonly image: number;
  readonly column: number;
  /** Undefined while nothing is known of the image. */
  readonly row: ImageRow | undefined;
  readonly isFocusable: boolean;
}

function TileView({ book, image, column, row, isFocusable }: TileProps) {
  const { pictures } = useDesk();
  const picture = usePicture(book, image, row?.whole === true);
  return (
    <div
      class={`tile ${standing(row)}`}
      role="gridcell"
      aria-colindex={column}
      aria-label={label(image, row, picture)}
      title={row?.path}
      tabIndex={isFocusable ? 0 : -1}
      data-image={image}
    >
      {picture?.kind === "picture" ? (
        <img
          src={picture.url}
          alt=""
          decoding="async"
          draggable={false}
          onLoad={markPhoto}
          onError={() => pictures.spoil(book, image)}
        />
      ) : (
        row !== undefined && <Waiting row={row} kind={picture?.kind} />
      )}
    </div>
  );
}

/** Pixels of a side from which on a picture fills its tile; what is smaller is shown whole. */
const PHOTO_SIDE_MIN = 320;

function markPhoto({
  currentTarget: { naturalWidth, naturalHeight, classList },
}: TargetedEvent<HTMLImageElement>): void {
  if (Math.min(naturalWidth, naturalHeight) >= PHOTO_SIDE_MIN) classList.add("photo");
}

/** Drawn again only when something of it changed: a scroll moves rows, not tiles. */
export const Tile = memo(
  TileView,
  (a, b) =>
    a.image === b.image &&
    a.row === b.row &&
    a.isFocusable === b.isFocusable &&
    a.column === b.column &&
    a.book === b.book,
);

/** What is said of an image that is here and cannot be shown. */
const UNREADABLE = "cannot be read now";

interface WaitingProps {
  readonly row: ImageRow;
  readonly kind: "file" | "failed" | undefined;
}

function Waiting({ row, kind }: WaitingProps) {
  const name = row.path.slice(row.path.lastIndexOf("/") + 1);
  if (kind !== undefined) {
    return (
      <span class={`sign ${kind}`}>
        <b>{kind === "file" ? extension(name) : "!"}</b>
        <span>{name}</span>
        <span>{kind === "file" ? bytes(row.bytes) : UNREADABLE}</span>
      </span>
    );
  }
  if (row.whole || row.pagesHeld === 0 || row.pages < 2) return null;
  return (
    <span class="arriving" aria-hidden="true">
      <span style={{ width: share(row.pagesHeld, row.pages) }} />
    </span>
  );
}

function standing(row: ImageRow | undefined): string {
  if (row === undefined) return "unknown";
  if (row.whole) return "whole";
  return row.chosen ? "coming" : "unchosen";
}

function label(image: number, row: ImageRow | undefined, picture: Picture | undefined): string {
  if (row === undefined) return `Image ${image + 1}`;
  if (row.whole) return picture?.kind === "failed" ? `${row.path}, ${UNREADABLE}` : row.path;
  if (!row.chosen) return `${row.path}, not chosen`;
  return row.pagesHeld === 0 ? `${row.path}, not here yet` : `${row.path}, ${share(row.pagesHeld, row.pages)} here`;
}

/** @example extension("a.tar.gz") // "GZ" */
function extension(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(dot + 1, dot + 6).toUpperCase() : "FILE";
}
