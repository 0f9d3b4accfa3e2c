// The one style sheet. The system's own fonts and the reader's choice of light or dark; nothing to download besides.
// Type does the work: names and headings in a book face, numbers and the rest in the system's plain one.

export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#211f1b, #ece9e2);
  --quiet: light-dark(#635d53, #a8a296);
  --paper: light-dark(#faf8f3, #161513);
  --card: light-dark(#ffffff, #1f1e1b);
  --line: light-dark(#e4dfd4, #34322d);
  --accent: light-dark(#8f3517, #f2a888);
  --whole: light-dark(#2f7d4a, #6fce8f);
  --partial: light-dark(#b07408, #e5b454);
  --book-face: "Iowan Old Style", Palatino, "Palatino Linotype", "URW Palladio L", "Source Serif 4", Georgia, serif;
  --plain-face: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
  --round: 0.6rem;
}
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  display: flex; flex-direction: column; min-height: 100vh; min-height: 100dvh;
  margin: 0 auto; max-width: 44rem; padding: 1.75rem 1.25rem 1.5rem;
  background: var(--paper); color: var(--ink); font: 1rem/1.6 var(--plain-face);
}
main { flex: 1; }
a { color: var(--accent); text-decoration-thickness: 0.06em; text-underline-offset: 0.2em; }
a:hover { text-decoration-thickness: 0.12em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
h1, h2, .lead, .mark { font-family: var(--book-face); }
h1 { margin: 2.25rem 0 0.6rem; font-size: clamp(1.9rem, 1.5rem + 2vw, 2.5rem); font-weight: 600; line-height: 1.15; letter-spacing: -0.01em; overflow-wrap: anywhere; text-wrap: balance; }
h2 { margin: 2.5rem 0 0.6rem; font-size: 1.3rem; font-weight: 600; line-height: 1.3; }
p { margin: 0.6rem 0; }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.88em; }
.lead { font-size: 1.2rem; line-height: 1.5; color: var(--quiet); margin: 0 0 1.5rem; text-wrap: pretty; }
.outlook { color: var(--quiet); text-wrap: pretty; }
.quiet { color: var(--quiet); font-size: 0.93rem; }
.quiet a { color: inherit; }
.id { overflow-wrap: anywhere; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.mark { display: inline-flex; align-items: center; gap: 0.45rem; color: var(--ink); font-size: 1.1rem; font-weight: 600; text-decoration: none; }
.mark svg { width: 1.35rem; fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; }
.eyebrow { margin: 2rem 0 0; font-size: 0.93rem; }
.eyebrow + h1 { margin-top: 0.5rem; }
footer { margin-top: 4rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: 0.87rem; }

form { display: flex; gap: 0.6rem; margin: 1.25rem 0 0; }
input, button {
  min-height: 2.75rem; padding: 0.5rem 1rem; font: inherit; color: inherit;
  background: var(--card); border: 1px solid var(--line); border-radius: var(--round);
}
input { flex: 1; min-width: 0; border-color: light-dark(#8c8577, #7c766b); }
input::placeholder { color: var(--quiet); opacity: 1; }
button { cursor: pointer; font-weight: 600; }
button:hover { border-color: var(--accent); color: var(--accent); }
.sorts { display: flex; flex-wrap: wrap; gap: 0.2rem 1.25rem; margin: 0.9rem 0 0; font-size: 0.93rem; }
.sorts a { padding: 0.25rem 0; color: var(--quiet); text-decoration: none; border-bottom: 2px solid transparent; }
.sorts a:hover { color: var(--accent); }
.sorts a[aria-current] { color: var(--ink); font-weight: 600; border-color: var(--accent); }

.books { list-style: none; margin: 1.25rem 0 0; padding: 0; border-top: 1px solid var(--line); }
.books li {
  position: relative; display: grid; grid-template-columns: 1fr auto; gap: 0.1rem 1.25rem;
  padding: 0.9rem 0; border-bottom: 1px solid var(--line);
}
.books li > a { grid-column: 1 / -1; justify-self: start; font: 600 1.15rem/1.35 var(--book-face); color: var(--ink); text-decoration: none; overflow-wrap: anywhere; }
.books li > a::after { content: ""; position: absolute; inset: 0; }
.books li:hover > a { color: var(--accent); text-decoration: underline; }
.books p { margin: 0; color: var(--quiet); font-size: 0.93rem; font-variant-numeric: tabular-nums; }
.nothing { margin: 2rem 0; color: var(--quiet); }
.paging { display: flex; justify-content: space-between; gap: 1.25rem; margin: 1.5rem 0 0; }
.paging [rel=next] { margin-left: auto; }

.health > span::before, .outlook > span::before {
  content: ""; display: inline-block; width: 0.6em; height: 0.6em; margin-right: 0.5em;
  border: 0.13em solid var(--quiet); border-radius: 50%;
}
[data-standing=whole]::before { background: var(--whole); border-color: var(--whole) !important; }
[data-standing=partial]::before { background: var(--partial); border-color: var(--partial) !important; }

.facts { display: grid; grid-template-columns: repeat(4, 1fr); margin: 1.5rem 0 0; border: 1px solid var(--line); border-radius: var(--round); background: var(--card); }
.facts div { padding: 0.9rem 1.1rem; min-width: 0; }
.facts div + div { border-left: 1px solid var(--line); }
dt { color: var(--quiet); font-size: 0.87rem; }
dd { margin: 0.1rem 0 0; font-size: 1.35rem; line-height: 1.3; font-variant-numeric: tabular-nums; white-space: nowrap; }
ul.quiet { padding-left: 1.2rem; }
ul.quiet li { margin: 0.45rem 0; }

.command { display: flex; align-items: stretch; border: 1px solid var(--line); border-radius: var(--round); background: var(--card); overflow: hidden; }
.command pre { flex: 1; min-width: 0; margin: 0; padding: 0.9rem 1.1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.command code { font-size: 0.93rem; line-height: 1.55; user-select: all; -webkit-user-select: all; }
.command button { flex: none; min-width: 6rem; border-width: 0 0 0 1px; border-radius: 0; }
.command button:focus-visible { outline-offset: -4px; }
[hidden] { display: none !important; }

@media (max-width: 36rem) {
  .facts { grid-template-columns: 1fr 1fr; }
  .facts div:nth-child(3) { border-left: 0; }
  .facts div:nth-child(n + 3) { border-top: 1px solid var(--line); }
  .books li { grid-template-columns: 1fr; }
  .command { flex-direction: column; }
  .command button { border-width: 1px 0 0; }
}
@media print { form, .sorts, .paging, .command button { display: none; } }
`;
