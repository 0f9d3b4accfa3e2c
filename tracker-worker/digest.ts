// SHA-256 without waiting: between a message and its answer nothing else may happen, and the web platform's digest is
// a promise. Shared by the Worker and its objects.

import { createHash, timingSafeEqual } from "node:crypto";

/** SHA-256 in lower-case hexadecimal; text is taken as UTF-8. */
export function sha256(data: Uint8Array | string): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Whether two secrets are equal, in a time that depends on neither. */
export function sameSecret(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
