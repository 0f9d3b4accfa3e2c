// Every number by which the engine decides, with its unit and why. All are chosen by us: a reader with other numbers
// still speaks the protocol. What the protocol itself fixes stands in shared/limits.ts.

import { PAGE_BYTES, PIECE_BYTES } from "../../shared/limits.ts";

/** Links that a reader which still lacks pages tries to have. Sublists of five alone cost 17 %; ten to fifteen links, 2 to 4 %. */
export const LINKS_WANTED = 15;

/** Below this many links the tracker is asked again. */
export const LINKS_LOW = 15;

/** Links a reader takes in all, dialled and accepted; above it a newcomer is refused, unless one network has too many. */
export const LINKS_MAX = 60;

/** Links of one network that are never given up to a newcomer. Chosen: a household and its neighbours. */
export const LINKS_FAIR = 8;

/** Links that a reader which still lacks pages has chosen itself, however many came in: nobody else chooses those. */
export const LINKS_DIALLED_MIN = 5;

/** Readers remembered to be dialled or called; beyond that the ones that failed most are forgotten. Chosen. */
export const KNOWN_MAX = 250;

/** Dials and calls that may begin in a second, on average, and that may begin at once. */
export const DIALS_PER_SECOND = 5;
export const DIALS_AT_ONCE = 15;

/** Addresses knocked at in an hour at which no reader has ever answered. */
export const DIALS_MISSED_PER_HOUR = 100;

/** Addresses of one network, an IPv4 /24 or an IPv6 /64, knocked at in a minute at which no reader has ever answered. */
export const DIALS_UNPROVED_PER_NETWORK = 2;

/** Dials under way at once: enough to start quickly, too few to be a weapon. */
export const DIALS_MAX = 8;

/** Time in which a reader that was called must have dialled us: to the tracker, through it, and back over a slow line. */
export const CALL_MS = 10_000;

/** Readers whose addresses outlive the process: as many as it wants links. */
export const READERS_REMEMBERED_MAX = LINKS_WANTED;

/**
 * Time in which one remembered reader more may be dialled, once as many were as there can be: 45 in the first hour, and
 * 40 that neighbours hint at, so that some of DIALS_MISSED_PER_HOUR is left for readers that the tracker names.
 */
export const REMEMBERED_MS = 120_000;

/** Time between two looks for a link to give up for another one (libtorrent: 300 seconds). */
export const TURNOVER_MS = 300_000;

/** Share of the mean use of all links that the least useful one may have and still be given up. */
export const TURNOVER_SHARE = 0.5;

/** First wait before a reader that could not be reached is dialled again; doubles each time. */
export const REDIAL_MS_MIN = 2_000;

/** Longest wait between two dials of one reader. */
export const REDIAL_MS_MAX = 300_000;

/** First wait between two asks to the tracker; doubles while nothing new comes of it. */
export const RELIST_MS_MIN = 500;

/** Longest wait between two asks to the tracker. */
export const RELIST_MS_MAX = 60_000;

/** First wait between two rounds in which neighbours are asked for readers; doubles while nothing new comes of it. */
export const SEEK_MS_MIN = 5_000;

/** Longest wait between two such rounds. */
export const SEEK_MS_MAX = 60_000;

/** A neighbour that asks for readers again within this time is told of nobody. */
export const MEET_MS_MIN = 2_000;

/** Hints of neighbours that may be dialled at once; whoever lies about addresses finds no hammer here. */
export const HINTS_AT_ONCE = 20;

/** Time in which one more hint may be dialled; see REMEMBERED_MS. */
export const HINT_MS = 180_000;

/** Time in which nothing has come and nothing was asked, after which pages are asked of readers that do not hold them. */
export const STRANDED_MS = 5_000;

/** Pages asked at once of one reader that does not hold them. */
export const RELAY_ASKS_PER_LINK = 4;

/** Time for which a reader that did not fetch a page for us is not asked for another one. */
export const RELAY_REST_MS = 30_000;

/** Longest time for which the word that a page is being fetched for us counts as a sign of life. */
export const RELAY_MS_MAX = 120_000;

/** Pages in memory that are, or were, fetched for others: 4 MB. */
export const RELAY_PAGES_MAX = 16;

/** Pages that are fetched at once for one reader. */
export const RELAY_PAGES_PER_LINK = 4;

/** Time after which a page that is asked of nobody is refused to those who wait for it: enough to find an owner. */
export const RELAY_SEEK_MS = 15_000;

/** Time after which those who wait for a page are told so again; well below the shortest patience, STALL_MS_MIN. */
export const RELAY_WAIT_MS = 3_000;

/** Time the other side has to answer a hello. */
export const HELLO_MS = 5_000;

/** Quiet time after which a link is pinged. */
export const PING_AFTER_MS = 15_000;

/** Quiet time after which a link counts as dead. */
export const SILENCE_MS_MAX = 45_000;

/** Pages picked at random before rarest first begins, so that a newcomer soon has something to give (libtorrent: 4). */
export const RANDOM_PAGES = 4;

