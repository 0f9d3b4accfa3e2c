// What a person may change: limits for all books, and which images of this one are fetched.

import { useState } from "preact/hooks";
import { parseByteSize } from "../../../shared/byte-sizes.ts";
import { formatByteSize } from "../../../shared/quantities.ts";
import type { BookState, Limits as ProcessLimits } from "../api/messages.ts";
import { Told, useDeed } from "./deed.tsx";
import { useDesk } from "./desk.ts";
import { Field } from "./field.tsx";

export function Limits({ limits }: { readonly limits: ProcessLimits }) {
  const { client } = useDesk();
  const deed = useDeed();
  const [download, setDownload] = useState(textOf(limits.download));
  const [upload, setUpload] = useState(textOf(limits.upload));
  const submit = (event: Event) => {
    event.preventDefault();
    const [down, up] = [limitOf(download), limitOf(upload)];
    if (down === undefined || up === undefined) return deed.refuse("A limit is bytes a second, as in 500kB or 2MB.");
    return deed.run(() => client.limit({ download: down, upload: up }).then(() => "The limits hold now."));
  };
  return (
    <form class="card" aria-labelledby="limits-title" onSubmit={submit}>
      <h2 id="limits-title">Limits</h2>
      <div class="pair">
        <Field label="In, a second" value={download} placeholder="no limit" onInput={setDownload} />
        <Field label="Out, a second" value={upload} placeholder="no limit" onInput={setUpload} />
      </div>
      <button type="submit" disabled={deed.isBusy}>
        Set
      </button>
      <Told deed={deed} />
    </form>
  );
}

export function Choice({ book }: { readonly book: BookState }) {
  const { client } = useDesk();
  const deed = useDeed();
  const [only, setOnly] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    const globs = only.split(/\s*,\s*/).filter((glob) => glob !== "");
    const said = globs.length === 0 ? "All are fetched." : "Only these are fetched.";
    deed.run(() => client.choose(book.bookId, globs).then(() => said));
  };
  return (
    <form class="card" aria-labelledby="choice-title" onSubmit={submit}>
      <h2 id="choice-title">Choose images</h2>
      <Field
        label="Only those whose path matches"
        value={only}
        placeholder="all of them"
        hint="As in 2026/**, *.jpg; what is here stays."
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
  return limit === null ? "" : formatByteSize(limit);
}

/** Bytes a second, null for no limit; undefined when the text is neither. */
function limitOf(text: string): number | null | undefined {
  return text.trim() === "" ? null : parseByteSize(text);
}
