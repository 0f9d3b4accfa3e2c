// Numbers as people read them.

import {
  formatByteSize,
  formatCount,
  formatDuration,
  formatNumber,
  formatRate,
  formatShare,
} from "../../../shared/quantities.ts";

export const bytes = formatByteSize;
export const rate = formatRate;
export const many = formatCount;
export const number = formatNumber;
export const share = formatShare;
export const duration = formatDuration;
