import { conditionTypes } from "../../src/api/conditions.ts";
import { annotations, labels, pipelineTypes } from "../../src/api/labels.ts";
import type { Snapshot } from "../../src/api/snapshot.ts";
import { identityOf } from "../../src/cache/identity.ts";
import { parseTestStatus } from "../../src/cache/test-status.ts";
import type { ScenarioEntry } from "../../src/domain/test-status.ts";
import { findCondition, type Condition } from "../../src/kube/conditions.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import type { CachedObject } from "../../src/runtime/store.ts";
import { progressOf, textResults, timeOf, type RawPipelineRun } from "../../src/tekton/pipeline-run.ts";

/** A Snapshot, as the demo tells of it. */
export interface SnapshotView extends CachedObject {
  readonly name: string;
  readonly type: string;
  readonly application: string;
  readonly component: string | undefined;
  /** The build PipelineRun of a component Snapshot. */
  readonly build: string | undefined;
  readonly createdAt: string;
  /** The revision of the candidate list that its images are from. */
  readonly madeFrom: number | undefined;
  readonly images: ReadonlyMap<string, string>;
  readonly tests: readonly ScenarioEntry[];
  readonly promoted: Condition | undefined;
  readonly integration: Condition | undefined;
  readonly testSucceeded: Condition | undefined;
  /** Where it stands in the history of the candidate list. */
  readonly revision: number | undefined;
  readonly composite: string | undefined;
}

/** What is kept of a Snapshot. */
export function viewSnapshot(raw: KubeObject): SnapshotView {
  const { metadata, spec } = raw as Snapshot;
  const { labels: own = {}, annotations: said = {} } = metadata;
  const madeFrom = said[annotations.candidateListRevision];
  return {
    ...identityOf(raw),
    name: metadata.name,
    type: own[labels.snapshotType] ?? "",
    application: spec.application ?? "",
    component: own[labels.component],
    build: own[labels.buildPipelineRun],
    createdAt: metadata.creationTimestamp ?? "",
    madeFrom: madeFrom === undefined ? undefined : Number(madeFrom),
    images: new Map((spec.components ?? []).map(({ name, containerImage }) => [name, containerImage])),
    tests: parseTestStatus(said[annotations.testStatus]),
    ...viewStatus((raw as Snapshot).status),
  };
}

function viewStatus(
  status: Snapshot["status"],
): Pick<SnapshotView, "promoted" | "integration" | "testSucceeded" | "revision" | "composite"> {
  const conditions = status?.conditions as readonly Condition[] | undefined;
  return {
    promoted: findCondition(conditions, conditionTypes.promoted),
    integration: findCondition(conditions, conditionTypes.integrationStatus),
    testSucceeded: findCondition(conditions, conditionTypes.testSucceeded),
    revision: status?.candidateList?.revision,
    composite: status?.candidateList?.composite,
  };
}

/** Whether it is decided what becomes of a Snapshot. */
export function isConcluded({ promoted }: SnapshotView): boolean {
  return promoted?.status === "True" || promoted?.status === "False";
}

/** Why a Snapshot was promoted, or why not, in a word. */
export function reasonOf({ promoted }: SnapshotView): string {
  return promoted?.reason ?? "undecided";
}

/** The same in a sentence. */
export function messageOf({ promoted }: SnapshotView): string {
  return promoted?.message ?? "nothing is said of its promotion";
}

/** How people call a Snapshot: by the build it is for, else by its name. */
export function callName({ build, name }: SnapshotView): string {
  return build ?? name;
}

/** A build or test PipelineRun, as the demo tells of it. */
export interface RunView extends CachedObject {
  readonly name: string;
  readonly role: "build" | "test" | "other";
  readonly component: string | undefined;
  readonly snapshot: string;
  readonly scenario: string;
  readonly state: "running" | "succeeded" | "failed";
  /** Milliseconds since the epoch. */
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  /** What a build made. */
  readonly image: string | undefined;
}

/** What is kept of a PipelineRun. */
export function viewRun(raw: KubeObject): RunView {
  const run = raw as RawPipelineRun;
  const own = raw.metadata.labels ?? {};
  const results = textResults(run.status?.results);
  const [url, digest] = [results.get("IMAGE_URL"), results.get("IMAGE_DIGEST")];
  return {
    ...identityOf(raw),
    name: raw.metadata.name,
    role: roleOf(own[labels.pipelinesType]),
    component: own[labels.component],
    snapshot: own[labels.snapshot] ?? "",
    scenario: own[labels.scenario] ?? "",
    state: progressOf(run),
    startedAt: timeOf(run.status?.startTime),
    finishedAt: timeOf(run.status?.completionTime),
    image: url === undefined || digest === undefined ? undefined : `${url.replace(/:[^:/]*$/, "")}@${digest}`,
  };
}

function roleOf(type: string | undefined): RunView["role"] {
  if (type === pipelineTypes.build) return "build";
  return type === pipelineTypes.test ? "test" : "other";
}
