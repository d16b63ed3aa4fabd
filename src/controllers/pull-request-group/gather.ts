import { inNamespace } from "../../cache/identity.ts";
import { membersOf } from "../../cache/membership.ts";
import { isSameOwner, type OwnerRecord } from "../../cache/owner.ts";
import type { BuildRecord } from "../../cache/pipeline-run.ts";
import { requestKey, type PullRequestGroup } from "../../cache/pull-request.ts";
import type { SnapshotRecord } from "../../cache/snapshot.ts";
import type { GroupBuild, GroupMember, GroupWorld } from "../../domain/plan-pull-request-group.ts";
import type { Owner } from "../../domain/owner.ts";
import { present } from "../../domain/present.ts";
import type { ObjectKey } from "../../kube/object.ts";
import type { Environment } from "../environment.ts";
import { readGroupKey } from "./key.ts";

/** Everything about a pull-request group that deciding and acting need. */
export interface GatheredGroup {
  readonly application: OwnerRecord;
  readonly owner: Owner;
  readonly group: PullRequestGroup;
  readonly world: GroupWorld;
  /** The component Snapshots and builds behind the facts, by name. */
  readonly snapshots: ReadonlyMap<string, SnapshotRecord>;
  readonly builds: ReadonlyMap<string, BuildRecord>;
  /** What belongs to a request that was merged, and does not say so yet. */
  readonly merged: { readonly snapshots: readonly SnapshotRecord[]; readonly builds: readonly BuildRecord[] };
}

/** Looks a group up in the caches; undefined when nothing of it is there. */
export function gather(env: Environment, key: ObjectKey): GatheredGroup | undefined {
  const { caches } = env;
  const { application: ofApplication, hash } = readGroupKey(key);
  const { namespace } = key;
  const application = caches.applications.get(ofApplication);
  const owner: Owner = { kind: "Application", ...ofApplication };
  if (application === undefined || application.deleting) return undefined;
  const index = inNamespace(namespace, hash);
  const snapshots = caches.snapshots.byIndex("byGroup", index).filter(isOf(owner));
  const builds = caches.pipelineRuns
    .byIndex("byGroup", index)
    .flatMap((run) => (run.type === "build" && applicationOf(env, run) === ofApplication.name ? [run] : []));
  const group = [...snapshots, ...builds].find(({ pullRequest }) => pullRequest?.group)?.pullRequest?.group;
  if (group === undefined) return undefined;
  const open = { snapshots: snapshots.filter(not(isMerged(env))), builds: builds.filter(not(isMerged(env))) };
  const together = caches.snapshots.byIndex("ofGroup", index).filter(isOf(owner));
  return {
    application,
    owner,
    group,
    snapshots: new Map(open.snapshots.map((snapshot) => [snapshot.key.name, snapshot])),
    builds: new Map(open.builds.map((build) => [build.key.name, build])),
    merged: {
      snapshots: snapshots.filter(isMerged(env)),
      // A build that has its Snapshot has nothing left to say.
      builds: builds.filter(isMerged(env)).filter(({ snapshot }) => snapshot === undefined),
    },
    world: {
      namespace,
      application: ofApplication.name,
      group,
      components: membersOf(caches, owner),
      builds: open.builds.flatMap(buildFacts),
      snapshots: open.snapshots.flatMap(memberFacts),
      groups: new Map(
        together.map((each) => [each.key.name, new Set(each.ofGroup?.members.map(({ snapshot }) => snapshot))]),
      ),
      exists: (name) => caches.snapshots.get({ namespace, name }) !== undefined,
    },
  };
}

function isOf(owner: Owner): (snapshot: SnapshotRecord) => boolean {
  return (snapshot) => isSameOwner(snapshot.owner, owner);
}

function not<T>(rule: (object: T) => boolean): (object: T) => boolean {
  return (object) => !rule(object);
}

function applicationOf({ caches }: Environment, { key, component = "" }: BuildRecord): string | undefined {
  return caches.components.get({ namespace: key.namespace, name: component })?.application;
}

/** Whether a push of its pull request has been built, or is being built. */
function isMerged({ caches }: Environment): (object: SnapshotRecord | BuildRecord) => boolean {
  return ({ key, pullRequest, component }) => {
    if (pullRequest === undefined) return false;
    const request = requestKey(key.namespace, pullRequest, component);
    return [caches.pipelineRuns, caches.snapshots].some((kind) => kind.byIndex("byMergedRequest", request).length > 0);
  };
}

function buildFacts(build: BuildRecord): readonly GroupBuild[] {
  const { key, component, pullRequest } = build;
  if (component === undefined || pullRequest === undefined) return [];
  return [{ name: key.name, component, order: pullRequest.order, state: stateOf(build, pullRequest) }];
}

function stateOf(
  { snapshot, state, deleting }: BuildRecord,
  { refused }: NonNullable<BuildRecord["pullRequest"]>,
): GroupBuild["state"] {
  if (snapshot !== undefined) return "done";
  if (state === "failed" || (state === "running" && deleting) || (state === "succeeded" && refused)) return "failed";
  return state === "running" ? "running" : "awaited";
}

function memberFacts({ key, component, pullRequest }: SnapshotRecord): readonly GroupMember[] {
  if (component === undefined || pullRequest?.image === undefined) return [];
  const { order, image, groupStatus: said } = pullRequest;
  return [{ name: key.name, component, order, image, ...present({ said }) }];
}
