// What a person may change: limits for all books, and which images of this one are fetched.

import { useState } from "preact/hooks";
import { parseByteSize } from "../../../shared/byte-sizes.ts";
import type { BookState, Limits as ProcessLimits } from "../api/messages.ts";
import { Told, useDeed } from "./deed.tsx";
import { useDesk } from "./desk.ts";
import { Field } from "./field.tsx";
import { globsIn } from "./globs.ts";
import { bytes, many, number } from "./words.ts";

export function Limits({ limits }: { readonly limits: ProcessLimits }) {
  const { client } = useDesk();
  const deed = useDeed();
  // What is typed, until it is set: a field that nobody touched shows what holds, and leaves it as it is, to the byte.
  const [typed, setTyped] = useState<Partial<Record<keyof ProcessLimits, string>>>({});
  const submit = (event: Event) => {
    event.preventDefault();
    const [download, upload] = [limitOf(typed.download, limits.download), limitOf(typed.upload, limits.upload)];
    if (download === undefined || upload === undefined)
      return deed.refuse("A limit is bytes a second, as in 500kB or 2MB.");
    const limit = async () => {
      await client.limit({ download, upload });
      setTyped({});
      return "The limits hold now.";
    };
    return deed.run(limit);
  };
  return (
    <form class="card" aria-labelledby="limits-title" onSubmit={submit}>
      <h2 id="limits-title">Limits</h2>
      <div class="pair">
        <Field
          label="In, a second"
          value={typed.download ?? textOf(limits.download)}
          placeholder="no limit"
          onInput={(download) => setTyped({ ...typed, download })}
        />
        <Field
          label="Out, a second"
          value={typed.upload ?? textOf(limits.upload)}
          placeholder="no limit"
          onInput={(upload) => setTyped({ ...typed, upload })}
        />
      </div>
      <button type="submit" disabled={deed.isBusy}>
        Set
      </button>
      <Told deed={deed} />
    </form>
  );
}

/** An empty field is no wish: by a stray click nobody who wants a part fetches the whole book. */
export function Choice({ book }: { readonly book: BookState }) {
  const { chosen, images } = book;
  const { client } = useDesk();
  const deed = useDeed();
  const [only, setOnly] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    const globs = globsIn(only);
    if (globs.length === 0) return deed.refuse("Say which images, as in 2026/** or *.jpg; ** is all of them.");
    const choose = async () => {
      await client.choose(book.bookId, globs);
      setOnly("");
      return "What you chose is fetched.";
    };
    return deed.run(choose);
  };
  return (
    <form class="card" aria-labelledby="choice-title" onSubmit={submit}>
      <h2 id="choice-title">Choose images</h2>
      <Field
        label="Only those whose path matches"
        value={only}
        placeholder={`now ${number(chosen.images)} of ${many(images, "image")}`}
        hint="As in 2026/**, *.jpg; ** is all of them. What is here stays."
        onInput={setOnly}
      />
      <button type="submit" disabled={deed.isBusy}>
        Choose
      </button>
      <Told deed={deed} />
    </form>
  );
}

function textOf(limit: number | null): string {
  return limit === null ? "" : bytes(limit);
}

/** Bytes a second, null for no limit; undefined when the text is neither. @param limit - holds when nothing is typed */
function limitOf(text: string | undefined, limit: number | null): number | null | undefined {
  if (text === undefined) return limit;
  return text.trim() === "" ? null : parseByteSize(text);
}
