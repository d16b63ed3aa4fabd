import { groupsAround, groupsNaming } from "../../cache/membership.ts";
import type { ObjectKey } from "../../kube/object.ts";
import type { Owner } from "../../domain/owner.ts";
import { storeSource } from "../../runtime/controller.ts";
import type { Change } from "../../runtime/store.ts";
import type { ControllerDefinition, Environment } from "../environment.ts";
import { reconcile } from "./reconcile.ts";

/** The controller of ComponentGroups' status: what it does, and who wakes it. */
export function componentGroupController(env: Environment): ControllerDefinition {
  const { caches } = env;
  return {
    reconcile: (key, signal) => reconcile(env, key, signal),
    sources: [
      storeSource(caches.componentGroups, ({ before, after }) => {
        const key = (after ?? before)?.key;
        return key === undefined ? [] : groupsAround(caches, key).map(keyOf);
      }),
      storeSource(caches.components, ({ before, after }) => {
        const key = (after ?? before)?.key;
        return key === undefined ? [] : groupsNaming(caches, key).map(keyOf);
      }),
      storeSource(caches.scenarios, groupsOf),
      storeSource(caches.candidateLists, groupsOf),
    ],
  };
}

/** The ComponentGroups that an object belonged and belongs to. */
function groupsOf({ before, after }: Change<{ readonly key: ObjectKey; readonly owner: Owner }>): readonly ObjectKey[] {
  const owners = [before?.owner, after?.owner].filter((owner) => owner !== undefined);
  return owners.filter(({ kind }) => kind === "ComponentGroup").map(keyOf);
}

function keyOf({ namespace, name }: Owner): ObjectKey {
  return { namespace, name };
}
