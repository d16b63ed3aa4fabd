import { inNamespace } from "../../cache/identity.ts";
import { storeSource } from "../../runtime/controller.ts";
import type { ControllerDefinition, Environment } from "../environment.ts";
import { reconcile } from "./reconcile.ts";

/** The controller of Components: what it does, and who wakes it. */
export function componentController(env: Environment): ControllerDefinition {
  const { caches } = env;
  return {
    reconcile: (key, signal) => reconcile(env, key, signal),
    sources: [
      storeSource(caches.components, ({ after }) => (after === undefined ? [] : [after.key])),
      storeSource(caches.applications, ({ before, after }) => {
        const gone = before !== undefined && after === undefined ? before.key : undefined;
        if (gone === undefined) return [];
        return caches.components.byIndex("byApplication", inNamespace(gone.namespace, gone.name)).map(({ key }) => key);
      }),
    ],
  };
}
