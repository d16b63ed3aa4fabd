import type { Component } from "../api/component.ts";
import { resources } from "../api/group.ts";
import { groupMembersOf } from "../cache/membership.ts";
import { readComponentKey } from "../domain/component-key.ts";
import type { Owner } from "../domain/owner.ts";
import type { Environment } from "./environment.ts";

type Asking = Pick<Environment, "client" | "caches">;

/** Asks the API server whether Components, by key, are really no part of an owner. The cache may be behind, and what is concluded
 * from their absence is for good; it is rare, so that asking costs nothing that matters. */
export async function areGone(
  env: Asking,
  owner: Owner,
  components: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  if (components.length === 0) return true;
  if (owner.kind === "ComponentGroup" && !(await knowsGroups(env, owner, signal))) return false;
  // A person may have written anything into a Snapshot. What no object can be called is not there.
  const possible = components.filter((key) => objectName.test(readComponentKey(key).name));
  for (const key of possible) if (await belongs(env, owner, key, signal)) return false;
  return true;
}

async function belongs({ client, caches }: Asking, owner: Owner, key: string, signal: AbortSignal): Promise<boolean> {
  const { name } = readComponentKey(key);
  if (owner.kind === "ComponentGroup" && !groupMembersOf(caches, owner).components.has(key)) return false;
  const present = await client.get<Component>(resources.component, { namespace: owner.namespace, name }, signal);
  if (present === undefined || present.metadata.deletionTimestamp !== undefined) return false;
  return owner.kind === "ComponentGroup" || present.spec.application === owner.name;
}

/** Whether the groups that say what belongs to a ComponentGroup are as the cache has them, and those it does not know are not. */
async function knowsGroups(
  { client, caches }: Asking,
  { namespace, name }: Owner,
  signal: AbortSignal,
): Promise<boolean> {
  const { groups, missing } = groupMembersOf(caches, { namespace, name });
  for (const group of [...groups, ...missing]) {
    const key = { namespace, name: group };
    const present = await client.get(resources.componentGroup, key, signal);
    if (present?.metadata.resourceVersion !== caches.componentGroups.get(key)?.resourceVersion) return false;
  }
  return true;
}

const objectName = /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/;
