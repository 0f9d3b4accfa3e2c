// What every page has around it. Text from outside goes through JSX alone, which escapes it.

import { html } from "hono/html";
import type { Child, FC } from "hono/jsx";
import { ASSETS } from "./assets.ts";
import { MARK_PATH } from "./icon.ts";
import { REFRESH_SECONDS } from "./live.tsx";

interface LayoutProps {
  readonly title: string;
  /** What chat programs and search engines show below the title. */
  readonly description?: string;
  /** Address of the answer with this page's live texts; without it nothing on the page moves. */
  readonly source?: string;
  readonly children: Child;
}

export const Layout: FC<LayoutProps> = ({ title, description, source, children }) =>
  html`<!doctype html>${(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        {description !== undefined && <meta name="description" content={description} />}
        <link rel="icon" type={ASSETS.icon.type} href={ASSETS.icon.path} />
        <link rel="stylesheet" href={ASSETS.style.path} />
        <script src={ASSETS.script.path} defer></script>
      </head>
      <body {...(source !== undefined && { "data-source": source, "data-seconds": REFRESH_SECONDS })}>
        <header>
          <a href="/" class="mark">
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d={MARK_PATH} />
            </svg>
            bookswarm
          </a>
        </header>
        <main>{children}</main>
        <footer>
          <p>
            A tracker only knows which books there are and who is reading them now. The images themselves travel from
            reader to reader.
          </p>
        </footer>
        <p role="status" class="unseen"></p>
      </body>
    </html>
  )}`;
