import type { ObjectKey } from "../kube/object.ts";
import { isNewerVersion } from "../kube/resource-version.ts";
import { ByKey } from "./by-key.ts";
import { createIndexes, type IndexFunctions, type Indexes } from "./store-indexes.ts";

/** What a cached record must know about the object that it was made from. */
export interface CachedObject {
  readonly key: ObjectKey;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** One change of the cache. Initial ones are what was already there when we began to look. */
export interface Change<T> {
  readonly before?: T;
  readonly after?: T;
  readonly initial: boolean;
}

/** What is known of one kind. It never goes back in time, and what it hands out never changes. */
export interface Store<T extends CachedObject> {
  readonly size: number;
  get(key: ObjectKey): T | undefined;
  all(): readonly T[];
  byIndex(index: string, value: string): readonly T[];
  /** Takes an object in, unless it is older than, or as old as, what is known. */
  apply(object: T, options?: { readonly initial?: boolean }): void;
  /**
   * The object was deleted, or left our interest, at this version: nothing older of the same uid is taken in again, so
   * that a late answer to a write cannot bring it back. Without a version the uid is gone for good.
   */
  remove(key: ObjectKey, uid: string, resourceVersion?: string): void;
  /** Removes what is missing from a complete list, except what is newer than the list. */
  removeUnlisted(listed: ReadonlySet<string>, scope: ListScope): void;
  /** Calls the handler for each change from now on; returns how to end that. */
  subscribe(handler: (change: Change<T>) => void): () => void;
}

/** Which part of the world a list describes, and as of when. */
export interface ListScope {
  /** Absent or "" means all namespaces. */
  readonly namespace?: string;
  readonly resourceVersion: string;
}

export interface StoreOptions<T> {
  readonly indexes?: IndexFunctions<T>;
  /** Freeze every record, to find those who change what is shared. Costs time: for tests and development. */
  readonly freeze?: boolean;
  /** Called when a handler throws; the other handlers and the reader go on. */
  readonly onHandlerError?: (error: unknown) => void;
}

/** A late answer to a write can only be so late: older deletions need not be remembered. */
const departedMax = 10_000;

interface State<T> {
  readonly objects: ByKey<T>;
  readonly indexes: Indexes<T>;
  /** The version at which each uid left; undefined when it left for good. */
  readonly departed: Map<string, string | undefined>;
  readonly handlers: Set<(change: Change<T>) => void>;
  readonly options: StoreOptions<T>;
}

/** An empty store. */
export function createStore<T extends CachedObject>(options: StoreOptions<T> = {}): Store<T> {
  const state: State<T> = {
    objects: new ByKey(),
    indexes: createIndexes(options.indexes ?? {}),
    departed: new Map(),
    handlers: new Set(),
    options,
  };
  return {
    get size() {
      return state.objects.size;
    },
    get: (key) => state.objects.get(key),
    all: () => [...state.objects.values()],
    byIndex: (index, value) => state.indexes.find(index, value),
    apply: (object, { initial = false } = {}) => apply(state, object, initial),
    remove: (key, uid, resourceVersion) => remove(state, { key, uid, resourceVersion }),
    removeUnlisted: (listed, scope) => removeUnlisted(state, listed, scope),
    subscribe: (handler) => {
      state.handlers.add(handler);
      return () => state.handlers.delete(handler);
    },
  };
}

function apply<T extends CachedObject>(state: State<T>, object: T, initial: boolean): void {
  if (isDeparted(state, object)) return;
  const before = state.objects.get(object.key);
  if (before !== undefined && !isNewerVersion(object.resourceVersion, before.resourceVersion)) return;
  // A namesake with another uid means that we missed a deletion.
  if (before !== undefined && before.uid !== object.uid) noteDeparture(state, before.uid, undefined);
  const after = state.options.freeze ? deepFreeze(object) : object;
  state.objects.set(after.key, after);
  state.indexes.update(before, after);
  tell(state, before === undefined ? { after, initial } : { before, after, initial });
}

interface Departure {
  readonly key: ObjectKey;
  readonly uid: string;
  readonly resourceVersion: string | undefined;
}

function remove<T extends CachedObject>(state: State<T>, { key, uid, resourceVersion }: Departure): void {
  const known = state.objects.get(key);
  const isStale =
    known?.uid === uid && resourceVersion !== undefined && isNewerVersion(known.resourceVersion, resourceVersion);
  if (isStale) return;
  noteDeparture(state, uid, resourceVersion);
  if (known?.uid === uid) drop(state, known);
}

function drop<T extends CachedObject>(state: State<T>, before: T): void {
  state.objects.delete(before.key);
  state.indexes.update(before, undefined);
  tell(state, { before, initial: false });
}

function removeUnlisted<T extends CachedObject>(
  state: State<T>,
  listed: ReadonlySet<string>,
  { namespace, resourceVersion }: ListScope,
): void {
  for (const object of state.objects.values(namespace === "" ? undefined : namespace)) {
    // Newer than the list: our own write, answered before the list was. The watch will tell the rest.
    if (listed.has(object.uid) || isNewerVersion(object.resourceVersion, resourceVersion)) continue;
    noteDeparture(state, object.uid, resourceVersion);
    drop(state, object);
  }
}

function isDeparted<T>(state: State<T>, object: CachedObject): boolean {
  if (!state.departed.has(object.uid)) return false;
  const at = state.departed.get(object.uid);
  // An object that left a label selector comes back with a newer version.
  return at === undefined || !isNewerVersion(object.resourceVersion, at);
}

function noteDeparture<T>(state: State<T>, uid: string, resourceVersion: string | undefined): void {
  state.departed.set(uid, resourceVersion);
  if (state.departed.size > departedMax) {
    const [oldest] = state.departed.keys();
    if (oldest !== undefined) state.departed.delete(oldest);
  }
}

function tell<T>(state: State<T>, change: Change<T>): void {
  for (const handler of state.handlers) {
    try {
      handler(change);
    } catch (error) {
      state.options.onHandlerError?.(error);
    }
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
