import { inNamespace } from "../../cache/identity.ts";
import type { BuildRecord } from "../../cache/pipeline-run.ts";
import type { SnapshotRecord } from "../../cache/snapshot.ts";
import type { ObjectKey } from "../../kube/object.ts";
import type { Environment } from "../environment.ts";

/** One pull-request group of one Application. It has no object of its own: its key names both. */
export interface GroupKey {
  readonly application: ObjectKey;
  readonly hash: string;
}

/** The key of a group; what it is called in the queue and in logs. */
export function groupKey({ namespace, name }: ObjectKey, hash: string): ObjectKey {
  return { namespace, name: `${name}/${hash}` };
}

/** What a key names. */
export function readGroupKey({ namespace, name }: ObjectKey): GroupKey {
  const [application = "", hash = ""] = name.split("/");
  return { application: { namespace, name: application }, hash };
}

/** The group that a Snapshot belongs to, or that it puts together. */
export function groupOfSnapshot({ owner, pullRequest, ofGroup }: SnapshotRecord): readonly ObjectKey[] {
  const group = pullRequest?.group ?? ofGroup?.group;
  return group === undefined || owner.kind !== "Application" || owner.name === "" ? [] : [groupKey(owner, group.hash)];
}

/** The group that a build belongs to, in the Application that its Component belongs to. */
export function groupOfBuild(
  { caches }: Environment,
  { key, component, pullRequest }: BuildRecord,
): readonly ObjectKey[] {
  const group = pullRequest?.group;
  // A build with a version is for ComponentGroups.
  if (group === undefined || pullRequest?.version !== undefined || component === undefined) return [];
  const application = caches.components.get({ namespace: key.namespace, name: component })?.application;
  return application === undefined ? [] : [groupKey({ ...key, name: application }, group.hash)];
}

/** The groups with an open pull request of a Component that belongs, or belonged, to these Applications: of one that is gone
 * no cache can tell. */
export function groupsOfComponent(
  { caches }: Environment,
  { namespace, name }: ObjectKey,
  applications: readonly string[],
): readonly ObjectKey[] {
  const index = inNamespace(namespace, name);
  const builds = caches.pipelineRuns.byIndex("pendingByComponent", index);
  const hashes = builds.flatMap((run) => (run.type === "build" ? (run.pullRequest?.group?.hash ?? []) : []));
  return [
    ...caches.snapshots.byIndex("liveByComponent", index).flatMap(groupOfSnapshot),
    ...applications.flatMap((application) => hashes.map((hash) => groupKey({ namespace, name: application }, hash))),
  ];
}

/** The groups of a pull request. */
export function groupsOfRequest(env: Environment, request: string): readonly ObjectKey[] {
  const builds = env.caches.pipelineRuns.byIndex("byRequest", request);
  return [
    ...env.caches.snapshots.byIndex("byRequest", request).flatMap(groupOfSnapshot),
    ...builds.flatMap((run) => (run.type === "build" ? groupOfBuild(env, run) : [])),
  ];
}
