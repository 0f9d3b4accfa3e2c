// A hook over TanStack's virtualizer, whose own adapters are for other libraries: rows of one height in one scroller.

import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from "@tanstack/virtual-core";
import { useLayoutEffect, useReducer, useState } from "preact/hooks";

/** Rows kept beyond each edge of what is seen, so that a scroll does not show empty ones. */
const OVERSCAN_ROWS = 3;

export interface VirtualRowsOptions {
  readonly rows: number;
  /** Pixels of a row, the gap below it included. */
  readonly rowHeight: number;
  readonly scroller: () => HTMLElement | null;
}

export function useVirtualRows({
  rows,
  rowHeight,
  scroller,
}: VirtualRowsOptions): Virtualizer<HTMLElement, HTMLElement> {
  const [, rerender] = useReducer((times: number) => times + 1, 0);
  const options: VirtualizerOptions<HTMLElement, HTMLElement> = {
    count: rows,
    estimateSize: () => rowHeight,
    getScrollElement: scroller,
    overscan: OVERSCAN_ROWS,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => rerender(undefined),
  };
  const [virtualizer] = useState(() => new Virtualizer(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  return virtualizer;
}
