import { inNamespace } from "../../cache/identity.ts";
import { isSameOwner } from "../../cache/owner.ts";
import { builtKeyOf, isUnderWay, type BuildRecord, type PipelineRunRecord } from "../../cache/pipeline-run.ts";
import { pullRequestKey } from "../../cache/pull-request.ts";
import type { SnapshotOfGroup } from "../../cache/snapshot-event.ts";
import type { SnapshotRecord } from "../../cache/snapshot.ts";
import {
  groupSupersededBy,
  supersededBy,
  type Arrivals,
  type GroupMember,
  type GroupSnapshot,
  type PlacedBuild,
  type Successor,
} from "../../domain/supersede-pull-request.ts";
import type { ObjectKey } from "../../kube/object.ts";
import type { Environment } from "../environment.ts";

/** What makes testing a pull request's or a group's Snapshot pointless, and has not put it aside yet. */
export function successorOf(env: Environment, record: SnapshotRecord): Successor | undefined {
  const { pullRequest, ofGroup, canceled } = record;
  if (canceled) return undefined;
  if (pullRequest !== undefined) return supersededBy(pullRequest, arrivalsOf(env, record, pullRequest.number));
  if (ofGroup === undefined) return undefined;
  const others = groupsLike(env, record).flatMap((other) => other.ofGroup ?? []);
  return groupSupersededBy(
    asGroup(env, record, ofGroup),
    others.map((other) => ({ ...other, size: other.members.length, members: [] })),
  );
}

/** The Snapshots that a build's, or a Snapshot's, arrival may supersede: of the same pull request and Component, and those of
 * the same group. */
export function maybeSuperseded(env: Environment, arrived: SnapshotRecord | BuildRecord): readonly ObjectKey[] {
  const { caches } = env;
  const { key, pullRequest } = arrived;
  const group = pullRequest?.group ?? ("ofGroup" in arrived ? arrived.ofGroup?.group : undefined);
  const same =
    pullRequest === undefined
      ? []
      : caches.snapshots.byIndex(
          "byPullRequest",
          pullRequestKey(key.namespace, componentOf(arrived), pullRequest.number),
        );
  const groups = group === undefined ? [] : caches.snapshots.byIndex("ofGroup", inNamespace(key.namespace, group.hash));
  return [...same, ...groups].filter(({ canceled }) => !canceled).map((snapshot) => snapshot.key);
}

function componentOf(arrived: SnapshotRecord | BuildRecord): string | undefined {
  return "owner" in arrived ? arrived.component : builtKeyOf(arrived);
}

function arrivalsOf({ caches }: Environment, { key, component, owner }: SnapshotRecord, number: string): Arrivals {
  const index = pullRequestKey(key.namespace, component, number);
  const snapshots = caches.snapshots.byIndex("byPullRequest", index).filter((each) => isSameOwner(each.owner, owner));
  return {
    snapshots: snapshots.flatMap(({ pullRequest }) => pullRequest ?? []),
    builds: caches.pipelineRuns.byIndex("unfinishedByPullRequest", index).flatMap(placed),
  };
}

function groupsLike({ caches }: Environment, { key, owner, ofGroup }: SnapshotRecord): readonly SnapshotRecord[] {
  const all = caches.snapshots.byIndex("ofGroup", inNamespace(key.namespace, ofGroup?.group.hash ?? ""));
  return all.filter((other) => isSameOwner(other.owner, owner));
}

function asGroup(env: Environment, { key }: SnapshotRecord, ofGroup: SnapshotOfGroup): GroupSnapshot {
  const { caches } = env;
  const index = inNamespace(key.namespace, ofGroup.group.hash);
  const snapshots = caches.snapshots.byIndex("byGroup", index);
  const builds = caches.pipelineRuns.byIndex("byGroup", index).filter(isComing);
  const members = ofGroup.members.flatMap(({ component, snapshot }): readonly GroupMember[] => {
    const own = caches.snapshots.get({ namespace: key.namespace, name: snapshot })?.pullRequest;
    if (own === undefined) return [];
    const arrivals = {
      snapshots: snapshots.filter((each) => each.component === component).flatMap((each) => each.pullRequest ?? []),
      builds: builds.filter((each) => each.component === component).flatMap(placed),
    };
    return [{ snapshot: own, arrivals }];
  });
  return { ...ofGroup, members, size: ofGroup.members.length };
}

function isComing(run: PipelineRunRecord): run is BuildRecord {
  return run.type === "build" && isUnderWay(run);
}

function placed(run: PipelineRunRecord): readonly PlacedBuild[] {
  return run.type === "build" && run.pullRequest !== undefined
    ? [{ name: run.key.name, order: run.pullRequest.order }]
    : [];
}
