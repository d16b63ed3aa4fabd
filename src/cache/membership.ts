import type { Content } from "../domain/candidate-list.ts";
import { componentKey, readComponentKey } from "../domain/component-key.ts";
import { groupMembers, type GroupMembers } from "../domain/group-members.ts";
import type { Owner } from "../domain/owner.ts";
import { noOrder, type TestGraph } from "../domain/test-order.ts";
import type { ObjectKey } from "../kube/object.ts";
import { dataKeyProblem } from "./candidate-list.ts";
import type { Caches } from "./caches.ts";
import { mirroredImages, type ComponentGroupRecord } from "./component-group.ts";
import type { ComponentRecord } from "./component.ts";
import { inNamespace } from "./identity.ts";
import type { OwnerRecord } from "./owner.ts";

/** Looks an owner up in the caches. */
export function findOwner(caches: Caches, owner: Owner): OwnerRecord | undefined {
  return owner.kind === "Application" ? caches.applications.get(owner) : caches.componentGroups.get(owner);
}

/** The Components there are that belong to an owner, by the keys that its candidate list has for them. */
export function membersOf(caches: Caches, owner: Owner): ReadonlySet<string> {
  const { namespace, name } = owner;
  if (owner.kind === "Application") {
    const components = caches.components.byIndex("byApplication", inNamespace(namespace, name));
    return new Set(components.map(({ key }) => key.name));
  }
  const { components } = groupMembersOf(caches, owner);
  const canBeKept = (key: string): boolean =>
    dataKeyProblem(key) === undefined && isThere(caches, { namespace, name: readComponentKey(key).name });
  return new Set([...components].filter(canBeKept));
}

/** Everything that a ComponentGroup says belongs to it, whether that exists or not. */
export function groupMembersOf(caches: Caches, { namespace, name }: ObjectKey): GroupMembers {
  return groupMembers(name, (group) => {
    const record = caches.componentGroups.get({ namespace, name: group });
    return record === undefined || record.deleting ? undefined : record.members;
  });
}

/** What an owner's candidate list starts from, where it has none. */
export function startingImages(caches: Caches, owner: Owner): Content {
  if (owner.kind === "ComponentGroup") {
    const group = caches.componentGroups.get(owner);
    const members = membersOf(caches, owner);
    return new Map([...(group === undefined ? [] : mirroredImages(group))].filter(([key]) => members.has(key)));
  }
  const components = caches.components.byIndex("byApplication", inNamespace(owner.namespace, owner.name));
  return new Map(
    components.flatMap(({ key, startingImage }) =>
      startingImage === undefined ? [] : [[key.name, startingImage] as const],
    ),
  );
}

/** Which of an owner's scenarios run after which. Those of an Application all run at once. */
export function graphOf(caches: Caches, owner: Owner): TestGraph {
  return (owner.kind === "ComponentGroup" ? caches.componentGroups.get(owner)?.graph : undefined) ?? noOrder;
}

/** A ComponentGroup and those that it is in, however deep. */
export function groupsAround(caches: Caches, { namespace, name }: ObjectKey): readonly Owner[] {
  const found = new Map<string, Owner>();
  const ahead = [name];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    if (found.has(next)) continue;
    found.set(next, { kind: "ComponentGroup", namespace, name: next });
    ahead.push(...caches.componentGroups.byIndex("byGroup", inNamespace(namespace, next)).map(({ key }) => key.name));
  }
  return [...found.values()];
}

/** The ComponentGroups that a Component belongs to in any version, directly or through others. */
export function groupsNaming(caches: Caches, { namespace, name }: ObjectKey): readonly Owner[] {
  const naming = caches.componentGroups.byIndex("byComponent", inNamespace(namespace, name));
  const around = naming.flatMap(({ key }: ComponentGroupRecord) => groupsAround(caches, key));
  return [...new Map(around.map((owner) => [owner.name, owner])).values()];
}

/** What a build's image is for. One with a version is for every ComponentGroup with that version of its Component; any other
 * for the Component's Application. */
export function buildOwners(
  caches: Caches,
  component: ComponentRecord | undefined,
  version: string | undefined,
): readonly Owner[] {
  if (component === undefined) return [];
  const { namespace, name } = component.key;
  if (version === undefined) return [{ kind: "Application", namespace, name: component.application }];
  const member = componentKey(name, version);
  return groupsNaming(caches, component.key).filter((group) => membersOf(caches, group).has(member));
}

function isThere(caches: Caches, component: ObjectKey): boolean {
  const record = caches.components.get(component);
  return record !== undefined && !record.deleting;
}
