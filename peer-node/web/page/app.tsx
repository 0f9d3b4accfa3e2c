// The page as a whole: which book is shown, its gallery, and beside it what goes on.

import { useState } from "preact/hooks";
import type { BookId } from "../../../shared/ids.ts";
import type { BookState, ProcessState } from "../api/messages.ts";
import { AddBook, BookList, LeaveBook } from "./books.tsx";
import { useDesk } from "./desk.ts";
import { Gallery } from "./gallery.tsx";
import type { Connection } from "./live.ts";
import { PageMap } from "./page-map.tsx";
import { Readers } from "./readers.tsx";
import { SpeedChart } from "./speed-chart.tsx";
import { Summary } from "./summary.tsx";
import { Choice, Limits } from "./wishes.tsx";

export function App() {
  const { live } = useDesk();
  const state = live.state.value;
  const connection = live.connection.value;
  return (
    <>
      <Notice connection={connection} />
      {state !== undefined && connection !== "refused" && <Shelf state={state} />}
    </>
  );
}

/** What a tab without a token says. */
export function NoToken() {
  return (
    <main class="alone">
      <h1>bookswarm</h1>
      <p>Open the whole address that the program printed in its terminal, with what stands behind the #.</p>
    </main>
  );
}

function Shelf({ state }: { readonly state: ProcessState }) {
  const [wished, setWished] = useState<BookId | undefined>();
  const [isAside, setAside] = useState(false);
  const { books } = state;
  const book = books.find(({ bookId }) => bookId === wished) ?? books[0];
  return (
    <div class={`shelf ${isAside ? "aside" : ""}`}>
      <header class="top">
        <BookList books={books} shown={book?.bookId} onShow={setWished} />
        {book === undefined ? <h1>No book is open</h1> : <Summary book={book} key={book.bookId} />}
        <button type="button" class="toggle" onClick={() => setAside(!isAside)}>
          {isAside ? "Pictures" : "What goes on"}
        </button>
      </header>
      <main>
        {book === undefined ? (
          <p class="hint">
            What the program was started for appears here as soon as it is open. Another book is added with its link, or
            with a folder to serve.
          </p>
        ) : (
          <Gallery book={book} key={book.bookId} />
        )}
      </main>
      <aside aria-label="What goes on">
        {book !== undefined && <Details book={book} key={book.bookId} />}
        <Limits limits={state.limits} />
        <AddBook />
        {book !== undefined && <LeaveBook book={book} key={`leave ${book.bookId}`} />}
      </aside>
    </div>
  );
}

function Details({ book }: { readonly book: BookState }) {
  return (
    <>
      <PageMap book={book} />
      <SpeedChart book={book} />
      <Readers book={book} />
      {book.purpose === "fetch" && <Choice book={book} />}
    </>
  );
}

const NOTICES: Readonly<Record<Connection, string>> = {
  asking: "Asking the program…",
  live: "",
  lost: "The program has ended, or does not answer. What it fetched is in its folder.",
  refused: "The program was started anew since this page was opened. Open the address that it printed then.",
};

function Notice({ connection }: { readonly connection: Connection }) {
  const sentence = NOTICES[connection];
  return (
    <p class={`notice ${connection}`} role="status">
      {sentence}
    </p>
  );
}
