// All books of the process: which one is shown, how far each is, and books that come and go.

import { useState } from "preact/hooks";
import type { BookId } from "../../../shared/ids.ts";
import type { BookState, NewBook } from "../api/messages.ts";
import { Told, useDeed } from "./deed.tsx";
import { useDesk } from "./desk.ts";
import { Field } from "./field.tsx";
import { share } from "./words.ts";

interface BooksProps {
  readonly books: readonly BookState[];
  readonly shown: BookId | undefined;
  readonly onShow: (book: BookId) => void;
}

/** Nothing while there is only one. */
export function BookList({ books, shown, onShow }: BooksProps) {
  if (books.length < 2) return null;
  return (
    <nav class="books" aria-label="Books">
      {books.map(({ bookId, name, chosen }) => (
        <button
          key={bookId}
          type="button"
          aria-current={bookId === shown ? "true" : undefined}
          onClick={() => onShow(bookId)}
        >
          {name} <span class="quiet">{chosen.bytes === 0 ? "100%" : share(chosen.bytesHeld, chosen.bytes)}</span>
        </button>
      ))}
    </nav>
  );
}

export function AddBook() {
  const { client } = useDesk();
  const deed = useDeed();
  const [source, setSource] = useState("");
  const [folder, setFolder] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    const wish = wishOf(source.trim(), folder.trim());
    if (wish === undefined) return deed.refuse("Give a link or a descriptor to fetch, or a folder to serve.");
    const add = async () => {
      const { name } = await client.add(wish);
      setSource("");
      setFolder("");
      return `${name} is open.`;
    };
    return deed.run(add);
  };
  return (
    <form class="card" aria-labelledby="add-title" onSubmit={submit}>
      <h2 id="add-title">Add a book</h2>
      <Field label="Link, or a descriptor's path" value={source} onInput={setSource} />
      <Field
        label="Folder"
        value={folder}
        hint="Where its images go. Without a link: a folder to serve."
        onInput={setFolder}
      />
      <button type="submit" disabled={deed.isBusy}>
        {deed.isBusy ? "Opening…" : "Add"}
      </button>
      <Told deed={deed} />
    </form>
  );
}

/** Asks once more before a book is left. */
export function LeaveBook({ book }: { readonly book: BookState }) {
  const { client } = useDesk();
  const deed = useDeed();
  const [isAsking, setAsking] = useState(false);
  return (
    <section class="card" aria-labelledby="leave-title">
      <h2 id="leave-title">Leave this book</h2>
      <p class="quiet">Its files stay in {book.folder}.</p>
      {isAsking ? (
        <p class="pair">
          <button
            type="button"
            disabled={deed.isBusy}
            onClick={() => deed.run(() => client.remove(book.bookId).then(() => ""))}
          >
            Yes, leave it
          </button>
          <button type="button" onClick={() => setAsking(false)}>
            No
          </button>
        </p>
      ) : (
        <button type="button" onClick={() => setAsking(true)}>
          Leave…
        </button>
      )}
      <Told deed={deed} />
    </section>
  );
}

function wishOf(source: string, folder: string): NewBook | undefined {
  if (source !== "") return { purpose: "fetch", source, ...(folder === "" ? {} : { folder }) };
  return folder === "" ? undefined : { purpose: "serve", folder };
}
