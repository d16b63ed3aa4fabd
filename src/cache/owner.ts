import { resources } from "../api/group.ts";
import { labels } from "../api/labels.ts";
import { labelValue } from "../domain/names.ts";
import type { Owner } from "../domain/owner.ts";
import type { ObjectKey, OwnerReference, Resource } from "../kube/object.ts";
import { controllerReference } from "../kube/owner-references.ts";
import type { CachedObject } from "../runtime/store.ts";
import type { Controls } from "./controls.ts";

/** An Application or a ComponentGroup, as far as both are the same. */
export interface OwnerRecord extends CachedObject, Controls {
  readonly deleting: boolean;
}

/** The owner that an object's spec names; one without a name where it names none. */
export function ownerOf(
  namespace: string,
  spec: { readonly application?: string; readonly componentGroup?: string } | undefined,
): Owner {
  const { application = "", componentGroup = "" } = spec ?? {};
  return application === "" && componentGroup !== ""
    ? { kind: "ComponentGroup", namespace, name: componentGroup }
    : { kind: "Application", namespace, name: application };
}

const shared = new Map<string, Owner>();
const sharedMax = 10_000;

/** The same owner, as one that others hold too: a long history belongs to few. */
export function sharedOwner(owner: Owner): Owner {
  const key = ownerIndex(owner);
  const known = shared.get(key);
  if (known !== undefined) return known;
  // Those that are gone must not be kept for ever; those that are not are soon shared again.
  if (shared.size >= sharedMax) shared.clear();
  shared.set(key, owner);
  return owner;
}

/** The value under which what belongs to an owner is found in an index. */
export function ownerIndex({ kind, namespace, name }: Owner): string {
  return `${kind}/${namespace}/${name}`;
}

/** Whether two are the same. */
export function isSameOwner(a: Owner, b: Owner): boolean {
  return ownerIndex(a) === ownerIndex(b);
}

/** No name holds a slash, so that a ComponentGroup in a queue is never taken for an Application. */
const groupPrefix = "ComponentGroup/";

/** How a work queue names an owner. */
export function queueKey({ kind, namespace, name }: Owner): ObjectKey {
  return { namespace, name: kind === "Application" ? name : groupPrefix + name };
}

/** The owner that a work queue names. */
export function ownerAt({ namespace, name }: ObjectKey): Owner {
  return name.startsWith(groupPrefix)
    ? { kind: "ComponentGroup", namespace, name: name.slice(groupPrefix.length) }
    : { kind: "Application", namespace, name };
}

/** Where an owner's kind is served. */
export function ownerResource({ kind }: Owner): Resource {
  return kind === "Application" ? resources.application : resources.componentGroup;
}

/** How an object says in its spec, or a line of a log in its fields, whose it is. */
export function ownerField({
  kind,
  name,
}: Owner): { readonly application: string } | { readonly componentGroup: string } {
  return kind === "Application" ? { application: name } : { componentGroup: name };
}

/** How an object says in its labels whose it is. */
export function ownerLabel({ kind, name }: Owner): Readonly<Record<string, string>> {
  return { [kind === "Application" ? labels.application : labels.componentGroup]: labelValue(name) };
}

/** The reference that makes an owner the controller of another object. */
export function ownerControls(owner: Owner, { uid }: Pick<OwnerRecord, "uid">): OwnerReference {
  return controllerReference(ownerResource(owner), { name: owner.name, uid });
}
