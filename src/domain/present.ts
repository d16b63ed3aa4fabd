/** Leaves out the fields that are undefined, so that what is absent is absent and not a key without a value. */
export function present<T extends object>(fields: T): Present<T> {
  const given = fields as Readonly<Record<string, unknown>>;
  const kept: Record<string, unknown> = {};
  // A loop and no chain of arrays: every record of the cache comes through here.
  for (const key of Object.keys(given)) if (given[key] !== undefined) kept[key] = given[key];
  return kept as Present<T>;
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};
