// What goes wrong with a glob. By itself, so that whoever only has to know the error need not load what matches globs.

/** A glob matches no image of the book, which is hardly what was meant. */
export class GlobUnmatched extends Error {
  constructor(message: string) {
    super(message);
    this.name = "GlobUnmatched";
  }
}
