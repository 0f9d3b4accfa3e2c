// Text from strangers, made fit for a terminal and for file names. Names of books and images, and what other readers
// say when they leave, may hold escape sequences that recolour a terminal, or marks that turn a name around.

/** One character that shows nothing and changes what stands around it: C0, DEL, C1, and the marks of direction. */
export const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}]/u;

const UNPRINTABLE_OR_BREAK = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/**
 * `text` on one line, with every control and bidi character, line break and lone surrogate shown as U+FFFD.
 * @example printable("a\u001b[31mb\n") // "a�[31mb�"
 */
export function printable(text: string): string {
  return text.toWellFormed().replace(UNPRINTABLE_OR_BREAK, "\ufffd");
}
