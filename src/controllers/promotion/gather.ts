import { annotations } from "../../api/labels.ts";
import { readBuildOrder } from "../../cache/build-order.ts";
import { findOwner, graphOf, membersOf } from "../../cache/membership.ts";
import { ownerIndex, type OwnerRecord } from "../../cache/owner.ts";
import { contentOf } from "../../cache/snapshot-content.ts";
import { readRevision } from "../../cache/snapshot-retention.ts";
import { problemsOf } from "../../cache/snapshot-problems.ts";
import type { OpenSnapshot, SnapshotRecord } from "../../cache/snapshot.ts";
import { openCandidateList, type OpenedList } from "../../candidate-list/open.ts";
import { compositeSnapshotName } from "../../domain/names.ts";
import type { Owner } from "../../domain/owner.ts";
import type { ScenarioFacts } from "../../domain/plan-test-runs.ts";
import { present } from "../../domain/present.ts";
import type { SnapshotFacts } from "../../domain/promotion-policy.ts";
import type { TestGraph } from "../../domain/test-order.ts";
import type { Environment } from "../environment.ts";
import { verdictOf } from "../verdict.ts";

/** A Snapshot that still concerns its owner. */
export interface Concerned {
  readonly record: SnapshotRecord;
  readonly open: OpenSnapshot;
  readonly facts: SnapshotFacts;
}

/** Everything about an owner that deciding and acting need. */
export interface GatheredOwner {
  readonly owner: Owner;
  readonly record: OwnerRecord;
  readonly opened: OpenedList;
  readonly components: ReadonlySet<string>;
  readonly scenarios: readonly ScenarioFacts[];
  readonly graph: TestGraph;
  /** By name. */
  readonly snapshots: ReadonlyMap<string, Concerned>;
}

/** Looks an owner up in the caches; undefined when it is gone or nothing of it is of concern. */
export async function gather(
  env: Pick<Environment, "caches" | "client" | "clock">,
  owner: Owner,
  signal: AbortSignal,
): Promise<GatheredOwner | undefined> {
  const { caches } = env;
  const record = findOwner(caches, owner);
  if (record === undefined || record.deleting) return undefined;
  const index = ownerIndex(owner);
  const scenarios = caches.scenarios.byIndex("byOwner", index).map(({ facts }) => facts);
  const components = membersOf(caches, owner);
  const snapshots = caches.snapshots
    .byIndex("openByOwner", index)
    .flatMap((snapshot) => concerned(snapshot, scenarios, components));
  return {
    owner,
    record,
    opened: await openCandidateList({ caches, client: env.client, now: () => env.clock.now() }, owner, signal),
    components,
    scenarios,
    graph: graphOf(caches, owner),
    snapshots: new Map(snapshots.map((each) => [each.record.key.name, each])),
  };
}

/** When the last of a Snapshot's tests ended, in milliseconds since the epoch; when it was made, if none did. */
export function testsFinishedAt({ record, open }: Pick<Concerned, "record" | "open">): number {
  const ended = open.entries.map(({ completionTime }) => Date.parse(completionTime ?? "")).filter(Number.isFinite);
  return Math.max(record.createdAt, ...ended);
}

function concerned(
  record: SnapshotRecord,
  scenarios: readonly ScenarioFacts[],
  components: ReadonlySet<string>,
): readonly Concerned[] {
  const { open } = record;
  if (open === undefined) return [];
  const facts = { ...factsOf(record, open, scenarios), problems: problemsOf(record, open, components) };
  return [{ record, open, facts }];
}

function factsOf(
  record: SnapshotRecord,
  open: OpenSnapshot,
  scenarios: readonly ScenarioFacts[],
): Omit<SnapshotFacts, "problems"> {
  const { key, type, component, createdAt } = record;
  const order = readBuildOrder({ labels: open.labels, annotations: open.annotations, createdAt });
  return {
    name: key.name,
    type,
    isPush: open.isPush,
    content: contentOf(open.spec),
    verdict: verdictOf(record, open, scenarios),
    createdAt,
    ...present({
      built: type === "component" && component !== undefined ? { component, order } : undefined,
      madeFrom: madeFrom(record, open),
    }),
  };
}

/** The revision that a composite was made from; one that somebody else made, or named, was made from none. */
function madeFrom({ key, type, owner }: SnapshotRecord, { annotations: said }: OpenSnapshot): number | undefined {
  const revision = readRevision(said[annotations.candidateListRevision]);
  const isOurs = type === "composite" && revision !== undefined && key.name === compositeSnapshotName(owner, revision);
  return isOurs ? revision : undefined;
}
