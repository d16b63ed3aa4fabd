import { inNamespace } from "../../cache/identity.ts";
import { storeSource } from "../../runtime/controller.ts";
import type { ControllerDefinition, Environment } from "../environment.ts";
import { reconcile } from "./reconcile.ts";

/** The controller of IntegrationTestScenarios: what it does, and who wakes it. */
export function scenarioController(env: Environment): ControllerDefinition {
  const { caches } = env;
  return {
    reconcile: (key, signal) => reconcile(env, key, signal),
    sources: [
      storeSource(caches.scenarios, ({ after }) => (after === undefined ? [] : [after.key])),
      storeSource(caches.applications, ({ before, after }) => {
        const appeared = before === undefined && after !== undefined;
        const vanished = before !== undefined && after === undefined;
        const key = (after ?? before)?.key;
        if (key === undefined || !(appeared || vanished)) return [];
        return caches.scenarios
          .byIndex("byApplication", inNamespace(key.namespace, key.name))
          .map((scenario) => scenario.key);
      }),
    ],
  };
}
