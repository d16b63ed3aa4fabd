import { expect, test } from "vitest";
import type { SnapshotRecord } from "../../cache/snapshot.ts";
import type { ObjectKey } from "../../kube/object.ts";
import { createStore, type Store } from "../../runtime/store.ts";
import { overflowSource } from "./overflow.ts";

const budgets = { pullRequests: 1, others: 100, perComponent: 0 };
let versions = 0;

const snapshot = (name: string, { isPullRequest = false, open = false, namespace = "shop" } = {}): SnapshotRecord => ({
  key: { namespace, name },
  uid: `${namespace}-${name}`,
  resourceVersion: String(++versions),
  owner: { kind: "Application", namespace, name: "shop" },
  type: "component",
  createdAt: 1,
  deleting: false,
  canceled: false,
  concluded: !open,
  candidateList: {},
  retention: { isPullRequest, isOutdated: false, awaitsGroup: false, revision: 0 },
  ...(open ? { open: {} as NonNullable<SnapshotRecord["open"]> } : {}),
});

interface Watched {
  readonly store: Store<SnapshotRecord>;
  readonly woken: ObjectKey[];
  readonly end: () => void;
}

function watching(there: readonly SnapshotRecord[]): Watched {
  const store = createStore<SnapshotRecord>();
  for (const record of there) store.apply(record);
  const woken: ObjectKey[] = [];
  const end = overflowSource(store, budgets).start((key) => woken.push(key));
  return { store, woken, end };
}

const many = (count: number, from = 0): readonly SnapshotRecord[] =>
  Array.from({ length: count }, (_, index) => snapshot(`s${String(from + index)}`));

test("a namespace within its budgets wakes nobody", () => {
  const { store, woken } = watching(many(99));
  store.apply(snapshot("s99"));
  store.apply(snapshot("pr", { isPullRequest: true }));
  expect(woken).toEqual([]);
});

test("what is left to do does not count, until nothing is", () => {
  const { store, woken } = watching([snapshot("pr0", { isPullRequest: true })]);
  store.apply(snapshot("pr1", { isPullRequest: true, open: true }));
  expect(woken).toEqual([]);
  store.apply(snapshot("pr1", { isPullRequest: true }));
  expect(woken).toEqual([{ namespace: "shop", name: "" }]);
});

test("each class and each namespace counts for itself", () => {
  const { store, woken } = watching(many(100));
  store.apply(snapshot("other", { namespace: "elsewhere" }));
  store.apply(snapshot("pr0", { isPullRequest: true }));
  store.apply(snapshot("pr1", { isPullRequest: true, namespace: "elsewhere" }));
  expect(woken).toEqual([]);
});

test("a history that has to be kept is looked through when it has grown by a part of itself, not for each new Snapshot", () => {
  const { store, woken } = watching(many(2000));
  const atStart = woken.length;
  for (const record of many(1000, 2000)) store.apply(record);
  expect(atStart).toBeLessThan(70);
  expect(woken.length - atStart).toBeLessThan(10);
});

test("after a collection, the next one comes when the budget is outgrown again", () => {
  const there = many(150);
  const { store, woken } = watching(there);
  for (const { key, uid } of there.slice(100)) store.remove(key, uid);
  woken.length = 0;
  for (const record of many(6, 1000)) store.apply(record);
  expect(woken).toHaveLength(1);
});

test("whoever begins anew looks at every namespace that is over its budget, and at no other", () => {
  const there = [...many(106), ...["a", "b", "c"].map((name) => snapshot(name, { namespace: "elsewhere" }))];
  const first = watching(there);
  first.end();
  first.store.apply(snapshot("later"));
  expect(new Set(first.woken.map(({ namespace }) => namespace))).toEqual(new Set(["shop"]));
});
