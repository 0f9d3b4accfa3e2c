// What a program gets from `import ... from "bookswarm"`.

export { DescriptorRefused } from "../shared/faults.ts";
export { GlobUnmatched } from "./library/glob-unmatched.ts";
export { FileUnsteady } from "./library/image-entry.ts";
export type { BookEvent } from "./node/book-events.ts";
export { BookUnclear } from "./node/find-book.ts";
export { type GetOptions, get, type PublishOptions, publish, SharedBook, type ShareOptions } from "./node/sharing.ts";
export type { Why } from "./node/why.ts";
export { DiskFault } from "./storage/page-store.ts";
export { TrackerFault, TrackerRefused } from "./tracker/tracker-faults.ts";
export { ListenFailed } from "./transport/listen.ts";
