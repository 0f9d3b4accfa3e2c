// Every number by which the engine decides, with its unit and why. All are chosen by us: a reader with other numbers
// still speaks the protocol. What the protocol itself fixes stands in shared/limits.ts.

import { PAGE_BYTES } from "../../shared/limits.ts";

/** Links that a reader which still lacks pages tries to have. Sublists of five alone cost 17 %; ten to fifteen links, 2 to 4 %. */
export const LINKS_WANTED = 15;

/** Below this many links the tracker is asked again. */
export const LINKS_LOW = 10;

/** Links a reader takes in all, dialled and accepted; above it a newcomer is refused. */
export const LINKS_MAX = 60;

/** Links of one network that are never given up to a newcomer. Chosen: a household and its neighbours. */
export const LINKS_FAIR = 8;

/** Links that a reader which still lacks pages has made itself, however many came in: nobody else chooses those. */
export const LINKS_DIALLED_MIN = 5;

/** Readers remembered to be dialled; beyond that the ones that failed most are forgotten. Chosen. */
export const KNOWN_MAX = 250;

/** Dials that may begin in a second, on average, and that may begin at once. */
export const DIALS_PER_SECOND = 5;
export const DIALS_AT_ONCE = 15;

/** Addresses knocked at in an hour at which no reader has ever answered. */
export const DIALS_MISSED_PER_HOUR = 100;

/** Addresses of one network, an IPv4 /24 or an IPv6 /64, knocked at in a minute at which no reader has ever answered. */
export const DIALS_UNPROVED_PER_NETWORK = 2;

/** Dials under way at once: enough to start quickly, too few to be a weapon. */
export const DIALS_MAX = 8;

/** First wait before a reader that could not be reached is dialled again; doubles each time. */
export const REDIAL_MS_MIN = 2_000;

/** Longest wait between two dials of one reader. */
export const REDIAL_MS_MAX = 300_000;

/** First wait between two asks to the tracker; doubles while nothing new comes of it. */
export const RELIST_MS_MIN = 2_000;

/** Longest wait between two asks to the tracker. */
export const RELIST_MS_MAX = 60_000;

/** Time the other side has to answer a hello. */
export const HELLO_MS = 5_000;

/** Quiet time after which a link is pinged. */
export const PING_AFTER_MS = 15_000;

/** Quiet time after which a link counts as dead. */
export const SILENCE_MS_MAX = 45_000;

/** Pages picked at random before rarest first begins, so that a newcomer soon has something to give (libtorrent: 4). */
export const RANDOM_PAGES = 4;

/** Ask window of a new link, in bytes: four pages. */
export const WINDOW_BYTES_START = 4 * PAGE_BYTES;

/** Smallest ask window, in bytes: one page arriving and one asked, so that the wire is never idle. */
export const WINDOW_BYTES_MIN = 2 * PAGE_BYTES;

/** Largest ask window, in bytes; fills 1 Gbit/s at 130 ms. */
export const WINDOW_BYTES_MAX = 16_000_000;

/** How much of the measured rate the window holds, in milliseconds, when the round trip is short. */
export const WINDOW_MS = 1_000;

/** Bytes verified and not yet on disk, above which nothing more is asked. */
export const PUTTING_BYTES_MAX = 32_000_000;

/** Shortest time without a byte after which an ask is taken back. */
export const STALL_MS_MIN = 5_000;

/** Longest such time; also what a link without a measured rate gets a third of. */
export const STALL_MS_MAX = 60_000;

/** Stalls in a row after which a reader is reported and its link closed. */
export const STALLS_MAX = 3;

/** Readers that the last missing pages are asked of at once. */
export const ENDGAME_OWNERS = 2;

/** Wrong pages after which a reader is banned. */
export const WRONG_PAGES_MAX = 2;

/** Banned readers at one address after which the address itself is refused; one school may hold one bad apple. */
export const BANS_PER_HOST_MAX = 4;

/** Bytes handed to a link's socket and not yet gone, below which more is read for it. */
export const UNSENT_BYTES_LOW = 2 * PAGE_BYTES;

/** Bytes of small pages stored since the last announcement that are worth a frame of their own at once. */
export const ANNOUNCE_BYTES = PAGE_BYTES / 2;

/** Longest wait before stored pages are announced. */
export const ANNOUNCE_MS_MAX = 50;
