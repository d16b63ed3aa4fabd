import type { KubeClient } from "../kube/client.ts";
import type { KubeObject, ObjectKey, Resource } from "../kube/object.ts";
import type { CachedObject, Store } from "./store.ts";

/** How objects of one kind become records of a store; undefined means not of interest. */
export type Project<T> = (raw: KubeObject) => T | undefined;

/** One kind that is cached. */
export interface CachedKind<T extends CachedObject> {
  readonly resource: Resource;
  readonly store: Store<T>;
  readonly project: Project<T>;
}

/**
 * A client whose writes are seen by the cache at once: the next reconcile reads what this one wrote, before the watch
 * has brought it. Use `defineCachedKind` to make the kinds, which may be of different types.
 */
export function createCachedClient(client: KubeClient, kinds: readonly WriteThrough[]): KubeClient {
  const byResource = new Map(kinds.map((kind) => [nameOf(kind.resource), kind]));
  const see = <T extends KubeObject>(resource: Resource, answer: T): T => {
    byResource.get(nameOf(resource))?.see(answer);
    return answer;
  };
  return {
    ...client,
    create: async (resource, object, signal) => see(resource, await client.create(resource, object, signal)),
    replace: async (resource, object, options, signal) =>
      see(resource, await client.replace(resource, object, options, signal)),
    patch: async (resource, key, patch, signal) => see(resource, await client.patch(resource, key, patch, signal)),
    delete: async (resource, key, options, signal) => {
      const result = await client.delete(resource, key, options, signal);
      if (result.kind === "terminating") see(resource, result.object);
      else if (result.uid !== undefined) byResource.get(nameOf(resource))?.seeGone(key, result.uid);
      return result;
    },
  };
}

/** One kind's way from an answer into its store. */
export interface WriteThrough {
  readonly resource: Resource;
  see(answer: KubeObject): void;
  seeGone(key: ObjectKey, uid: string): void;
}

/** Forgets the record's type, so that kinds of different types fit in one list. */
export function defineCachedKind<T extends CachedObject>({ resource, store, project }: CachedKind<T>): WriteThrough {
  return {
    resource,
    see: (answer) => {
      try {
        takeIn(store, project, answer);
      } catch {
        // The write has succeeded, whatever our projection thinks; the reflector meets the same object and counts it.
      }
    },
    seeGone: (key, uid) => store.remove(key, uid),
  };
}

/** Puts one object into a store, or takes it out when it is no longer of interest. Throws what the projection throws. */
export function takeIn<T extends CachedObject>(
  store: Store<T>,
  project: Project<T>,
  raw: KubeObject,
  initial = false,
): void {
  const record = project(raw);
  if (record !== undefined) return store.apply(record, { initial });
  const key = keyOf(raw);
  const { uid, resourceVersion } = raw.metadata;
  if (uid !== undefined && store.get(key)?.uid === uid) store.remove(key, uid, resourceVersion);
}

/** The key of a raw object. */
export function keyOf(raw: KubeObject): ObjectKey {
  return { namespace: raw.metadata.namespace ?? "", name: raw.metadata.name };
}

function nameOf(resource: Resource): string {
  return `${resource.plural}.${resource.group}`;
}
