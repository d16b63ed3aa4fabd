import { conditionTypes, integrationStatusReasons, promotedReasons } from "../api/conditions.ts";
import { annotations, labels, snapshotTypes } from "../api/labels.ts";
import type { Snapshot, SnapshotSpec } from "../api/snapshot.ts";
import type { DeepReadonly } from "../api/metadata.ts";
import { readComponentKey } from "../domain/component-key.ts";
import { contentFingerprint } from "../domain/names.ts";
import type { Owner } from "../domain/owner.ts";
import type { HeldBack } from "../domain/plan-releases.ts";
import { present } from "../domain/present.ts";
import type { SnapshotTraits } from "../domain/scenario-applies.ts";
import type { Place } from "../domain/told-place.ts";
import { isFinal, type ScenarioEntry } from "../domain/test-status.ts";
import { findCondition, type Condition } from "../kube/conditions.ts";
import type { KubeObject, OwnerReference } from "../kube/object.ts";
import type { CachedObject } from "../runtime/store.ts";
import { createdAt, identityOf, inNamespace } from "./identity.ts";
import { interned, internedIfAny } from "./interned.ts";
import { ownerIndex, ownerOf, sharedOwner } from "./owner.ts";
import { contentOf, listedKey } from "./snapshot-content.ts";
import { placeOf } from "./place.ts";
import { pullRequestKey, requestKey } from "./pull-request.ts";
import { eventOf, isCanceled, isPush, type SnapshotEvent } from "./snapshot-event.ts";
import { retentionOf, type SnapshotRetention } from "./snapshot-retention.ts";
import { parseTestStatus } from "./test-status.ts";
import { newestUnreportedAt } from "./unreported.ts";

type Texts = Readonly<Record<string, string>>;

/** A Snapshot. Of one that nothing is left to do for, only what finds and names it is kept: history costs next to nothing. */
export interface SnapshotRecord extends CachedObject, SnapshotEvent {
  readonly owner: Owner;
  readonly type: string;
  /** The key of the Component whose build led to it. */
  readonly component?: string;
  readonly buildPipelineRun?: string;
  readonly createdAt: number;
  readonly deleting: boolean;
  /** Of a composite: what tells its content from another's. */
  readonly fingerprint?: string;
  /** What keeps its build from being released. */
  readonly heldBack?: HeldBack;
  /** What decides how long it is kept once nothing is left to do. */
  readonly retention: SnapshotRetention;
  /** Its verdict is in its conditions, for good unless a person asks for a re-run. */
  readonly concluded: boolean;
  /** Something newer has put it aside, and it says so. */
  readonly canceled: boolean;
  /** The revision and the composite that its status names. */
  readonly candidateList: Place;
  /** When the latest state was reached that its git provider was not told of; milliseconds since the epoch. */
  readonly newestUnreportedAt?: number;
  /** Present while there is something left to do. */
  readonly open?: OpenSnapshot;
}

export interface OpenSnapshot {
  readonly isPush: boolean;
  readonly spec: DeepReadonly<SnapshotSpec>;
  readonly labels: Texts;
  readonly annotations: Texts;
  readonly owners: readonly OwnerReference[];
  readonly conditions: readonly Condition[];
  readonly entries: readonly ScenarioEntry[];
  /** The label that asks for a re-run. */
  readonly rerun?: string;
  /** A re-run of an already concluded Snapshot is under way. */
  readonly retesting: boolean;
  /** Its tests were stopped, because something newer came or was promoted, and nobody asked for them since. */
  readonly stopped: boolean;
  /** Superseded, and the composite that carries it on has not been named yet. */
  readonly awaitsComposite: boolean;
}

