import { inNamespace } from "../../cache/identity.ts";
import { storeSource } from "../../runtime/controller.ts";
import type { ControllerDefinition, Environment } from "../environment.ts";
import { reconcile } from "./reconcile.ts";
import { createRunners } from "./runner.ts";

/** The controller of IntegrationTestScenarios: what it does, and who wakes it. With the name of a service account, it sees to it
 * that tests find one of that name. */
export function scenarioController(
  env: Environment,
  options: { readonly runnerServiceAccount?: string } = {},
): ControllerDefinition {
  const { caches } = env;
  const { runnerServiceAccount } = options;
  const ensureRunner = runnerServiceAccount === undefined ? undefined : createRunners(env, runnerServiceAccount);
  return {
    reconcile: async (key, signal) => {
      const outcome = await reconcile(env, key, signal);
      const scenario = caches.scenarios.get(key);
      if (scenario !== undefined && !scenario.deleting) await ensureRunner?.(scenario, signal);
      return outcome;
    },
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
