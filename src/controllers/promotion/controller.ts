import type { ObjectKey } from "../../kube/object.ts";
import { storeSource } from "../../runtime/controller.ts";
import type { Change } from "../../runtime/store.ts";
import type { ControllerDefinition, Environment } from "../environment.ts";
import { reconcile } from "./reconcile.ts";

interface OfApplication {
  readonly key: ObjectKey;
  readonly application: string;
}

/** The controller of Applications' promotions: what it does, and who wakes it. */
export function promotionController(env: Environment): ControllerDefinition {
  const { caches } = env;
  return {
    reconcile: (key, signal) => reconcile(env, key, signal),
    sources: [
      storeSource(caches.applications, ({ after }) => (after === undefined ? [] : [after.key])),
      storeSource(caches.snapshots, (change) =>
        change.after?.open === undefined && change.before?.open === undefined ? [] : applicationsOf(change),
      ),
      storeSource(caches.components, applicationsOf),
      storeSource(caches.scenarios, applicationsOf),
      storeSource(caches.candidateLists, applicationsOf),
    ],
  };
}

/** The Applications that an object belonged and belongs to. */
function applicationsOf({ before, after }: Change<OfApplication>): readonly ObjectKey[] {
  const namespace = (after ?? before)?.key.namespace ?? "";
  const names = new Set([before?.application, after?.application].filter((name) => name !== undefined && name !== ""));
  return [...names].map((name) => ({ namespace, name: name ?? "" }));
}
