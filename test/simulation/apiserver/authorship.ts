import type { Author } from "./write-log.ts";

/** Knows on whose behalf the store is being changed: requests are handled one at a time, so one name is enough. */
export interface Authorship {
  current(): Author;
  as<T>(author: Author, act: () => T): T;
}

/** Begins on behalf of the given author. */
export function createAuthorship(first: Author): Authorship {
  let author = first;
  return {
    current: () => author,
    as: (next, act) => {
      const before = author;
      author = next;
      try {
        return act();
      } finally {
        author = before;
      }
    },
  };
}
