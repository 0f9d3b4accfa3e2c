// A refusal, for people: what happened, and what they can do about it.

import type { FC } from "hono/jsx";
import type { RefusalCode } from "../../shared/tracker-api/refusals.ts";
import { Layout } from "./layout.tsx";

interface Words {
  readonly title: string;
  readonly advice?: string;
}

/** The refusals that a browser meets; every other one is told by its sentence alone. */
const WORDS: Readonly<Partial<Record<RefusalCode, Words>>> = {
  "unknown-book": {
    title: "No such book here",
    advice: "The link may be cut short, the book may have been taken out, or it is still being published.",
  },
  "not-found": { title: "Nothing is here" },
  "not-authorised": {
    title: "These books are not for everybody",
    advice:
      "A browser cannot show the token; whoever has it can use bookswarm books and bookswarm get, with --token-file.",
  },
  "too-many": { title: "A little slower", advice: "Wait a moment, then load this page again." },
  "tracker-busy": { title: "The tracker is busy", advice: "Wait a moment, then load this page again." },
  "tracker-failed": { title: "The tracker failed", advice: "Nothing is wrong with your link. Try again later." },
};

export const RefusalPage: FC<{ code: RefusalCode; message: string }> = ({ code, message }) => {
  const { title, advice } = WORDS[code] ?? { title: "That did not work" };
  return (
    <Layout title={`${title} · bookswarm`}>
      <h1>{title}</h1>
      <p class="lead">{message}.</p>
      {advice !== undefined && <p>{advice}</p>}
      <p>
        <a href="/">To all books</a>
      </p>
    </Layout>
  );
};
