// A refusal, for people.

import type { FC } from "hono/jsx";
import { Layout } from "./layout.tsx";

export const RefusalPage: FC<{ message: string }> = ({ message }) => (
  <Layout title="bookswarm: no">
    <h1>That did not work</h1>
    <p>{message}.</p>
    <p>
      <a href="/">To the catalog</a>
    </p>
  </Layout>
);
