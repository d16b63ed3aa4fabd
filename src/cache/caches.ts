import type { CachedObject, Store } from "../runtime/store.ts";
import type { CandidateListRecord } from "./candidate-list.ts";
import type { componentGroupIndexes, ComponentGroupRecord } from "./component-group.ts";
import type { ComponentRecord, componentIndexes } from "./component.ts";
import type { OwnerRecord } from "./owner.ts";
import type { PipelineRunRecord, pipelineRunIndexes } from "./pipeline-run.ts";
import type { ReleasePlanRecord, releasePlanIndexes } from "./release-plan.ts";
import type { releaseIndexes, ReleaseRecord } from "./release.ts";
import type { scenarioIndexes, ScenarioRecord } from "./scenario.ts";
import type { snapshotIndexes, SnapshotRecord } from "./snapshot.ts";
import type { taskRunIndexes, TaskRunRecord } from "./task-run.ts";

/** A kind as controllers see it: what is known, found by key or by one of its indexes. */
export interface Reader<T extends CachedObject, Index extends string = never> {
  get(key: T["key"]): T | undefined;
  byIndex(index: Index, value: string): readonly T[];
  all: Store<T>["all"];
  subscribe: Store<T>["subscribe"];
}

/** Everything the operator knows of the cluster. */
export interface Caches {
  readonly applications: Reader<OwnerRecord>;
  readonly componentGroups: Reader<ComponentGroupRecord, keyof typeof componentGroupIndexes>;
  readonly components: Reader<ComponentRecord, keyof typeof componentIndexes>;
  readonly snapshots: Reader<SnapshotRecord, keyof typeof snapshotIndexes>;
  readonly scenarios: Reader<ScenarioRecord, keyof typeof scenarioIndexes>;
  readonly releasePlans: Reader<ReleasePlanRecord, keyof typeof releasePlanIndexes>;
  readonly releases: Reader<ReleaseRecord, keyof typeof releaseIndexes>;
  readonly pipelineRuns: Reader<PipelineRunRecord, keyof typeof pipelineRunIndexes>;
  readonly taskRuns: Reader<TaskRunRecord, keyof typeof taskRunIndexes>;
  readonly candidateLists: Reader<CandidateListRecord>;
}