/** Ask window of a new link, in bytes: one page, and the next one as soon as that begins to come. */
export const WINDOW_BYTES_START = PAGE_BYTES;

/** Smallest ask window, in bytes still to come: the next page is asked for while one arrives, so the wire is never idle. */
export const WINDOW_BYTES_MIN = PAGE_BYTES;

/** Largest ask window, in bytes; fills 1 Gbit/s at 130 ms. */
export const WINDOW_BYTES_MAX = 16_000_000;

/** How much of the measured rate the window holds beyond two round trips, in milliseconds. */
export const WINDOW_MS = 100;

/** Bytes that have come and are not yet on disk, above which nothing more is asked: ten milliseconds of the fastest that comes. */
export const PUTTING_BYTES_MAX = 4_000_000;

/** Shortest time without a byte after which an ask is taken back. */
export const STALL_MS_MIN = 5_000;

/** Longest such time; also what a link without a measured rate gets a third of. */
export const STALL_MS_MAX = 60_000;

/** Stalls in a row after which a reader is reported and its link closed. */
export const STALLS_MAX = 3;

/** Readers that one page is asked of, when there is nothing else to ask of them. */
export const ASKED_OF_MAX = 16;

/** Age at which an ask that was not begun may be made of another reader too. */
export const ASKED_AGAIN_MS = 250;

/** The same for a small page, of which all is lost when two begin it before they hear of each other. */
export const ASKED_AGAIN_SMALL_MS = 1_000;

/** Bytes below which a page counts as small there. */
export const SMALL_PAGE_BYTES = PAGE_BYTES / 2;

/** Asked pages looked at for one to ask again. */
export const ASKED_SCANNED = 64;

/** Time after which a page that was begun and is not here counts as if it were not begun. */
export const CRAWL_MS = 5_000;

/** Time for which a reader is not asked again for a page that it could not read, or that was wrong. */
export const AVOIDED_MS = 5_000;

/** Wrong pages after which a reader is banned, over all its links. */
export const WRONG_PAGES_MAX = 2;

/** Right pages on one link that make up for what was wrong before: who sends wrong ones on purpose has to send these, too. */
export const PAGES_TO_FORGIVE = 16;

/** Wrong pages from one address after which the address itself is refused; one school may hold one bad apple. */
export const WRONG_PAGES_PER_HOST_MAX = 8;

/** Addresses of which it is known how many wrong pages came from them; beyond that the oldest are forgotten. */
export const HOSTS_BLAMED_MAX = 4_096;

/** Most bytes handed to sockets and not yet gone: enough for the fastest link's next turn of the event loop. */
export const UNSENT_BYTES_MAX = 2 * PAGE_BYTES;

/** How much of the uplink's rate that is on a slower one, in milliseconds: a page is chosen late and a word never waits long. */
export const UNSENT_MS = 30;

/** Least bytes of a page that are handed over at once. */
export const STRETCH_BYTES_MIN = PIECE_BYTES / 4;

/** Time after which a link that takes no bytes is not waited for. */
export const STUCK_AFTER_MS = 250;

/** Bytes on their way to others, in bandwidth-delay products: what keeps the uplink busy while receipts are late, as in BBR. */
export const UNDER_WAY_GAIN = 2;

/**
 * Shortest transit by which bytes on their way are counted: what was found in a lucky moment must not make everybody wait
 * for every page, where a word is answered when its turn comes. Where a page takes this long to leave it changes nothing.
 */
export const TRANSIT_MS_MIN = 25;

/** Time over which the uplink's rate is taken: long beside the bunches in which readers say what has arrived. */
export const ARRIVAL_SPAN_MS = 1_000;

/** For how long the uplink's fastest rate and shortest transit are remembered. */
export const UPLINK_MEMORY_MS = 10_000;

/** Shortest time after which a page that did not arrive is held up by its reader, and not by our uplink. */
export const ARRIVAL_MS_MIN = 1_000;

/** Pages sent to a reader that says of none that it has arrived, which are remembered in case that it does. Chosen. */
export const UNTOLD_PAGES_MAX = 256;

/** A page that takes this long to leave is worth a word ahead. */
export const NEXT_TOLD_MS = 20;

/** How long before a page leaves its reader is told: time for it to take the same ask back from others, far ones too. */
export const NEXT_AHEAD_MS = 100;

/** Pages begun for others, for each reader that waits, after which one that was passed over goes first. */
export const TURNS_PASSED_MAX = 2;

/** Small pages that leave in one turn: the word ahead of a turn stays short, however small they are. */
export const BATCH_PAGES_MAX = 64;

/** Orders of one reader looked at for the rarest page: enough to steer, too few to cost. */
export const ORDERS_SCANNED = 16;

/** Bytes of small pages stored since the last announcement that are worth a frame of their own at once. */
export const ANNOUNCE_BYTES = PAGE_BYTES / 2;

/** Longest wait before stored pages are announced. */
export const ANNOUNCE_MS_MAX = 50;
