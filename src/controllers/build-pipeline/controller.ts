import { annotations } from "../../api/labels.ts";
import { isSameGroup, type ComponentGroupRecord } from "../../cache/component-group.ts";
import { inNamespace } from "../../cache/identity.ts";
import { groupsAround, membersOf } from "../../cache/membership.ts";
import type { BuildRecord } from "../../cache/pipeline-run.ts";
import type { SnapshotRecord } from "../../cache/snapshot.ts";
import { readComponentKey } from "../../domain/component-key.ts";
import type { Owner } from "../../domain/owner.ts";
import type { ObjectKey } from "../../kube/object.ts";
import { storeSource } from "../../runtime/controller.ts";
import type { ControllerDefinition, Environment } from "../environment.ts";
import { pendingBuildOf } from "../pending-build.ts";
import { reconcile } from "./reconcile.ts";

/** The controller of build PipelineRuns: what it does, and who wakes it. */
export function buildPipelineController(
  env: Environment,
  options: { readonly requireSignature: boolean },
): ControllerDefinition {
  const { caches } = env;
  return {
    reconcile: (key, signal) => reconcile(env, key, { ...options, signal }),
    sources: [
      storeSource(caches.pipelineRuns, ({ before, after, initial }) => {
        const run = after ?? before;
        return run?.type === "build" && !(initial && isOver(run)) ? [run.key] : [];
      }),
      // A build that waits for its Component, its Application or a readable candidate list goes on when that is there; where one
      // of them goes, it is told what it waits for now.
      storeSource(caches.components, ({ before, after }) => {
        const key = (after ?? before)?.key;
        return key === undefined || before?.application === after?.application ? [] : pendingOf(env, key);
      }),
      storeSource(caches.applications, ({ before, after }) =>
        before === undefined && after !== undefined ? pendingIn(env, { ...after.key, kind: "Application" }) : [],
      ),
      storeSource(caches.componentGroups, ({ before, after }) => {
        const key = (after ?? before)?.key;
        if (key === undefined || isSameGroup(before, after)) return [];
        const present = groupsAround(caches, key).flatMap((group) => pendingIn(env, group));
        return [...present, ...(before === undefined ? [] : pendingOfListed(env, before))];
      }),
      // A Snapshot that was made without the answer coming back may be heard of when its build has been refused another.
      storeSource(caches.snapshots, ({ before, after, initial }) =>
        before === undefined && after !== undefined && !initial ? refusedOf(env, after) : [],
      ),
      storeSource(caches.candidateLists, ({ before, after }) => {
        const repaired = before?.parsed.kind === "unreadable" && after?.parsed.kind !== "unreadable";
        return repaired ? pendingIn(env, before.owner) : [];
      }),
    ],
  };
}

/** Whether a build is history: its Snapshot is named and nothing keeps it. */
function isOver({ snapshot, held }: BuildRecord): boolean {
  return snapshot !== undefined && !held;
}

function pendingOf({ caches }: Environment, component: ObjectKey): readonly ObjectKey[] {
  return caches.pipelineRuns
    .byIndex("pendingByComponent", inNamespace(component.namespace, component.name))
    .map(({ key }) => key);
}

/** The build of a Snapshot, if it was told that it has none. */
function refusedOf({ caches }: Environment, snapshot: SnapshotRecord): readonly ObjectKey[] {
  const build = pendingBuildOf(caches, snapshot);
  return build?.annotations[annotations.createSnapshotStatus] === undefined ? [] : [build.key];
}

/** Of what a ComponentGroup lists itself, and of what is in the groups that it lists. */
function pendingOfListed(env: Environment, { key, members }: ComponentGroupRecord): readonly ObjectKey[] {
  const { namespace } = key;
  return members.flatMap(({ kind, name }) =>
    kind === "component"
      ? pendingOf(env, { namespace, name })
      : pendingIn(env, { kind: "ComponentGroup", namespace, name }),
  );
}

function pendingIn(env: Environment, owner: Owner): readonly ObjectKey[] {
  const names = new Set([...membersOf(env.caches, owner)].map((key) => readComponentKey(key).name));
  return [...names].flatMap((name) => pendingOf(env, { namespace: owner.namespace, name }));
}
