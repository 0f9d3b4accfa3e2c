// A book at a glance: its name, how far it is, how fast, and what holds it back.

import { useEffect } from "preact/hooks";
import type { BookState } from "../api/messages.ts";
import { useDeed } from "./deed.tsx";
import { useDesk } from "./desk.ts";
import { bytes, duration, many, number, rate, share } from "./words.ts";

export function Summary({ book }: { readonly book: BookState }) {
  const { client } = useDesk();
  const { chosen } = book;
  const pausing = useDeed();
  const pause = () => pausing.run(() => client.pause(book.bookId, !book.paused).then(() => ""));
  const { said } = pausing.outcome;
  const isFetching = book.pagesMissing > 0;
  const done = chosen.bytes === 0 ? "100%" : share(chosen.bytesHeld, chosen.bytes);
  // What a tab among many says of itself.
  useEffect(() => {
    document.title = isFetching ? `${done} ${book.name}` : book.name;
  }, [done, isFetching, book.name]);
  return (
    <section class="summary" aria-labelledby="book-name">
      <div class="title">
        <h1 id="book-name">{book.name}</h1>
        <p class="quiet">
          {many(book.images, "image")}, {bytes(book.bytes)}
          {chosen.images < book.images && `; ${number(chosen.images)} chosen, ${bytes(chosen.bytes)}`}
        </p>
      </div>
      {isFetching && (
        <button type="button" onClick={pause}>
          {book.paused ? "Go on" : "Pause"}
        </button>
      )}
      <div class="far">
        <progress
          max={Math.max(1, chosen.bytes)}
          value={chosen.bytes === 0 ? 1 : chosen.bytesHeld}
          aria-label={`${book.name}: how much is here`}
        />
        <p>
          <b>{done}</b> {progressOf(book)}
        </p>
      </div>
      {[...(said === "" ? [] : [said]), ...book.problems].map((problem) => (
        <p class="problem" role="alert" key={problem}>
          {problem}
        </p>
      ))}
    </section>
  );
}

/** While nothing comes, nobody knows how long it takes. */
const STANDSTILLS: readonly string[] = ["paused", "tracker", "alone", "unreached", "waiting", "snubbed", "scarce"];

function progressOf({ chosen, pagesMissing, receiveRate, sendRate, readers, why }: BookState): string {
  const met = readers.length === 0 ? "no reader linked" : `${many(readers.length, "reader")} linked`;
  if (pagesMissing === 0) return `here · ${met}${sendRate > 0 ? ` · sending ${rate(sendRate)}` : ""}`;
  const left = chosen.bytes - chosen.bytesHeld;
  const isMoving = receiveRate > 0 && !STANDSTILLS.includes(why.code);
  const time = isMoving ? ` · ${duration(left / receiveRate)} left` : "";
  const bound = why.code === "readers" ? "" : ` · ${why.message}`;
  return `${bytes(chosen.bytesHeld)} of ${bytes(chosen.bytes)} · ${rate(receiveRate)} · ${met}${time}${bound}`;
}
