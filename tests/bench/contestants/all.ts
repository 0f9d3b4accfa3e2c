// Who can take part beside us.

import type { Contestant } from "./contestant.ts";
import { pipeline } from "./pipeline.ts";
import { cp, curl, rsync } from "./plain-copies.ts";
import { aria2, libtorrent, webtorrent } from "./torrents.ts";

export const OTHERS: readonly Contestant[] = [libtorrent, aria2, webtorrent, rsync, curl, cp, pipeline];
