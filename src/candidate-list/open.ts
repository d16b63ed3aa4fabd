import { resources } from "../api/group.ts";
import { annotations, labels, snapshotTypes } from "../api/labels.ts";
import { conditionTypes } from "../api/conditions.ts";
import type { Snapshot } from "../api/snapshot.ts";
import { readBuildOrder } from "../cache/build-order.ts";
import type { Caches } from "../cache/caches.ts";
import { candidateListKey } from "../cache/candidate-list.ts";
import { createdAt, inNamespace } from "../cache/identity.ts";
import { startingImages } from "../cache/membership.ts";
import { isSameOwner, ownerIndex, ownerOf } from "../cache/owner.ts";
import { placeOf } from "../cache/place.ts";
import { contentOf } from "../cache/snapshot-content.ts";
import type { ReleaseRecord } from "../cache/release.ts";
import { readRevision } from "../cache/snapshot-retention.ts";
import { builtKey, conditionsOf, isConcluded, type SnapshotRecord } from "../cache/snapshot.ts";
import type { CandidateList } from "../domain/candidate-list.ts";
import { compositeSnapshotName } from "../domain/names.ts";
import type { Owner } from "../domain/owner.ts";
import { initialList, type SnapshotEvidence } from "../domain/initial-list.ts";
import { present } from "../domain/present.ts";
import type { KubeClient } from "../kube/client.ts";
import { findCondition } from "../kube/conditions.ts";
import { everyObject } from "../kube/every-object.ts";
import type { KubeObject, ObjectKey } from "../kube/object.ts";

/** An owner's candidate list, and the version it was read at; without one, it has yet to be written. */
export type OpenedList =
  | {
      readonly kind: "list";
      readonly list: CandidateList;
      readonly resourceVersion?: string;
      /** From Snapshots, since its ConfigMap is gone. */ readonly rebuilt: boolean;
    }
  | { readonly kind: "unreadable"; readonly problem: string; readonly configMap: ObjectKey };

export interface ListSources {
  readonly caches: Caches;
  readonly client: Pick<KubeClient, "list">;
  readonly now: () => number;
}

/** The candidate list of an owner: as its ConfigMap has it or, where there is none, as its Components and Snapshots
 * tell it. Only in that second case, and only with a history, does it ask the API server. */
export async function openCandidateList(
  { caches, client, now }: ListSources,
  owner: Owner,
  signal: AbortSignal,
): Promise<OpenedList> {
  const record = caches.candidateLists.get(candidateListKey(owner));
  if (record !== undefined) {
    if (record.parsed.kind === "unreadable")
      return { kind: "unreadable", problem: record.parsed.problem, configMap: record.key };
    return { kind: "list", list: record.parsed.list, resourceVersion: record.resourceVersion, rebuilt: false };
  }
  const snapshots = caches.snapshots.byIndex("byOwner", ownerIndex(owner));
  const hasHistory = snapshots.some((snapshot) => isHistory(caches, snapshot));
  const evidence = hasHistory ? await readEvidence({ caches, client }, owner, signal) : [];
  const list = initialList(startingImages(caches, owner), evidence, now());
  return { kind: "list", list, rebuilt: list.revision > 0 };
}

async function readEvidence(
  { caches, client }: Pick<ListSources, "caches" | "client">,
  owner: Owner,
  signal: AbortSignal,
): Promise<readonly SnapshotEvidence[]> {
  const evidence: SnapshotEvidence[] = [];
  for await (const raw of everyObject(client, resources.snapshot, { namespace: owner.namespace }, signal)) {
    if (isSameOwner(ownerOf(owner.namespace, (raw as Snapshot).spec), owner))
      evidence.push({ ...readSnapshot(raw), released: isReleasedUntold(caches, raw) });
  }
  return evidence;
}

/** Whether the caches know every Release of ours in a namespace. Where there is no list, those tell of the one that was. */
export async function knowsReleases(
  { caches, client }: Pick<ListSources, "caches" | "client">,
  namespace: string,
  signal: AbortSignal,
): Promise<boolean> {
  const ours = { namespace, labelSelector: `${labels.automated}=true` };
  for await (const { metadata } of everyObject(client, resources.release, ours, signal))
    if (caches.releases.get({ namespace, name: metadata.name })?.uid !== metadata.uid) return false;
  return true;
}

/** Whether a Snapshot tells of a list that was: it names a revision of it, or has a Release of ours. What upstream has
 * concluded tells of none, however much of it there is. */
function isHistory(caches: Caches, { key, retention }: SnapshotRecord): boolean {
  return retention.revision > 0 || releasesOf(caches, key).length > 0;
}

function releasesOf(caches: Caches, { namespace, name }: ObjectKey): readonly ReleaseRecord[] {
  return caches.releases.byIndex("bySnapshot", inNamespace(namespace, name)).filter(({ ours }) => ours);
}

/** Whether we made a Release of a Snapshot and did not come to tell it so. Those that upstream released are told. */
function isReleasedUntold(caches: Caches, raw: KubeObject): boolean {
  const { metadata } = raw;
  if (isConcluded(conditionsOf(raw as Snapshot))) return false;
  return releasesOf(caches, { namespace: metadata.namespace ?? "", name: metadata.name }).length > 0;
}

function readSnapshot(raw: KubeObject): Omit<SnapshotEvidence, "released"> {
  const { metadata, spec } = raw as Snapshot;
  return {
    name: metadata.name,
    type: metadata.labels?.[labels.snapshotType] ?? "",
    content: contentOf(spec ?? {}),
    promoted: findCondition(conditionsOf(raw as Snapshot), conditionTypes.promoted)?.status === "True",
    createdAt: createdAt(raw),
    ...present({
      built: builtOf(raw),
      concludedAt: placeOf(raw as Snapshot).revision,
      madeFrom: madeFrom(raw as Snapshot),
    }),
  };
}

/** The revision that a Snapshot says it was made from. A composite must also have the name that goes with it: what the rest
 * say only counts as having been seen. */
function madeFrom({ metadata, spec }: Snapshot): number | undefined {
  const revision = readRevision(metadata.annotations?.[annotations.candidateListRevision]);
  const isComposite = metadata.labels?.[labels.snapshotType] === snapshotTypes.composite;
  const owner = ownerOf(metadata.namespace ?? "", spec);
  const named = revision !== undefined && metadata.name === compositeSnapshotName(owner, revision);
  return isComposite && !named ? undefined : revision;
}

function builtOf(raw: KubeObject): SnapshotEvidence["built"] {
  const own = {
    labels: raw.metadata.labels ?? {},
    annotations: raw.metadata.annotations ?? {},
    createdAt: createdAt(raw),
  };
  const component = builtKey(raw as Snapshot);
  return own.labels[labels.snapshotType] === snapshotTypes.component && component !== undefined
    ? { component, order: readBuildOrder(own) }
    : undefined;
}
