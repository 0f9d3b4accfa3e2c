// What a tracker's catalog adds up to, and how Prometheus reads it (text format 0.0.4).

/** Sums over the catalog. */
export interface CatalogTotals {
  readonly books: number;
  readonly booksWithCompleteReader: number;
  readonly uploads: number;
  readonly readers: number;
  readonly completeReaders: number;
  readonly images: number;
  readonly pages: number;
  readonly bytes: number;
}

/** Name and meaning of each; all of them may go up and down. */
const METRICS: { readonly [Name in keyof CatalogTotals]: readonly [name: string, help: string] } = {
  books: ["bookswarm_books", "Books in the catalog."],
  booksWithCompleteReader: ["bookswarm_books_with_complete_reader", "Books that at least one reader holds whole."],
  uploads: ["bookswarm_uploads", "Uploads that have begun and are not complete."],
  readers: ["bookswarm_readers", "Readers registered, over all books."],
  completeReaders: ["bookswarm_complete_readers", "Of them, those that hold their whole book."],
  images: ["bookswarm_images", "Images of all books in the catalog."],
  pages: ["bookswarm_pages", "Pages of all books in the catalog."],
  bytes: ["bookswarm_book_bytes", "Bytes of all images of all books in the catalog."],
};

/** The totals as text. */
export function formatMetrics(totals: CatalogTotals): string {
  const names = Object.keys(METRICS) as (keyof CatalogTotals)[];
  return names
    .map((key) => {
      const [name, help] = METRICS[key];
      return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name} ${totals[key]}\n`;
    })
    .join("");
}
