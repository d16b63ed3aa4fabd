import { conditionTypes, groupValidReasons } from "../../api/conditions.ts";
import { resources } from "../../api/group.ts";
import { candidateListKey, dataKeyProblem } from "../../cache/candidate-list.ts";
import type { ComponentGroupRecord } from "../../cache/component-group.ts";
import { groupMembersOf } from "../../cache/membership.ts";
import { ownerIndex } from "../../cache/owner.ts";
import { readComponentKey } from "../../domain/component-key.ts";
import type { GroupMembers } from "../../domain/group-members.ts";
import type { Owner } from "../../domain/owner.ts";
import { graphProblems } from "../../domain/test-order.ts";
import { mergeConditions, type ConditionUpdate } from "../../kube/conditions.ts";
import { patchStatus } from "../../kube/guarded-patch.ts";
import type { ObjectKey } from "../../kube/object.ts";
import type { Outcome } from "../../runtime/controller.ts";
import { isoNow, tell, type Environment } from "../environment.ts";
import { mirrorOf } from "./mirror.ts";

/** A ComponentGroup: can all of it be kept to, and does its status say what is candidate? What is wrong with it is left out, so
 * that nothing waits for its author; the candidate list itself is the promotion's. */
export async function reconcile(env: Environment, key: ObjectKey, signal: AbortSignal): Promise<Outcome> {
  const { caches, client, clock, events } = env;
  const group = caches.componentGroups.get(key);
  if (group === undefined || group.deleting) return { kind: "settled" };
  const owner: Owner = { kind: "ComponentGroup", ...key };
  const members = groupMembersOf(caches, key);
  const valid = validity([
    ...members.problems,
    ...memberProblems(env, owner, members),
    ...orderProblems(env, owner, group),
  ]);
  const conditions = mergeConditions(group.conditions, [valid], isoNow(clock));
  const mirror = mirrorOf(
    group.mirrored,
    members.components,
    caches.candidateLists.get(candidateListKey(owner))?.parsed,
  );
  const change = {
    ...(conditions === group.conditions ? {} : { conditions }),
    ...(mirror === group.mirrored ? {} : { globalCandidateList: mirror }),
  };
  if (Object.keys(change).length > 0) {
    await patchStatus({ client, resource: resources.componentGroup, seen: group }, change, signal);
  }
  if (valid.status === "True") return { kind: "settled" };
  if (conditions !== group.conditions)
    tell(events, {
      about: { resource: resources.componentGroup, ...group },
      type: "Warning",
      reason: groupValidReasons.invalid,
      message: valid.message,
    });
  return { kind: "stuck", reason: valid.message };
}

function validity(problems: readonly string[]): ConditionUpdate {
  const type = conditionTypes.groupValid;
  if (problems.length === 0)
    return { type, status: "True", reason: groupValidReasons.valid, message: "The ComponentGroup is valid." };
  return { type, status: "False", reason: groupValidReasons.invalid, message: problems.join("; ") };
}

function memberProblems(
  { caches }: Environment,
  { namespace }: Owner,
  { components }: GroupMembers,
): readonly string[] {
  return [...components].flatMap((key) => {
    const { name, version = "" } = readComponentKey(key);
    const component = caches.components.get({ namespace, name });
    if (component === undefined) return [`Component ${name} in spec.components does not exist`];
    const tooLong = dataKeyProblem(key);
    if (tooLong !== undefined) return [tooLong];
    const isListed = component.versions.length === 0 || component.versions.some((each) => each.name === version);
    return isListed ? [] : [`Component ${name} has no version ${version} in its spec.source.versions`];
  });
}

function orderProblems({ caches }: Environment, owner: Owner, { graph }: ComponentGroupRecord): readonly string[] {
  const scenarios = caches.scenarios.byIndex("byOwner", ownerIndex(owner));
  return graphProblems(graph, new Set(scenarios.map(({ key }) => key.name)));
}
