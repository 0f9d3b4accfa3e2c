// What no schedule can beat.

/** Seconds in which a page of `pageBytes` leaves an uplink of `rate` bytes a second. */
export function slotSeconds(rate: number, pageBytes: number): number {
  return pageBytes / rate;
}

/** Slots in which one publisher brings `pages` to `readers` over equal uplinks (Mundinger, Weber and Weiss, 2008). */
export function equalSlots(readers: number, pages: number): number {
  return pages + Math.floor(Math.log2(readers));
}

/** Rates of a swarm, in bytes a second. */
export interface Rates {
  readonly publisher: number;
  readonly uplinks: readonly number[];
  readonly slowestDownlink: number;
}

/** Seconds in which one publisher brings `bytes` to readers over any uplinks (Kumar and Ross, 2006). */
export function fluidSeconds(bytes: number, { publisher, uplinks, slowestDownlink }: Rates): number {
  const all = uplinks.reduce((sum, rate) => sum + rate, publisher);
  return Math.max(bytes / publisher, bytes / slowestDownlink, (uplinks.length * bytes) / all);
}

/** Slots in which readers that hold a part each, and send a page a slot each, complete one another. */
export function scatteredSlots(
  pages: number,
  holdings: readonly (readonly number[])[],
  isSilent: readonly boolean[],
): number {
  const lacking = holdings.map((held, at) => (isSilent[at] ? 0 : pages - held.length));
  return Math.ceil(lacking.reduce((sum, lacks) => sum + lacks, 0) / holdings.length);
}