/** What is kept of a Snapshot; nothing of one that Velero is restoring. */
export function projectSnapshot(raw: KubeObject): SnapshotRecord | undefined {
  const own = raw.metadata.labels ?? {};
  if (own[labels.veleroBackup] !== undefined || own[labels.veleroRestore] !== undefined) return undefined;
  const entries = parseTestStatus(raw.metadata.annotations?.[annotations.testStatus]);
  return {
    ...identityOf(raw),
    ...eventOf(raw as Snapshot),
    owner: sharedOwner(snapshotOwner(raw as Snapshot)),
    type: interned(own[labels.snapshotType] ?? ""),
    ...present({
      component: internedIfAny(builtKey(raw as Snapshot)),
      buildPipelineRun: own[labels.buildPipelineRun],
      open: openPart(raw as Snapshot, entries),
      fingerprint: fingerprintOf(raw as Snapshot),
      heldBack: heldBackBy(raw as Snapshot),
      newestUnreportedAt: newestUnreportedAt(raw, entries),
    }),
    retention: retentionOf(raw as Snapshot),
    createdAt: createdAt(raw),
    deleting: raw.metadata.deletionTimestamp !== undefined,
    concluded: isConcluded(conditionsOf(raw as Snapshot)),
    canceled: isCanceled(conditionsOf(raw as Snapshot)),
    candidateList: placeOf(raw as Snapshot),
  };
}

/** How Snapshots are found. */
export const snapshotIndexes = {
  /** Those with something left to do, by owner. */
  openByOwner: ({ open, deleting, owner }: SnapshotRecord): readonly string[] =>
    open === undefined || deleting ? [] : [ownerIndex(owner)],
  /** All of them, by owner: only for what may cost as much as the history is long. */
  byOwner: ({ owner }: SnapshotRecord): readonly string[] => [ownerIndex(owner)],
  /** All of a namespace: only for what may cost as much as the history is long. */
  byNamespace: ({ key }: SnapshotRecord): readonly string[] => [key.namespace],
  /** A pull request's, by the Component that it builds. */
  byPullRequest: (snapshot: SnapshotRecord): readonly string[] =>
    snapshot.pullRequest === undefined || snapshot.deleting
      ? []
      : [pullRequestKey(snapshot.key.namespace, snapshot.component, snapshot.pullRequest.number)],
  /** Those that stand for an open pull request, by the hash of their group. */
  byGroup: (snapshot: SnapshotRecord): readonly string[] =>
    snapshot.pullRequest?.group === undefined || !isLive(snapshot)
      ? []
      : [inNamespace(snapshot.key.namespace, snapshot.pullRequest.group.hash)],
  /** The same, by the request. */
  byRequest: (snapshot: SnapshotRecord): readonly string[] =>
    snapshot.pullRequest === undefined || !isLive(snapshot)
      ? []
      : [requestKey(snapshot.key.namespace, snapshot.pullRequest, snapshot.component)],
  /** The same, by Component. */
  liveByComponent: (snapshot: SnapshotRecord): readonly string[] =>
    isLive(snapshot) ? [inNamespace(snapshot.key.namespace, snapshot.component ?? "")] : [],
  /** Group Snapshots that nothing newer has put aside, by the hash of their group. */
  ofGroup: (snapshot: SnapshotRecord): readonly string[] =>
    snapshot.ofGroup === undefined || snapshot.canceled || snapshot.deleting
      ? []
      : [inNamespace(snapshot.key.namespace, snapshot.ofGroup.group.hash)],
  /** Snapshots of pushes that name a pull request, by that request. */
  byMergedRequest: (snapshot: SnapshotRecord): readonly string[] =>
    snapshot.merges === undefined ? [] : [snapshot.merges],
  byBuild: (snapshot: SnapshotRecord): readonly string[] =>
    snapshot.buildPipelineRun === undefined ? [] : [inNamespace(snapshot.key.namespace, snapshot.buildPipelineRun)],
};

/** The key of the Component that a Snapshot says it was built for. */
export function builtKey({ metadata, spec }: Snapshot): string | undefined {
  const name = metadata.labels?.[labels.component];
  const version = metadata.annotations?.[annotations.version];
  return name === undefined ? undefined : listedKey(spec ?? {}, { name, ...present({ version }) });
}

function snapshotOwner({ metadata, spec }: Snapshot): Owner {
  const named = ownerOf(metadata.namespace ?? "", spec);
  const labelled = metadata.labels?.[labels.application];
  return spec?.application === undefined && named.name === "" && labelled !== undefined
    ? { ...named, name: labelled }
    : named;
}

/** Only what says which revision it was made from can be the composite of one. */
function fingerprintOf({ metadata, spec }: Snapshot): string | undefined {
  const isComposite = metadata.labels?.[labels.snapshotType] === snapshotTypes.composite;
  const isMade = metadata.annotations?.[annotations.candidateListRevision] !== undefined;
  return isComposite && isMade ? contentFingerprint(contentOf(spec ?? {})) : undefined;
}

