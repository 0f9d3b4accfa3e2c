// Documents say of each thing which test shows it, as [name](file): "title". Here those are found and looked up.

import { readCommitted } from "./checkout.ts";

/** Each test that a text names, as its file and its title. */
export function testsIn(text: string): readonly (readonly [file: string, title: string])[] {
  return [...text.matchAll(/\[[^\]]+\]\(([^)]+)\): "([^"]+)"/g)].map(([, file = "", title = ""]) => [file, title]);
}

/** One sentence for each test that a text names and that is not there under its title. */
export function missingTests(text: string): readonly string[] {
  return testsIn(text)
    .filter(([file, title]) => {
      const source = readCommitted(file);
      return ![`"${title}"`, `\`${title}\``].some((written) => source.includes(written));
    })
    .map(([file, title]) => `${file} has no test "${title}".`);
}
