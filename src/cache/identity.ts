import type { KubeObject } from "../kube/object.ts";
import type { CachedObject } from "../runtime/store.ts";
import { interned } from "./interned.ts";

/** What every record keeps of an object's metadata. */
export function identityOf({ metadata }: KubeObject): CachedObject {
  return {
    key: { namespace: interned(metadata.namespace ?? ""), name: metadata.name },
    uid: metadata.uid ?? "",
    resourceVersion: metadata.resourceVersion ?? "",
  };
}

/** The value under which something of a namespace is found in an index. */
export function inNamespace(namespace: string, name: string): string {
  // Joined in one step, it is one text; added up, it would drag its pieces along.
  return [namespace, name].join("/");
}

/** Milliseconds since the epoch at which an object was created; 0 for one that is not created yet. */
export function createdAt({ metadata }: KubeObject): number {
  const time = Date.parse(metadata.creationTimestamp ?? "");
  return Number.isNaN(time) ? 0 : time;
}
