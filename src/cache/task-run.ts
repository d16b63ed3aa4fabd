import { labels, pipelineTypes } from "../api/labels.ts";
import type { TaskOutput } from "../domain/judge-scenario.ts";
import type { KubeObject } from "../kube/object.ts";
import type { CachedObject } from "../runtime/store.ts";
import { progressOf, type RawTaskRun } from "../tekton/pipeline-run.ts";
import { readTestOutput } from "../tekton/test-output.ts";
import { identityOf, inNamespace } from "./identity.ts";

/** A TaskRun of a test PipelineRun, as far as the verdict needs it. */
export interface TaskRunRecord extends CachedObject {
  readonly pipelineRun: string;
  readonly finished: boolean;
  readonly output?: TaskOutput;
}

/** What is kept of a TaskRun; nothing of one that belongs to no PipelineRun, or to a build. */
export function projectTaskRun(raw: KubeObject): TaskRunRecord | undefined {
  const own = raw.metadata.labels ?? {};
  const pipelineRun = own[labels.tektonPipelineRun];
  if (pipelineRun === undefined || own[labels.pipelinesType] === pipelineTypes.build) return undefined;
  const run = raw as RawTaskRun;
  const output = readTestOutput(own["tekton.dev/pipelineTask"] ?? raw.metadata.name, run.status?.results);
  return {
    ...identityOf(raw),
    pipelineRun,
    finished: progressOf(run) !== "running",
    ...(output === undefined ? {} : { output }),
  };
}

/** How TaskRuns are found. */
export const taskRunIndexes = {
  byPipelineRun: (task: TaskRunRecord): readonly string[] => [inNamespace(task.key.namespace, task.pipelineRun)],
};