function heldBackBy({ metadata }: Snapshot): HeldBack | undefined {
  if (metadata.labels?.[labels.autoRelease] === "false") return "label";
  return metadata.annotations?.[annotations.shouldRelease] === "false" ? "result" : undefined;
}

/** A Snapshot is concluded when its promotion is decided. Upstream says so otherwise, and what it decided stays decided. */
export function isConcluded(conditions: readonly Condition[]): boolean {
  const promoted = findCondition(conditions, conditionTypes.promoted);
  if (promoted !== undefined) return promoted.status !== "Unknown";
  const testing =
    findCondition(conditions, conditionTypes.integrationStatus) ?? findCondition(conditions, legacyIntegrationStatus);
  return testing?.status === "True" || testing?.reason === integrationStatusReasons.invalid;
}

/** What old releases of upstream called AppStudioIntegrationStatus. */
const legacyIntegrationStatus = "HACBSIntegrationStatus";

function openPart(snapshot: Snapshot, entries: readonly ScenarioEntry[]): OpenSnapshot | undefined {
  const { metadata, spec } = snapshot;
  const own = metadata.labels ?? {};
  const conditions = conditionsOf(snapshot);
  const rerun = own[labels.run];
  const left = leftToDo(snapshot, entries);
  if (isConcluded(conditions) && rerun === undefined && !Object.values(left).includes(true)) return undefined;
  return {
    isPush: isPush(metadata),
    spec: spec ?? {},
    labels: own,
    annotations: metadata.annotations ?? {},
    owners: metadata.ownerReferences ?? [],
    conditions,
    entries,
    ...present({ rerun }),
    retesting: left.retesting,
    stopped: isStopped(conditions),
    awaitsComposite: left.awaitsComposite,
  };
}

function leftToDo(
  snapshot: Snapshot,
  entries: readonly ScenarioEntry[],
): Readonly<Record<"retesting" | "awaitsComposite" | "unfinished", boolean>> {
  const conditions = conditionsOf(snapshot);
  const testing =
    findCondition(conditions, conditionTypes.integrationStatus)?.reason === integrationStatusReasons.inProgress;
  const { revision, composite } = placeOf(snapshot);
  const superseded =
    findCondition(conditions, conditionTypes.promoted)?.reason === promotedReasons.supersededByComposite;
  return {
    retesting: testing && isConcluded(conditions),
    awaitsComposite: superseded && composite === undefined && revision !== undefined,
    unfinished: entries.some(
      ({ status, testPipelineRunName: run, runAfter }) =>
        !isFinal(status) && (run !== undefined || (runAfter !== undefined && !isStopped(conditions))),
    ),
  };
}

const stopping: ReadonlySet<string> = new Set([promotedReasons.canceled, promotedReasons.newerPromoted]);

/** Upstream says otherwise that it cancelled a Snapshot. A re-run that a person asked for goes on. */
function isStopped(conditions: readonly Condition[]): boolean {
  const testing = findCondition(conditions, conditionTypes.integrationStatus)?.reason;
  if (testing === integrationStatusReasons.inProgress) return false;
  const promoted = findCondition(conditions, conditionTypes.promoted);
  return testing === integrationStatusReasons.canceled || stopping.has(promoted?.reason ?? "");
}

/** A Snapshot's conditions, none if it has no status yet. */
export function conditionsOf({ status }: Snapshot): readonly Condition[] {
  return (status?.conditions ?? []) as readonly Condition[];
}

/** What scenarios' contexts are matched against. */
export function traitsOf({ type, component }: SnapshotRecord, { isPush, spec }: OpenSnapshot): SnapshotTraits {
  const components = new Set((spec.components ?? []).map(({ name }) => name));
  const name = component === undefined ? undefined : readComponentKey(component).name;
  return { type, isPush, components, ...present({ component: name }) };
}

/** Whether a pull request's component Snapshot stands for the request: it is neither put aside nor is the request over. */
function isLive(snapshot: SnapshotRecord): boolean {
  return snapshot.pullRequest?.over === false && !snapshot.canceled && !snapshot.deleting;
}
