import { snapshotTypes } from "../../api/labels.ts";
import { inNamespace } from "../../cache/identity.ts";
import { findOwner } from "../../cache/membership.ts";
import { ownerIndex } from "../../cache/owner.ts";
import type { SnapshotRecord } from "../../cache/snapshot.ts";
import type { CandidateListRecord } from "../../cache/candidate-list.ts";
import type { Owner } from "../../domain/owner.ts";
import { neededSnapshots, type SnapshotTrace } from "../../domain/needed-snapshots.ts";
import type { SettledSnapshot } from "../../domain/plan-collection.ts";
import { present } from "../../domain/present.ts";
import type { Environment } from "../environment.ts";
import { pendingBuildOf } from "../pending-build.ts";
import { isSettled } from "./overflow.ts";

/** Finds an owner's candidate list. */
export type FindList = (owner: Owner) => CandidateListRecord | undefined;

/** Looks a namespace's history up in the caches: the Snapshots that nothing is left to do for. */
export function gather(env: Environment, namespace: string, findList: FindList): readonly SettledSnapshot[] {
  const all = env.caches.snapshots.byIndex("byNamespace", namespace);
  const needed = new Set(
    [...Map.groupBy(all, ({ owner }) => ownerIndex(owner)).values()].flatMap((records) =>
      records.slice(0, 1).flatMap(({ owner }) => [...neededOf(env, { owner, list: findList(owner) }, records)]),
    ),
  );
  return all
    .filter(isSettled)
    .map((record) => settled(env, record, needed.has(record.key.name) || isAwaited(env, record)));
}

/** Whether the build that a Snapshot was made for has yet to name it: it would have it made again. */
function isAwaited({ caches }: Environment, record: SnapshotRecord): boolean {
  return pendingBuildOf(caches, record) !== undefined;
}

/** Where an owner has no list that can be read, each Snapshot that knows a revision of it may be needed to make one. */
function neededOf(
  { caches }: Environment,
  { owner, list }: { readonly owner: Owner; readonly list: CandidateListRecord | undefined },
  records: readonly SnapshotRecord[],
): Iterable<string> {
  if (list?.parsed.kind === "list") return neededSnapshots(list.parsed.list, records.map(traceOf));
  const isGone = list === undefined && findOwner(caches, owner) === undefined;
  const tells = ({ retention }: SnapshotRecord): boolean => retention.revision > 0 && !retention.isPullRequest;
  return isGone ? [] : records.filter(tells).map(({ key }) => key.name);
}

function traceOf({ key, type, fingerprint, buildPipelineRun, retention }: SnapshotRecord): SnapshotTrace {
  return {
    name: key.name,
    isComposite: type === snapshotTypes.composite && fingerprint !== undefined,
    ...present({ build: buildPipelineRun }),
    revision: retention.revision,
  };
}

function settled({ caches }: Environment, record: SnapshotRecord, isNeeded: boolean): SettledSnapshot {
  const { key, type, component, createdAt, retention } = record;
  const { isPullRequest, isOutdated, awaitsGroup, keptUntil } = retention;
  const isPush = type === snapshotTypes.component && !isPullRequest && component !== undefined;
  return {
    name: key.name,
    isPullRequest,
    isOutdated,
    awaitsGroup,
    createdAt,
    isNeeded,
    isReleased: caches.releases.byIndex("bySnapshot", inNamespace(key.namespace, key.name)).length > 0,
    ...present({ keptUntil, pushOf: isPush ? inNamespace(ownerIndex(record.owner), component) : undefined }),
  };
}
