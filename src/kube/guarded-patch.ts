import type { KubeClient } from "./client.ts";
import type { KubeObject, ObjectKey, OwnerReference, Resource } from "./object.ts";

/** An object as it was when the decision to change it was taken, and the client to change it with. */
export interface PatchTarget {
  readonly client: Pick<KubeClient, "patch">;
  readonly resource: Resource;
  readonly seen: Seen;
}

/** One version of an object. */
export interface Seen {
  readonly key: ObjectKey;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** What changes in an object's metadata. A label or annotation that is null goes; lists are given whole. */
export interface MetadataChange {
  readonly labels?: Readonly<Record<string, string | null>>;
  readonly annotations?: Readonly<Record<string, string | null>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
}

/** Changes metadata of exactly the version that was seen, and returns the one that this made: whatever else happened to the
 * object is a Conflict. */
export async function patchMetadata(
  { client, resource, seen }: PatchTarget,
  change: MetadataChange,
  signal: AbortSignal,
): Promise<Seen> {
  const body = { metadata: { ...precondition(seen), ...change } };
  return after(seen, await client.patch(resource, seen.key, { type: "merge", body }, signal));
}

/** Changes status fields of exactly the version that was seen, and returns the one that this made. */
export async function patchStatus(
  { client, resource, seen }: PatchTarget,
  status: object,
  signal: AbortSignal,
): Promise<Seen> {
  const body = { metadata: precondition(seen), status };
  return after(seen, await client.patch(resource, seen.key, { type: "merge", body, subresource: "status" }, signal));
}

function after({ key, uid }: Seen, { metadata }: KubeObject): Seen {
  return { key, uid, resourceVersion: metadata.resourceVersion ?? "" };
}

function precondition({ uid, resourceVersion }: Seen): { readonly uid: string; readonly resourceVersion: string } {
  return { uid, resourceVersion };
}
