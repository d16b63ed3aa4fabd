import { expired } from "./api-error.ts";
import { freezeJson, type ApiObject } from "./json.ts";

/** One committed change, as watches see it. */
export interface Change {
  readonly revision: number;
  readonly storage: string;
  readonly key: string;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  /** The object after the change; for a deletion, as it last was, at the revision of the deletion. */
  readonly object: ApiObject;
  readonly previous: ApiObject | undefined;
}

/** Where an object lies among those of its kind. */
export function storageKey(namespace: string | undefined, name: string): string {
  return `${namespace ?? ""}/${name}`;
}

/** Every object at its newest version, and as much history as was asked for. */
export class Store {
  readonly #objects = new Map<string, Map<string, ApiObject>>();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #historyLength: number;
  #history: Change[] = [];
  #revision = 1;
  #compacted = 0;

  constructor(historyLength: number) {
    this.#historyLength = historyLength;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Changes up to this revision can no longer be asked for. */
  get compactedRevision(): number {
    return this.#compacted;
  }

  get(storage: string, key: string): ApiObject | undefined {
    return this.#objects.get(storage)?.get(key);
  }

  /** Objects of a kind in the order of their keys, now or as they were at an earlier revision. */
  list(storage: string, revision: number = this.#revision): ReadonlyMap<string, ApiObject> {
    const objects = new Map(this.#objects.get(storage));
    if (revision < this.#compacted) throw expired("The resourceVersion for the provided list is too old.");
    for (let index = this.#history.length - 1; index >= 0; index--) {
      const change = this.#history[index];
      if (change === undefined || change.revision <= revision) break;
      if (change.storage !== storage) continue;
      if (change.previous === undefined) objects.delete(change.key);
      else objects.set(change.key, change.previous);
    }
    return new Map([...objects].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  all(): ApiObject[] {
    return [...this.#objects.values()].flatMap((objects) => [...objects.values()]);
  }

  /** Every kind of storage with its objects. */
  entries(): IterableIterator<[string, ReadonlyMap<string, ApiObject>]> {
    return this.#objects.entries();
  }

  /** Stores the object under a new resourceVersion. */
  commit(storage: string, key: string, next: ApiObject): ApiObject {
    const objects = this.#objects.get(storage) ?? new Map<string, ApiObject>();
    this.#objects.set(storage, objects);
    const previous = objects.get(key);
    const object = this.#nextVersion(next);
    objects.set(key, object);
    const type = previous === undefined ? "ADDED" : "MODIFIED";
    this.#record({ revision: this.#revision, storage, key, type, object, previous });
    return object;
  }

  /** Removes an object; `last` is its last state when that differs from what is stored. */
  remove(storage: string, key: string, last?: ApiObject): ApiObject {
    const previous = this.get(storage, key);
    if (previous === undefined) throw new Error(`nothing to remove at ${storage} ${key}`);
    this.#objects.get(storage)?.delete(key);
    const object = this.#nextVersion(last ?? previous);
    this.#record({ revision: this.#revision, storage, key, type: "DELETED", object, previous });
    return object;
  }

  #nextVersion(object: ApiObject): ApiObject {
    this.#revision++;
    return freezeJson({ ...object, metadata: { ...object.metadata, resourceVersion: String(this.#revision) } });
  }

  #record(change: Change): void {
    this.#history.push(change);
    // Dropping in bulk keeps the cost of a commit constant.
    if (this.#history.length > 2 * this.#historyLength) this.#dropHistory(this.#history.length - this.#historyLength);
    for (const listener of this.#listeners) listener(change);
  }

  /** Changes after a revision, oldest first; undefined when some of them are no longer known. */
  changesSince(revision: number): readonly Change[] | undefined {
    if (revision < this.#compacted) return undefined;
    let start = this.#history.length;
    while (start > 0 && (this.#history[start - 1]?.revision ?? 0) > revision) start--;
    return this.#history.slice(start);
  }

  /** Forgets history: watches and lists from before this moment are answered with 410. */
  compact(): void {
    this.#dropHistory(this.#history.length);
  }

  #dropHistory(count: number): void {
    const dropped = this.#history.splice(0, count);
    this.#compacted = dropped.at(-1)?.revision ?? this.#compacted;
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
