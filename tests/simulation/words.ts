// A report for people.

import type { Report } from "./report.ts";

export function inWords(report: Report): string {
  const { readers, pages, seconds, slots, bound, ratio, seed } = report;
  return [
    `${readers} readers, ${pages} pages, seed ${seed}: ${seconds.toFixed(1)} s, ${slots.toFixed(1)} slots, ${ratio.toFixed(3)} times the bound of ${bound}.`,
    `  the publisher had sent  ${report.publisherCopies} books when its last page first left`,
    `  of no use               ${percent(report.duplicateShare)} of page bytes`,
    `  beside page bytes       ${percent(report.overheadShare)}`,
    `  half were complete at   ${report.p50} s, 99 in 100 at ${report.p99} s`,
    `  trace                   ${report.traceHash}, ${report.events.toLocaleString("en")} events in ${report.wallSeconds.toFixed(1)} s`,
    "",
  ].join("\n");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
