// Every parser and codec that takes bytes from a stranger, or from a disk.

import { RECORD_TARGETS } from "./record-target.ts";
import type { Target } from "./target.ts";
import { TEXT_TARGETS } from "./text-targets.ts";
import { WIRE_TARGETS } from "./wire-targets.ts";

export const TARGETS: Readonly<Record<string, Target>> = { ...WIRE_TARGETS, ...TEXT_TARGETS, ...RECORD_TARGETS };
