import { labels } from "../../api/labels.ts";
import { inNamespace } from "../../cache/identity.ts";
import type { TestRunRecord } from "../../cache/pipeline-run.ts";
import { projectTaskRun, type TaskRunRecord } from "../../cache/task-run.ts";
import { tektonResources } from "../../tekton/pipeline-run.ts";
import type { Environment } from "../environment.ts";

/** TaskRuns come by another watch than their PipelineRun, and that is seldom further behind than these together. */
const pausesMs = [5, 10, 20, 40];

/** The TaskRuns of a test PipelineRun that has ended. Unless all of them are known and finished after a moment, the API server
 * is asked: a verdict is for good. Of a run that was let go, what is known will do. */
export async function taskRunsOf(
  env: Environment,
  run: TestRunRecord,
  signal: AbortSignal,
): Promise<readonly TaskRunRecord[]> {
  for (const pauseMs of pausesMs) {
    const known = knownTaskRuns(env, run);
    if (!run.held || isComplete(run, known)) return known;
    await env.clock.sleep(pauseMs, signal);
  }
  const known = knownTaskRuns(env, run);
  return isComplete(run, known) ? known : readTaskRuns(env, run, signal);
}

function isComplete({ taskRuns }: TestRunRecord, known: readonly TaskRunRecord[]): boolean {
  return known.length === taskRuns && known.every(({ finished }) => finished);
}

function knownTaskRuns({ caches }: Environment, { key }: TestRunRecord): readonly TaskRunRecord[] {
  return caches.taskRuns.byIndex("byPipelineRun", inNamespace(key.namespace, key.name));
}

async function readTaskRuns(
  { client }: Environment,
  { key }: TestRunRecord,
  signal: AbortSignal,
): Promise<readonly TaskRunRecord[]> {
  const page = await client.list(
    tektonResources.taskRun,
    { namespace: key.namespace, labelSelector: `${labels.tektonPipelineRun}=${key.name}` },
    signal,
  );
  return page.items.map(projectTaskRun).filter((task) => task !== undefined);
}
