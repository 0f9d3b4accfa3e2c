// What axe-core finds in a page that keeps people from using it.

import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";

/** Findings that axe calls serious or critical, one sentence each; a page in order has none. */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  // Evaluated, not inserted: the page's own security policy rightly refuses foreign scripts.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>("axe.run(document, { resultTypes: ['violations'] })");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help} at ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}
