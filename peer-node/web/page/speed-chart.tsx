// Speed over the last two minutes, both ways, as two curves and in words.

import type { BookState } from "../api/messages.ts";
import { useDesk } from "./desk.ts";
import type { SpeedPoint } from "./speed-history.ts";
import { rate } from "./words.ts";

/** The chart's own units. */
const WIDTH = 320;
const HEIGHT = 72;

/** Points that fill the width at least; a curve that has just begun is not drawn out over it. */
const SPAN_POINTS_MIN = 60;

export function SpeedChart({ book }: { readonly book: BookState }) {
  const points = useDesk().live.speedOf(book.bookId).points.value;
  const most = Math.max(0, ...points.map(({ receive, send }) => Math.max(receive, send)));
  const top = Math.max(1_000, most);
  const peak = `at most ${rate(most)}`;
  return (
    <section class="card" aria-labelledby="speed-title">
      <h2 id="speed-title">Speed</h2>
      <svg
        class="speed"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Receiving ${rate(book.receiveRate)}, sending ${rate(book.sendRate)}, ${peak} in the last two minutes`}
      >
        <path class="area" d={`${curve(points, top, "receive")}V${HEIGHT}H${xOf(0, points)}Z`} />
        <path class="receive" d={curve(points, top, "receive")} />
        <path class="send" d={curve(points, top, "send")} />
      </svg>
      <ul class="legend">
        <li>
          <span class="stroke receive" aria-hidden="true" />
          <span>in</span> <b>{rate(book.receiveRate)}</b>
        </li>
        <li>
          <span class="stroke send" aria-hidden="true" />
          <span>out</span> <b>{rate(book.sendRate)}</b>
        </li>
        {most > 0 && <li class="quiet">{peak}</li>}
      </ul>
    </section>
  );
}

/** The newest point stands at the right edge. */
function xOf(at: number, points: readonly SpeedPoint[]): number {
  const span = Math.max(SPAN_POINTS_MIN, points.length) - 1;
  return WIDTH - ((points.length - 1 - at) * WIDTH) / span;
}

function curve(points: readonly SpeedPoint[], top: number, way: keyof SpeedPoint): string {
  if (points.length === 0) return `M${WIDTH} ${HEIGHT}`;
  const steps = points.map((point, at) => {
    const y = HEIGHT - 1 - (point[way] / top) * (HEIGHT - 4);
    return `${at === 0 ? "M" : "L"}${xOf(at, points).toFixed(1)} ${y.toFixed(1)}`;
  });
  return steps.join("");
}
