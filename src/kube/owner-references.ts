import type { KubeObject, OwnerReference, Resource } from "./object.ts";

/** The reference that makes `owner` the managing controller of another object of its namespace. */
export function controllerReference(
  resource: Resource,
  owner: { readonly name: string; readonly uid: string },
): OwnerReference {
  return { ...ownerReference(resource, owner), controller: true, blockOwnerDeletion: true };
}

/** The reference that lets garbage collection take an object away together with `owner`. */
export function ownerReference(
  resource: Resource,
  owner: { readonly name: string; readonly uid: string },
): OwnerReference {
  const apiVersion = resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;
  return { apiVersion, kind: resource.kind, name: owner.name, uid: owner.uid };
}

/** Whether an object names an owner by uid; a name alone could mean a namesake. */
export function isOwnedBy(object: KubeObject, ownerUid: string): boolean {
  return object.metadata.ownerReferences?.some((reference) => reference.uid === ownerUid) ?? false;
}

/** The references with one more, or the very same array when the owner is already among them. */
export function withOwner(
  existing: readonly OwnerReference[] | undefined,
  owner: OwnerReference,
): readonly OwnerReference[] {
  if (existing?.some((reference) => reference.uid === owner.uid)) return existing;
  return [...(existing ?? []), owner];
}
