import type { EntryStatus } from "./test-status.ts";

/** What one task of a test PipelineRun reported in its TEST_OUTPUT result; tasks without one are not listed. */
export interface TaskOutput {
  readonly task: string;
  readonly output:
    { readonly kind: "valid"; readonly result: TaskResult } | { readonly kind: "invalid"; readonly problem: string };
}

export type TaskResult = "SUCCESS" | "FAILURE" | "WARNING" | "SKIPPED" | "ERROR";

/** A test PipelineRun as far as its verdict needs it. */
export type RunState =
  | { readonly kind: "running" }
  /** Deletion was asked for before it finished. */
  | { readonly kind: "deleted" }
  | {
      readonly kind: "finished";
      readonly succeeded: boolean;
      /** TaskRuns that the run says it has, and those found in the cluster. */
      readonly taskRunsReferenced: number;
      readonly taskRunsFound: number;
      readonly outputs: readonly TaskOutput[];
    };

export interface Verdict {
  readonly status: EntryStatus;
  readonly details: string;
}

/** The outcome of a test PipelineRun; undefined while it runs. Every instance of a matrix task counts: one that fails is
 * never masked by another. */
export function judgeScenario(runName: string, run: RunState): Verdict | undefined {
  if (run.kind === "running") return undefined;
  if (run.kind === "deleted")
    return {
      status: "Deleted",
      details: `Integration test which is running as pipeline run '${runName}', has been deleted`,
    };
  if (run.taskRunsFound !== run.taskRunsReferenced) return { status: "TestInvalid", details: mismatch(runName, run) };
  if (!run.succeeded) return failed;
  return judgeOutputs(run.outputs);
}

const failed: Verdict = { status: "TestFail", details: "Integration test failed" };

function judgeOutputs(outputs: readonly TaskOutput[]): Verdict {
  const problems = outputs.flatMap(({ task, output }) =>
    output.kind === "invalid" ? [`Invalid result: error in the TEST_OUTPUT from task ${task}: ${output.problem}`] : [],
  );
  if (problems.length > 0) return { status: "TestFail", details: problems.join("; ") };
  const results = new Set(outputs.flatMap(({ output }) => (output.kind === "valid" ? [output.result] : [])));
  if (results.has("FAILURE") || results.has("ERROR")) return failed;
  if (results.has("WARNING")) return { status: "TestWarning", details: "Integration test passed with warnings" };
  return { status: "TestPassed", details: "Integration test passed" };
}

function mismatch(
  runName: string,
  run: { readonly taskRunsReferenced: number; readonly taskRunsFound: number },
): string {
  return (
    `Failed to determine status of pipelinerun '${runName}', due to mismatch in TaskRuns present in cluster ` +
    `(${String(run.taskRunsFound)}) and those referenced within childReferences (${String(run.taskRunsReferenced)})`
  );
}
