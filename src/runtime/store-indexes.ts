/** For each index, the values under which an object is found. */
export type IndexFunctions<T> = Readonly<Record<string, (object: T) => readonly string[]>>;

/** Groups of objects by value, kept up to date one object at a time; a look-up never scans. */
export interface Indexes<T> {
  find(index: string, value: string): readonly T[];
  update(id: string, before: T | undefined, after: T | undefined): void;
}

/** Empty indexes, one for each function. */
export function createIndexes<T>(functions: IndexFunctions<T>): Indexes<T> {
  const groups = new Map(Object.keys(functions).map((index) => [index, new Map<string, Map<string, T>>()]));
  return {
    find: (index, value) => {
      const byValue = groups.get(index);
      if (byValue === undefined) throw new TypeError(`no index is called ${index}`);
      return [...(byValue.get(value)?.values() ?? [])];
    },
    update: (id, before, after) => {
      for (const [index, byValue] of groups) {
        const valuesOf = functions[index];
        if (valuesOf === undefined) continue;
        if (before !== undefined) for (const value of valuesOf(before)) leave(byValue, value, id);
        if (after !== undefined) for (const value of valuesOf(after)) enter(byValue, value, { id, object: after });
      }
    },
  };
}

function leave<T>(byValue: Map<string, Map<string, T>>, value: string, id: string): void {
  const group = byValue.get(value);
  group?.delete(id);
  if (group?.size === 0) byValue.delete(value);
}

function enter<T>(
  byValue: Map<string, Map<string, T>>,
  value: string,
  { id, object }: { id: string; object: T },
): void {
  const group = byValue.get(value) ?? new Map<string, T>();
  group.set(id, object);
  byValue.set(value, group);
}
