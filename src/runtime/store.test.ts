import { expect, test, vi } from "vitest";
import { type CachedObject, type Change, createStore, type StoreOptions } from "./store.ts";

interface Thing extends CachedObject {
  readonly color: string;
}

const thing = (name: string, version: string, over: Partial<Thing> = {}): Thing => ({
  key: { namespace: "ns", name },
  uid: `${name}-uid`,
  resourceVersion: version,
  color: "red",
  ...over,
});

function setUp(options: StoreOptions<Thing> = {}) {
  const store = createStore<Thing>({ indexes: { color: ({ color }) => [color] }, ...options });
  const changes: string[] = [];
  store.subscribe(({ before, after, initial }: Change<Thing>) =>
    changes.push(`${before?.resourceVersion ?? "-"}>${after?.resourceVersion ?? "-"}${initial ? " initial" : ""}`),
  );
  return { store, changes, names: () => store.all().map(({ key }) => key.name) };
}

test("an older version of an object is ignored, and so is an equal one", () => {
  const { store, changes } = setUp();
  store.apply(thing("a", "10"));
  store.apply(thing("a", "9"));
  store.apply(thing("a", "10"));
  expect(store.get({ namespace: "ns", name: "a" })?.resourceVersion).toBe("10");
  expect(changes).toEqual(["->10"]);
});

test("a late answer to a write does not bring back a deleted object", () => {
  const { store } = setUp();
  store.apply(thing("a", "10"));
  store.remove({ namespace: "ns", name: "a" }, "a-uid", "12");
  store.apply(thing("a", "11"));
  expect(store.size).toBe(0);
});

test("an object that left a label selector comes back when a newer version returns to it", () => {
  const { store } = setUp();
  store.apply(thing("a", "10"));
  store.remove({ namespace: "ns", name: "a" }, "a-uid", "12");
  store.apply(thing("a", "13"));
  expect(store.size).toBe(1);
});

test("a namesake with a new uid replaces the old object; a late deletion of the old one does not touch it", () => {
  const { store } = setUp();
  store.apply(thing("a", "10"));
  store.apply(thing("a", "20", { uid: "new" }));
  store.remove({ namespace: "ns", name: "a" }, "a-uid", "15");
  store.apply(thing("a", "16"));
  expect(store.get({ namespace: "ns", name: "a" })?.uid).toBe("new");
});

test("a stale notice that an object is no longer of interest does not remove a newer version", () => {
  const { store } = setUp();
  store.apply(thing("a", "10"));
  store.remove({ namespace: "ns", name: "a" }, "a-uid", "9");
  expect(store.size).toBe(1);
});

test("a complete list finds the deletions that were missed", () => {
  const { store, changes, names } = setUp();
  store.apply(thing("kept", "1"));
  store.apply(thing("gone", "2"));
  store.removeUnlisted(new Set(["kept-uid"]), { resourceVersion: "6" });
  expect(names()).toEqual(["kept"]);
  expect(changes).toEqual(["->1", "->2", "2>-"]);
});

test("a list that is older than our own write does not remove what we wrote", () => {
  const { store } = setUp();
  store.apply(thing("ours", "7"));
  store.removeUnlisted(new Set(), { resourceVersion: "6" });
  expect(store.size).toBe(1);
});

test("a list of one namespace says nothing about the others", () => {
  const { store, names } = setUp();
  store.apply(thing("a", "1", { key: { namespace: "other", name: "a" } }));
  store.apply(thing("b", "2"));
  store.removeUnlisted(new Set(), { namespace: "ns", resourceVersion: "9" });
  expect(names()).toEqual(["a"]);
});

test("a list that holds a namesake says that the object itself is gone", () => {
  const { store, names } = setUp();
  store.apply(thing("a", "1"));
  store.removeUnlisted(new Set(["another-uid"]), { resourceVersion: "6" });
  expect(names()).toEqual([]);
});

test("an index follows every change", () => {
  const { store } = setUp();
  store.apply(thing("a", "1"));
  store.apply(thing("b", "2"));
  store.apply(thing("a", "3", { color: "blue" }));
  expect(store.byIndex("color", "red").map(({ key }) => key.name)).toEqual(["b"]);
  expect(store.byIndex("color", "blue").map(({ key }) => key.name)).toEqual(["a"]);
  store.remove({ namespace: "ns", name: "b" }, "b-uid");
  expect(store.byIndex("color", "red")).toEqual([]);
  expect(() => store.byIndex("size", "1")).toThrow("no index is called size");
});

test("a handler that throws harms neither the store nor the other handlers", () => {
  const onHandlerError = vi.fn<(error: unknown) => void>();
  const store = createStore<Thing>({ onHandlerError });
  const told: string[] = [];
  store.subscribe(() => {
    throw new Error("handler");
  });
  store.subscribe(({ after }) => told.push(after?.key.name ?? ""));
  store.apply(thing("a", "1"));
  store.apply(thing("b", "2"));
  expect(told).toEqual(["a", "b"]);
  expect(onHandlerError).toHaveBeenCalledTimes(2);
});

test("a record cannot be changed by those who read it", () => {
  const { store } = setUp({ freeze: true });
  store.apply({ ...thing("a", "1"), color: "red" });
  const read = store.get({ namespace: "ns", name: "a" }) as { color: string; key: { name: string } };
  expect(() => (read.color = "blue")).toThrow(TypeError);
  expect(() => (read.key.name = "b")).toThrow(TypeError);
});
