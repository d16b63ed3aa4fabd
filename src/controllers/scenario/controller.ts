import { ownerIndex, type OwnerRecord } from "../../cache/owner.ts";
import type { OwnerKind } from "../../domain/owner.ts";
import type { ObjectKey } from "../../kube/object.ts";
import { storeSource } from "../../runtime/controller.ts";
import type { Change } from "../../runtime/store.ts";
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
      storeSource(caches.applications, (change) => scenariosOf(env, "Application", change)),
      storeSource(caches.componentGroups, (change) => scenariosOf(env, "ComponentGroup", change)),
    ],
  };
}

/** The scenarios of an owner that appeared or vanished. */
function scenariosOf(
  { caches }: Environment,
  kind: OwnerKind,
  { before, after }: Change<OwnerRecord>,
): readonly ObjectKey[] {
  const key = (after ?? before)?.key;
  if (key === undefined || (before === undefined) === (after === undefined)) return [];
  return caches.scenarios.byIndex("byOwner", ownerIndex({ ...key, kind })).map((scenario) => scenario.key);
}
