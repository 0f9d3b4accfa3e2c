// The two kinds of objects, by the names under which they are found.

import type { BookId } from "../shared/ids.ts";

/** The object of one book, whether or not that book was ever published. */
export function repositoryOf(env: Env, bookId: BookId): RepositoryStub {
  return env.REPOSITORY.getByName(bookId);
}

/** The one object that knows all books. */
export function catalogOf(env: Env): CatalogStub {
  return env.CATALOG.getByName("catalog");
}

export type RepositoryStub = ReturnType<Env["REPOSITORY"]["getByName"]>;

export type CatalogStub = ReturnType<Env["CATALOG"]["getByName"]>;
