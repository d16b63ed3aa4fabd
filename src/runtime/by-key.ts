import type { ObjectKey } from "../kube/object.ts";

/** Objects by namespace and name. One map for each namespace: no key has to be made up from the two, for which a long history
 * would pay as much as for the objects. */
export class ByKey<T> {
  readonly #namespaces = new Map<string, Map<string, T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get({ namespace, name }: ObjectKey): T | undefined {
    return this.#namespaces.get(namespace)?.get(name);
  }

  set({ namespace, name }: ObjectKey, object: T): void {
    const names = this.#namespaces.get(namespace) ?? new Map<string, T>();
    if (names.size === 0) this.#namespaces.set(namespace, names);
    if (!names.has(name)) this.#size += 1;
    names.set(name, object);
  }

  delete({ namespace, name }: ObjectKey): void {
    const names = this.#namespaces.get(namespace);
    if (names?.delete(name) !== true) return;
    this.#size -= 1;
    if (names.size === 0) this.#namespaces.delete(namespace);
  }

  /** All of them, or those of one namespace. What is removed on the way is no hindrance. */
  *values(namespace?: string): Generator<T> {
    const chosen = namespace === undefined ? this.#namespaces.values() : [this.#namespaces.get(namespace)];
    for (const names of chosen) if (names !== undefined) yield* names.values();
  }
}
