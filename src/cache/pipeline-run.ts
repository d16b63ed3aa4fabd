import { annotations, finalizers, labels, pipelineTypes } from "../api/labels.ts";
import type { KubeObject } from "../kube/object.ts";
import type { CachedObject } from "../runtime/store.ts";
import { present } from "../domain/present.ts";
import { listOf, progressOf, textResults, timeOf, type RawPipelineRun } from "../tekton/pipeline-run.ts";
import { createdAt, identityOf, inNamespace } from "./identity.ts";
import { interned, internedIfAny } from "./interned.ts";

type Texts = Readonly<Record<string, string>>;

interface RunRecord extends CachedObject {
  readonly state: "running" | "succeeded" | "failed";
  readonly deleting: boolean;
  readonly finalizers: readonly string[];
  /** Our finalizer is on it. */
  readonly held: boolean;
}

/** A build PipelineRun. Once its Snapshot is named, only what keeps it from going is kept. */
export interface BuildRecord extends RunRecord {
  readonly type: "build";
  readonly component?: string;
  readonly snapshot?: string;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly labels: Texts;
  readonly annotations: Texts;
  readonly results: ReadonlyMap<string, string>;
}

/** A test PipelineRun of ours. */
export interface TestRunRecord extends RunRecord {
  readonly type: "test";
  /** Name of the Snapshot that owns it. */
  readonly snapshot: string;
  readonly snapshotUid: string;
  readonly scenario: string;
  /** We asked Tekton to stop it. */
  readonly cancelled: boolean;
  readonly startedAt?: number;
  /** How many TaskRuns it says it has. */
  readonly taskRuns: number;
}

export type PipelineRunRecord = BuildRecord | TestRunRecord;

/** What is kept of a PipelineRun; nothing of one that is neither a build nor a test of ours. */
export function projectPipelineRun(raw: KubeObject): PipelineRunRecord | undefined {
  const type = raw.metadata.labels?.[labels.pipelinesType];
  if (type === pipelineTypes.build) return projectBuild(raw);
  return type === pipelineTypes.test ? projectTestRun(raw) : undefined;
}

/** How PipelineRuns are found. */
export const pipelineRunIndexes = {
  /** Test runs by the Snapshot that owns them. */
  bySnapshot: (run: PipelineRunRecord): readonly string[] =>
    run.type === "test" ? [inNamespace(run.key.namespace, run.snapshot)] : [],
  /** Test runs that run, all under one value. */
  runningTests: (run: PipelineRunRecord): readonly string[] => (isRunningTest(run) ? [""] : []),
  /** Builds that have no Snapshot yet, by the Component their label names. */
  pendingByComponent: (run: PipelineRunRecord): readonly string[] =>
    run.type === "build" && run.snapshot === undefined && run.state !== "failed" && run.component !== undefined
      ? [inNamespace(run.key.namespace, run.component)]
      : [],
};

/** Whether a PipelineRun takes up one of the places that are there for tests. */
export function isRunningTest(run: PipelineRunRecord): boolean {
  return run.type === "test" && run.state === "running" && !run.deleting;
}

function projectBuild(raw: RawPipelineRun): BuildRecord {
  const { metadata, status } = raw;
  const snapshot = metadata.annotations?.[annotations.snapshot] ?? metadata.annotations?.[annotations.snapshots];
  const isDone = snapshot !== undefined;
  return {
    ...common(raw),
    type: "build",
    createdAt: createdAt(raw),
    ...present({
      startedAt: timeOf(status?.startTime),
      finishedAt: timeOf(status?.completionTime),
      component: internedIfAny(metadata.labels?.[labels.component]),
      snapshot,
    }),
    labels: isDone ? noTexts : (metadata.labels ?? noTexts),
    annotations: isDone ? noTexts : (metadata.annotations ?? noTexts),
    results: isDone ? noResults : textResults(status?.results),
  };
}

// Shared by all that have none: history is long, and an empty map weighs as much as a full one.
const noTexts: Texts = {};
const noResults: ReadonlyMap<string, string> = new Map();
const noFinalizers: readonly string[] = [];

function projectTestRun(raw: RawPipelineRun): TestRunRecord {
  const { metadata, status } = raw;
  const owner = metadata.ownerReferences?.find(({ kind }) => kind === "Snapshot");
  return {
    ...common(raw),
    type: "test",
    snapshot: owner?.name ?? metadata.labels?.[labels.snapshot] ?? "",
    snapshotUid: owner?.uid ?? "",
    scenario: interned(metadata.labels?.[labels.scenario] ?? ""),
    cancelled: metadata.annotations?.[annotations.cancelled] === "true",
    ...present({ startedAt: timeOf(status?.startTime) }),
    taskRuns: listOf(status?.childReferences).filter((child) => child && (child.kind ?? "TaskRun") === "TaskRun")
      .length,
  };
}

function common(raw: RawPipelineRun): RunRecord {
  const { metadata } = raw;
  return {
    ...identityOf(raw),
    state: progressOf(raw),
    deleting: metadata.deletionTimestamp !== undefined,
    finalizers: metadata.finalizers ?? noFinalizers,
    held: metadata.finalizers?.includes(finalizers.pipelineRun) ?? false,
  };
}
