interface LaneItem {
  readonly id: string;
}

/** A line of items in which groups take turns; within a group, first come, first served. All steps take constant time. */
export interface FairLane<T extends LaneItem> {
  push(item: T): void;
  shift(): T | undefined;
  remove(item: T): void;
}

/** An empty lane. */
export function createFairLane<T extends LaneItem>(groupOf: (item: T) => string): FairLane<T> {
  // The order of the outer map is whose turn it is.
  const groups = new Map<string, Map<string, T>>();
  return {
    push: (item) => {
      const name = groupOf(item);
      const group = groups.get(name) ?? new Map<string, T>();
      group.set(item.id, item);
      groups.set(name, group);
    },
    shift: () => {
      const [turn] = groups;
      if (turn === undefined) return undefined;
      const [name, group] = turn;
      const [item] = group.values();
      groups.delete(name);
      if (item !== undefined) group.delete(item.id);
      if (group.size > 0) groups.set(name, group);
      return item;
    },
    remove: (item) => {
      const name = groupOf(item);
      const group = groups.get(name);
      group?.delete(item.id);
      if (group?.size === 0) groups.delete(name);
    },
  };
}
