// The links of a Markdown document that point into this checkout.

import { posix } from "node:path";

/** Where a link leads: a path from the root of the checkout, and the heading behind `#`, if any. */
export interface Link {
  readonly written: string;
  readonly path: string;
  readonly anchor: string | undefined;
}

/** Relative links of `text`, a document at `path`; links to other sites are left out, and so is code. */
export function relativeLinks(path: string, text: string): readonly Link[] {
  const inline = /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g;
  const reference = /^\s{0,3}\[[^\]]+\]:\s*<?([^\s>]+)/gm;
  const html = /\b(?:href|src)="([^"]+)"/g;
  const prose = withoutCode(text);
  const targets = [inline, reference, html].flatMap((form) => [...prose.matchAll(form)].map((match) => match[1] ?? ""));
  return targets
    .filter((target) => !/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(target))
    .map((written) => {
      const [file = "", anchor] = written.split("#");
      const target = file === "" ? path : posix.join(posix.dirname(path), decodeURIComponent(file));
      return { written, path: target, anchor };
    });
}

/** The anchors that GitHub makes of a document's headings. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  const seen = new Map<string, number>();
  for (const [, heading = ""] of withoutFences(text).matchAll(/^#{1,6}\s+(.*?)\s*#*$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, "")
      .replaceAll(" ", "-");
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    anchors.add(times === 0 ? slug : `${slug}-${times}`);
  }
  return anchors;
}

function withoutFences(text: string): string {
  return text.replace(/^ {0,3}(`{3,}|~{3,})[^\n]*\n[\s\S]*?^ {0,3}\1[^\n]*$/gm, "");
}

function withoutCode(text: string): string {
  return withoutFences(text).replace(/`[^`\n]*`/g, "");
}
