/** For each index, the values under which an object is found. */
export type IndexFunctions<T> = Readonly<Record<string, (object: T) => readonly string[]>>;

/** Groups of objects by value, kept up to date one object at a time; a look-up never scans. */
export interface Indexes<T> {
  find(index: string, value: string): readonly T[];
  /** Takes the very object `before` out and `after` in. */
  update(before: T | undefined, after: T | undefined): void;
}

/** Most values find one object, and a set for each would weigh more than what it holds. */
type Group<T> = T | Set<T>;

/** Empty indexes, one for each function. */
export function createIndexes<T extends object>(functions: IndexFunctions<T>): Indexes<T> {
  const groups = new Map(Object.keys(functions).map((index) => [index, new Map<string, Group<T>>()]));
  return {
    find: (index, value) => {
      const byValue = groups.get(index);
      if (byValue === undefined) throw new TypeError(`no index is called ${index}`);
      const group = byValue.get(value);
      if (group === undefined) return [];
      return group instanceof Set ? [...group] : [group];
    },
    update: (before, after) => {
      for (const [index, byValue] of groups) {
        const valuesOf = functions[index];
        if (valuesOf === undefined) continue;
        if (before !== undefined) for (const value of valuesOf(before)) leave(byValue, value, before);
        if (after !== undefined) for (const value of valuesOf(after)) enter(byValue, value, after);
      }
    },
  };
}

function leave<T extends object>(byValue: Map<string, Group<T>>, value: string, object: T): void {
  const group = byValue.get(value);
  if (group instanceof Set) {
    group.delete(object);
    if (group.size === 0) byValue.delete(value);
  } else if (group === object) byValue.delete(value);
}

function enter<T extends object>(byValue: Map<string, Group<T>>, value: string, object: T): void {
  const group = byValue.get(value);
  if (group === undefined) byValue.set(value, object);
  else if (group instanceof Set) group.add(object);
  else if (group !== object) byValue.set(value, new Set([group, object]));
}
