/** What an onlooker remembers of the way here, which no object need tell: invariants are about it. */
export interface Ghost {
  /** `snapshot/scenario` of which a run really passed. */
  readonly passed: ReadonlySet<string>;
  /** `snapshot/scenario` → whether its latest run passed. */
  readonly latest: ReadonlyMap<string, boolean>;
  /** `snapshot/scenario` → how many runs were made. */
  readonly runs: ReadonlyMap<string, number>;
  /** Snapshot → how many re-runs were asked for. */
  readonly reruns: ReadonlyMap<string, number>;
  /** Snapshots that a person asked to run again while, as they said, a test still ran: that one counts. */
  readonly askedEarly: ReadonlySet<string>;
  /** Snapshot → the revision at which it was promoted. */
  readonly promoted: ReadonlyMap<string, number>;
  /** Snapshot → the revision at which its images became candidates. */
  readonly adopted: ReadonlyMap<string, number>;
  /** Component → the newest build that was candidate. */
  readonly marks: ReadonlyMap<string, number>;
  /** Components that an override touched: their image may go back, and never the build they are measured against. */
  readonly overridden: ReadonlySet<string>;
  /** Build → its Snapshot that was deleted as history. */
  readonly collected: ReadonlyMap<string, string>;
  /** What was committed and told nobody when the list was last deleted by hand. It is as if it never had been, unless an operator
   * that had yet to hear of the deletion tells it. */
  readonly lost: Pick<Ghost, "promoted" | "adopted"> & { readonly ledger: Ghost["ledger"] | undefined };
  /** Components that were removed. */
  readonly removed: ReadonlySet<string>;
  /** Scenarios that were required at any time: a person may have changed that since. */
  readonly everRequired: ReadonlySet<string>;
  /** Scenarios that a person added, deleted, or made optional or required: an operator whose watch is behind may not know. */
  readonly changedScenarios: ReadonlySet<string>;
  /** The highest revision of the list. */
  readonly revision: number;
  readonly ledger: {
    readonly snapshot: string | undefined;
    readonly revision: number;
    readonly content: Readonly<Record<string, string>>;
  };
}

/** An onlooker who has seen nothing but what the Components come with, and the scenarios that are required. */
export function newGhost(start: Readonly<Record<string, string>>, required: readonly string[]): Ghost {
  return {
    passed: new Set(),
    latest: new Map(),
    runs: new Map(),
    reruns: new Map(),
    askedEarly: new Set(),
    promoted: new Map(),
    adopted: new Map(),
    marks: new Map(),
    overridden: new Set(),
    collected: new Map(),
    lost: { promoted: new Map(), adopted: new Map(), ledger: undefined },
    removed: new Set(),
    everRequired: new Set(required),
    changedScenarios: new Set(),
    revision: 0,
    ledger: { snapshot: undefined, revision: 0, content: start },
  };
}

/** What is remembered once a Snapshot was told a verdict that had been lost with the list. */
export function recalled(ghost: Ghost, name: string, as: "promoted" | "adopted"): Ghost {
  const revision = ghost.lost[as].get(name);
  if (revision === undefined || ghost[as].has(name)) return ghost;
  const isLast = as === "promoted" && ghost.lost.ledger?.snapshot === name;
  return {
    ...ghost,
    [as]: withEntry(ghost[as], name, revision),
    ...(isLast ? { ledger: ghost.lost.ledger ?? ghost.ledger } : {}),
  };
}

export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value);
}

export function withMember<T>(set: ReadonlySet<T>, member: T): ReadonlySet<T> {
  return set.has(member) ? set : new Set(set).add(member);
}
