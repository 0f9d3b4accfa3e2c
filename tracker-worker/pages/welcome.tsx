// A tracker without books: what it is, and how the first book comes in.

import type { FC } from "hono/jsx";
import { Command } from "./command.tsx";
import { Layout } from "./layout.tsx";

/** Who may publish: whoever reaches the tracker, whoever has its token, or nobody until the owner has set one. */
export type Publishing = "open" | "token" | "closed";

export const Welcome: FC<{ tracker: string; publishing: Publishing }> = ({ tracker, publishing }) => {
  const token = publishing === "open" ? "" : " --token-file TOKEN.txt";
  return (
    <Layout title="bookswarm">
      <h1>No books yet</h1>
      <p class="lead">This tracker is running, and waits for its first book: a folder of images, shared as a whole.</p>
      <h2>Publish one</h2>
      <Command id="publish" command={`bookswarm publish FOLDER --tracker ${tracker}${token}`} />
      {publishing === "token" && (
        <p class="quiet">
          <code>TOKEN.txt</code> is a file with the publishing token of this tracker, which its owner gave out.
        </p>
      )}
      {publishing === "closed" && (
        <p class="quiet">
          For now nobody can: the owner of this tracker has to set a publishing token first, with{" "}
          <code>npx wrangler secret put PUBLISH_TOKEN</code>, and put the same into <code>TOKEN.txt</code>.
        </p>
      )}
      <p class="quiet">
        The command prints a link, and serves the book as long as it runs. Whoever opens the link sees here how to get
        it. In a checkout of bookswarm, type <code>npx</code> before the command.
      </p>
    </Layout>
  );
};
