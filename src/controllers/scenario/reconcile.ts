import { conditionTypes, scenarioValidReasons } from "../../api/conditions.ts";
import { resources } from "../../api/group.ts";
import { finalizers } from "../../api/labels.ts";
import { messages } from "../../api/messages.ts";
import { findOwner } from "../../cache/membership.ts";
import { ownerResource, type OwnerRecord } from "../../cache/owner.ts";
import type { ScenarioRecord } from "../../cache/scenario.ts";
import { mergeConditions, type ConditionUpdate } from "../../kube/conditions.ts";
import { patchMetadata, patchStatus, type MetadataChange } from "../../kube/guarded-patch.ts";
import type { ObjectKey } from "../../kube/object.ts";
import { ownerReference, withOwner } from "../../kube/owner-references.ts";
import type { Outcome } from "../../runtime/controller.ts";
import { isoNow, tell, type Environment } from "../environment.ts";

/** An IntegrationTestScenario: is it usable? */
export async function reconcile(env: Environment, key: ObjectKey, signal: AbortSignal): Promise<Outcome> {
  const scenario = env.caches.scenarios.get(key);
  if (scenario === undefined) return { kind: "settled" };
  const owner = findOwner(env.caches, scenario.owner);
  const target = { client: env.client, resource: resources.integrationTestScenario };
  const metadata = metadataChange(scenario, owner);
  const seen = metadata === undefined ? scenario : await patchMetadata({ ...target, seen: scenario }, metadata, signal);
  if (scenario.deleting || scenario.owner.name === "") return { kind: "settled" };
  const valid = validity(scenario, owner);
  const conditions = mergeConditions(scenario.conditions, [valid], isoNow(env.clock));
  if (conditions !== scenario.conditions) {
    await patchStatus({ ...target, seen }, { conditions }, signal);
    if (valid.status === "False")
      tell(env.events, {
        about: { resource: resources.integrationTestScenario, ...scenario },
        type: "Warning",
        reason: "Invalid",
        message: valid.message,
      });
  }
  return valid.status === "True" ? { kind: "settled" } : { kind: "stuck", reason: valid.message };
}

/** A scenario goes with its owner; the finalizer of old releases only keeps it from going. */
function metadataChange(scenario: ScenarioRecord, found: OwnerRecord | undefined): MetadataChange | undefined {
  const owner =
    found && !scenario.deleting
      ? ownerReference(ownerResource(scenario.owner), { name: found.key.name, uid: found.uid })
      : undefined;
  const owners = owner === undefined ? scenario.owners : withOwner(scenario.owners, owner);
  if (owners === scenario.owners && !scenario.held) return undefined;
  return {
    ...(owners === scenario.owners ? {} : { ownerReferences: owners }),
    ...(scenario.held ? { finalizers: scenario.finalizers.filter((name) => name !== finalizers.scenario) } : {}),
  };
}

function validity({ facts, owner }: ScenarioRecord, found: OwnerRecord | undefined): ConditionUpdate {
  const problem = found === undefined ? messages.scenarioWithoutOwner(owner.kind) : facts.problem;
  const type = conditionTypes.scenarioValid;
  if (problem !== undefined) return { type, status: "False", reason: scenarioValidReasons.invalid, message: problem };
  return { type, status: "True", reason: scenarioValidReasons.valid, message: messages.scenarioValid };
}
