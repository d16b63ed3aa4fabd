import { isSameGroup } from "../../cache/component-group.ts";
import type { ComponentRecord } from "../../cache/component.ts";
import { findOwner, groupsAround, groupsNaming } from "../../cache/membership.ts";
import { ownerAt, ownerIndex, queueKey } from "../../cache/owner.ts";
import type { ObjectKey } from "../../kube/object.ts";
import type { Owner } from "../../domain/owner.ts";
import { storeSource } from "../../runtime/controller.ts";
import type { Change } from "../../runtime/store.ts";
import { concerning, type ControllerDefinition, type Environment } from "../environment.ts";
import { createControlsTold } from "./controls.ts";
import { reconcile } from "./reconcile.ts";

/** The controller of promotions, by owner: what it does, and who wakes it. */
export function promotionController(env: Environment): ControllerDefinition {
  const { caches } = env;
  const controls = createControlsTold();
  return {
    reconcile: (key, signal) => {
      const owner = ownerAt(key);
      const record = findOwner(caches, owner);
      const own = concerning(env, record);
      controls.tell(own, owner, record);
      return reconcile(own, owner, signal);
    },
    sources: [
      storeSource(caches.applications, ({ before, after }) => [after ?? before].flatMap((each) => each?.key ?? [])),
      storeSource(caches.componentGroups, ({ before, after }) => {
        const key = (after ?? before)?.key;
        return key === undefined || isSameGroup(before, after) ? [] : groupsAround(caches, key).map(queueKey);
      }),
      storeSource(caches.snapshots, (change) =>
        change.after?.open === undefined && change.before?.open === undefined ? [] : ownersOf(change),
      ),
      storeSource(caches.components, (change) => ownersOfComponent(env, change)),
      storeSource(caches.scenarios, ownersOf),
      storeSource(caches.candidateLists, ownersOf),
    ],
  };
}

interface Owned {
  readonly key: ObjectKey;
  readonly owner: Owner;
}

/** The owners that an object belonged and belongs to. */
function ownersOf({ before, after }: Change<Owned>): readonly ObjectKey[] {
  const owners = [before?.owner, after?.owner].filter((owner) => owner !== undefined).filter(({ name }) => name !== "");
  return [...new Map(owners.map((owner) => [ownerIndex(owner), queueKey(owner)])).values()];
}

/** Its Application, before and after, and the ComponentGroups that name it. */
function ownersOfComponent({ caches }: Environment, { before, after }: Change<ComponentRecord>): readonly ObjectKey[] {
  const present = [before, after].filter((component) => component !== undefined);
  const names = new Set(present.map(({ application }) => application));
  const moved = isThere(before) !== isThere(after);
  return present
    .slice(-1)
    .flatMap(({ key }) => [
      ...[...names].filter((name) => name !== "").map((name) => ({ namespace: key.namespace, name })),
      ...(moved ? groupsNaming(caches, key).map(queueKey) : []),
    ]);
}

function isThere(component: ComponentRecord | undefined): boolean {
  return component !== undefined && !component.deleting;
}
