// One image, as large as the window allows. Arrow keys go to the next one; Escape goes back to the gallery.

import { useEffect, useRef } from "preact/hooks";
import type { BookState, ImageRow } from "../api/messages.ts";
import { useDesk } from "./desk.ts";
import type { ImageRows } from "./image-rows.ts";
import { usePicture } from "./use-picture.ts";
import { bytes, number, share } from "./words.ts";

interface ViewerProps {
  readonly book: BookState;
  readonly image: number;
  readonly rows: ImageRows;
  readonly onMove: (image: number) => void;
  /** @param hasMoved - whether another image is shown than at first */
  readonly onClose: (hasMoved: boolean) => void;
}

export function Viewer({ book, image, rows, onMove, onClose }: ViewerProps) {
  const { pictures } = useDesk();
  const dialog = useRef<HTMLDialogElement>(null);
  const openedAt = useRef(image);
  rows.want(image, 1);
  const row = rows.get(image);
  const picture = usePicture(book.bookId, image, row?.whole === true);
  useEffect(() => dialog.current?.showModal(), []);

  const move = (by: number) => {
    const target = image + by;
    if (target >= 0 && target < book.images) onMove(target);
  };
  const keyed = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -image, End: book.images - 1 - image }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    move(by);
  };
  const name = row?.path ?? `Image ${number(image + 1)}`;

  return (
    <dialog
      class="viewer"
      ref={dialog}
      aria-label={name}
      onClose={() => onClose(image !== openedAt.current)}
      onKeyDown={keyed}
    >
      <header>
        <h2>{name}</h2>
        <p class="quiet">
          {number(image + 1)} of {number(book.images)}
          {row !== undefined && ` · ${bytes(row.bytes)}`}
        </p>
        {picture?.kind === "picture" && (
          <a class="button" href={picture.url} download={fileName(name)}>
            Save a copy
          </a>
        )}
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      <div class="stage">
        {picture?.kind === "picture" ? (
          <img src={picture.url} alt={name} onError={() => pictures.spoil(book.bookId, image)} />
        ) : (
          <p>{sentence(row, picture?.kind)}</p>
        )}
      </div>
      <button type="button" class="back" aria-label="Previous image" disabled={image === 0} onClick={() => move(-1)}>
        ‹
      </button>
      <button
        type="button"
        class="on"
        aria-label="Next image"
        disabled={image === book.images - 1}
        onClick={() => move(1)}
      >
        ›
      </button>
    </dialog>
  );
}

/** What to say while there is no picture to show. */
function sentence(row: ImageRow | undefined, kind: "file" | "failed" | undefined): string {
  if (row === undefined) return "…";
  if (kind === "file") return "This file is no picture that a browser shows. It lies in the book's folder.";
  if (kind === "failed") return "This picture cannot be read from the disk just now.";
  if (row.whole) return "…";
  if (!row.chosen) return "This image is not chosen, so it is not fetched.";
  return row.pagesHeld === 0
    ? "Not here yet; it is asked for first now."
    : `Arriving: ${share(row.pagesHeld, row.pages)} is here.`;
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
