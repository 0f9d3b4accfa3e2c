// The one style sheet. System fonts and colours, light and dark as the reader's system is, nothing to download besides.

export const STYLE_PATH = "/style.css";

export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#1d2430, #e6e9ef);
  --quiet: light-dark(#5b6472, #9aa4b2);
  --paper: light-dark(#fbfaf7, #14171c);
  --card: light-dark(#ffffff, #1c2027);
  --line: light-dark(#e3e0d8, #2c323c);
  --accent: light-dark(#9a3b1b, #f0a27f);
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 46rem; padding: 2.5rem 1.25rem 4rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif;
}
a { color: var(--accent); text-underline-offset: 0.2em; }
header a { color: var(--quiet); font-weight: 600; text-decoration: none; letter-spacing: 0.02em; }
h1 { margin: 1.75rem 0 0.5rem; font-size: 1.9rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 2.25rem 0 0.5rem; font-size: 1.1rem; }
p { margin: 0.5rem 0; }
.quiet { color: var(--quiet); font-size: 0.92rem; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: 0.75rem; margin: 1.5rem 0; }
dl div, pre, .books li { background: var(--card); border: 1px solid var(--line); border-radius: 0.6rem; padding: 0.8rem 1rem; }
dt { color: var(--quiet); font-size: 0.85rem; }
dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
pre { margin: 0.75rem 0; overflow-x: auto; user-select: all; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9rem; overflow-wrap: anywhere; }
pre, pre code { white-space: pre-wrap; word-break: break-all; }
.books { list-style: none; margin: 1.5rem 0; padding: 0; display: grid; gap: 0.6rem; }
.books a { font-weight: 600; overflow-wrap: anywhere; }
form { display: flex; gap: 0.5rem; margin: 1.5rem 0 0; }
input, button {
  font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--line); border-radius: 0.6rem; padding: 0.5rem 0.8rem;
}
input { flex: 1; min-width: 0; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
`;
