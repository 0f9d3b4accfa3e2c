// How much is tried: what is quick in every run, everything in `npm run test:faults`.

/** True in `npm run test:faults`. */
export const TRIES_ALL: boolean = process.env["BOOKSWARM_FAULTS"] === "all";

/** How often each kind of process is killed, together; `--kills` of `npm run test:faults`. */
export const KILLS: number = Number(process.env["BOOKSWARM_KILLS"] ?? (TRIES_ALL ? 60 : 6));

/** What random choices follow from; `--seed` of `npm run test:faults`. */
export const SEED: number = Number(process.env["BOOKSWARM_SEED"] ?? 4_127);
