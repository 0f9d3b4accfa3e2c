// Lower-case hexadecimal, the only spelling of a digest in the descriptor and in the protocols' text.
// Refuses every other spelling, so that one digest has one name.

const DIGITS = "0123456789abcdef";
const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) => `${DIGITS[byte >> 4]}${DIGITS[byte & 15]}`);

/**
 * Spells bytes in lower-case hexadecimal.
 * @example toHex(Uint8Array.of(0, 255)) // "00ff"
 */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += PAIRS[byte];
  return text;
}

/** True for an even number of lower-case hexadecimal digits; `bytes`, when given, is the exact length meant. */
export function isHex(text: string, bytes?: number): boolean {
  if (bytes === undefined ? text.length % 2 !== 0 : text.length !== bytes * 2) return false;
  for (let at = 0; at < text.length; at++) if (digit(text.charCodeAt(at)) < 0) return false;
  return true;
}

/**
 * Writes the bytes that `text` spells into `target` at `offset`.
 * @throws RangeError when `text` is not lower-case hexadecimal or does not fit
 */
export function writeHex(text: string, target: Uint8Array, offset = 0): void {
  if (text.length % 2 !== 0) throw new RangeError("hexadecimal text has an even number of digits");
  if (offset + text.length / 2 > target.length) throw new RangeError("hexadecimal text does not fit its target");
  for (let at = 0; at < text.length; at += 2) {
    const high = digit(text.charCodeAt(at));
    const low = digit(text.charCodeAt(at + 1));
    if (high < 0 || low < 0) throw new RangeError("hexadecimal text has only the digits 0-9 and a-f");
    target[offset + at / 2] = (high << 4) | low;
  }
}

/**
 * The bytes that lower-case hexadecimal `text` spells.
 * @throws RangeError when it spells none
 * @example fromHex("00ff") // Uint8Array.of(0, 255)
 */
export function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length >> 1);
  writeHex(text, bytes);
  return bytes;
}

function digit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 102) return code - 87;
  return -1;
}
