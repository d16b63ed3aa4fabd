import { annotations, finalizers, labels, pipelineTypes } from "../api/labels.ts";
import type { KubeObject } from "../kube/object.ts";
import type { CachedObject } from "../runtime/store.ts";
import type { BuildOrder } from "../domain/build-order.ts";
import { componentKey } from "../domain/component-key.ts";
import { present } from "../domain/present.ts";
import { isPushBuild } from "../domain/push.ts";
import { listOf, progressOf, textResults, timeOf, type RawPipelineRun } from "../tekton/pipeline-run.ts";
import { buildOrderOf } from "./build-order.ts";
import { createdAt, identityOf, inNamespace } from "./identity.ts";
import { interned, internedIfAny } from "./interned.ts";
import { pullRequestKey, pullRequestOfBuild, requestKey, saidGroup, type PullRequest } from "./pull-request.ts";

type Texts = Readonly<Record<string, string>>;

interface RunRecord extends CachedObject {
  readonly state: "running" | "succeeded" | "failed";
  readonly deleting: boolean;
  readonly finalizers: readonly string[];
  /** Our finalizer is on it. */
  readonly held: boolean;
}

/** What is kept of a pull request's build for as long as it is there. */
export interface BuildPullRequest extends PullRequest {
  readonly order: BuildOrder;
  /** Of a build for ComponentGroups: the Component's version. */
  readonly version?: string;
  /** Its group is written on it. */
  readonly grouped: boolean;
  /** It was told that it gets no Snapshot as it is. */
  readonly refused: boolean;
}

/** A build PipelineRun. Once its Snapshot is named, only what keeps it from going is kept, and its pull request. */
export interface BuildRecord extends RunRecord {
  readonly type: "build";
  readonly component?: string;
  readonly snapshot?: string;
  readonly pullRequest?: BuildPullRequest;
  /** Of a push's build that names a pull request: that request, which is merged. */
  readonly merges?: string;
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
  /** Builds of open pull requests for Applications, by the hash of their group. */
  byGroup: (run: PipelineRunRecord): readonly string[] =>
    run.type === "build" && run.pullRequest?.group !== undefined && isOfApplication(run.pullRequest)
      ? [inNamespace(run.key.namespace, run.pullRequest.group.hash)]
      : [],
  /** Builds of open pull requests, by the request. */
  byRequest: (run: PipelineRunRecord): readonly string[] =>
    run.type === "build" && run.pullRequest?.over === false
      ? [requestKey(run.key.namespace, run.pullRequest, run.component)]
      : [],
  /** Builds of pushes that name a pull request, by that request. */
  byMergedRequest: (run: PipelineRunRecord): readonly string[] =>
    run.type === "build" && run.merges !== undefined ? [run.merges] : [],
  /** Builds of pull requests whose Snapshot is still to come, by Component and request. */
  unfinishedByPullRequest: (run: PipelineRunRecord): readonly string[] =>
    run.type === "build" && run.pullRequest !== undefined && isUnderWay(run)
      ? [pullRequestKey(run.key.namespace, builtKeyOf(run), run.pullRequest.number)]
      : [],
};

/** Whether a PipelineRun takes up one of the places that are there for tests. */
export function isRunningTest(run: PipelineRunRecord): boolean {
  return run.type === "test" && run.state === "running" && !run.deleting;
}

function isOfApplication({ over, version }: BuildPullRequest): boolean {
  return !over && version === undefined;
}

/** The key of the Component that a pull request's build builds. */
export function builtKeyOf({ component = "", pullRequest }: BuildRecord): string {
  return componentKey(component, pullRequest?.version);
}

/** Whether a build may still lead to a Snapshot. */
export function isUnderWay({ state, deleting, snapshot }: BuildRecord): boolean {
  return snapshot === undefined && (state === "succeeded" || (state === "running" && !deleting));
}

function projectBuild(raw: RawPipelineRun): BuildRecord {
  const { metadata, status } = raw;
  const snapshot = metadata.annotations?.[annotations.snapshot] ?? metadata.annotations?.[annotations.snapshots];
  const isDone = snapshot !== undefined;
  const event = eventOf(raw);
  return {
    ...common(raw),
    ...event,
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

function eventOf(raw: RawPipelineRun): Pick<BuildRecord, "pullRequest" | "merges"> {
  const { metadata, status } = raw;
  const own = { labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {} };
  const pullRequest = pullRequestOfBuild(own);
  if (pullRequest === undefined) return {};
  const { key } = identityOf(raw);
  const component = own.labels[labels.component];
  if (comesFromPush(own)) return { merges: requestKey(key.namespace, pullRequest, component) };
  const started = timeOf(status?.startTime);
  const order = buildOrderOf({
    key,
    createdAt: createdAt(raw),
    annotations: own.annotations,
    ...present({ startedAt: started }),
  });
  const refused = own.annotations[annotations.createSnapshotStatus]?.includes('"status":"failed"') ?? false;
  const version = own.annotations[annotations.version] || undefined;
  return {
    pullRequest: { ...pullRequest, order, grouped: saidGroup(own) !== undefined, refused, ...present({ version }) },
  };
}

/** Whether a build is a push's, so that its image may become candidate. */
export function comesFromPush({
  labels: own,
  annotations: said,
}: {
  readonly labels: Texts;
  readonly annotations: Texts;
}): boolean {
  return isPushBuild(
    present({
      eventType: own[labels.pacEventType],
      pullRequest: own[labels.pacPullRequest],
      sourceBranch: said[annotations.pacSourceBranch],
    }),
  );
}

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
