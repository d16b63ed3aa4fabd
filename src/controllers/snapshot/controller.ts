import { isSameGroup } from "../../cache/component-group.ts";
import { groupsAround } from "../../cache/membership.ts";
import { inNamespace } from "../../cache/identity.ts";
import { ownerIndex } from "../../cache/owner.ts";
import { pullRequestKey, type SnapshotRecord } from "../../cache/snapshot.ts";
import type { Owner } from "../../domain/owner.ts";
import type { ObjectKey } from "../../kube/object.ts";
import { storeSource } from "../../runtime/controller.ts";
import type { ControllerDefinition, Environment } from "../environment.ts";
import { reconcile, type Testing } from "./reconcile.ts";

/** The controller of Snapshots' tests: what it does, and who wakes it. */
export function snapshotController(env: Environment, testing: Testing): ControllerDefinition {
  const { caches } = env;
  return {
    reconcile: (key, signal) => reconcile(env, key, testing, signal),
    sources: [
      storeSource(caches.snapshots, ({ before, after }) => {
        const snapshot = after ?? before;
        // One that goes only matters to runs that are still held for it.
        const goes = after === undefined || after.deleting;
        const needsUs = goes ? snapshot !== undefined && hasRuns(env, snapshot.key) : after.open !== undefined;
        const older = before === undefined && after !== undefined ? samePullRequest(env, after) : [];
        return snapshot !== undefined && needsUs ? [snapshot.key, ...older] : older;
      }),
      // A run that is not held is history, or that of an open Snapshot, which is named itself.
      storeSource(caches.pipelineRuns, ({ before, after, initial }) => {
        const run = after ?? before;
        return run?.type === "test" && !(initial && !run.held)
          ? [{ namespace: run.key.namespace, name: run.snapshot }]
          : [];
      }),
      storeSource(caches.scenarios, ({ before, after }) => {
        const owners = [before?.owner, after?.owner].filter((owner) => owner !== undefined);
        return owners.flatMap((owner) => openOf(env, owner));
      }),
      // A group's order of tests and its members may change while its Snapshots are tested.
      storeSource(caches.componentGroups, ({ before, after }) =>
        after === undefined || isSameGroup(before, after)
          ? []
          : groupsAround(caches, after.key).flatMap((owner) => openOf(env, owner)),
      ),
      storeSource(caches.applications, ({ before, after }) =>
        before === undefined && after !== undefined ? openOf(env, { ...after.key, kind: "Application" }) : [],
      ),
      testing.line.source,
    ],
  };
}

function hasRuns({ caches }: Environment, { namespace, name }: ObjectKey): boolean {
  return caches.pipelineRuns.byIndex("bySnapshot", inNamespace(namespace, name)).length > 0;
}

function openOf({ caches }: Environment, owner: Owner): readonly ObjectKey[] {
  return caches.snapshots.byIndex("openByOwner", ownerIndex(owner)).map(({ key }) => key);
}

/** A pull request's new Snapshot may supersede the others of that pull request. */
function samePullRequest({ caches }: Environment, snapshot: SnapshotRecord): readonly ObjectKey[] {
  const { pullRequest } = snapshot;
  if (pullRequest === undefined) return [];
  const others = caches.snapshots.byIndex("byPullRequest", pullRequestKey(snapshot, pullRequest.number));
  return others.filter(({ concluded }) => !concluded).map(({ key }) => key);
}
