// What every page has around it. Text from outside goes through JSX alone, which escapes it.

import { html } from "hono/html";
import type { Child, FC } from "hono/jsx";
import { STYLE_PATH } from "./style.ts";

interface LayoutProps {
  readonly title: string;
  readonly children: Child;
}

export const Layout: FC<LayoutProps> = ({ title, children }) =>
  html`<!doctype html>${(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title}</title>
        <link rel="stylesheet" href={STYLE_PATH} />
      </head>
      <body>
        <header>
          <a href="/">bookswarm</a>
        </header>
        <main>{children}</main>
      </body>
    </html>
  )}`;
