import { expect, test } from "vitest";
import { judgeScenario, type RunState, type TaskOutput, type TaskResult } from "./judge-scenario.ts";

const ran = (over: Partial<Extract<RunState, { kind: "finished" }>> = {}): RunState => ({
  kind: "finished",
  succeeded: true,
  taskRunsReferenced: 2,
  taskRunsFound: 2,
  outputs: [],
  ...over,
});

const reported = (...results: readonly TaskResult[]): RunState =>
  ran({ outputs: results.map((result): TaskOutput => ({ task: "e2e", output: { kind: "valid", result } })) });
const invalid = (task: string, problem: string): TaskOutput => ({ task, output: { kind: "invalid", problem } });

test("a run that goes on has no outcome", () => {
  expect(judgeScenario("run", { kind: "running" })).toBeUndefined();
});

// prettier-ignore
test.each<[string, RunState, string]>([
  ["passes when no task reports anything", ran(), "TestPassed"],
  ["passes when it has no tasks at all", ran({ taskRunsReferenced: 0, taskRunsFound: 0 }), "TestPassed"],
  ["passes when every task reports success", reported("SUCCESS", "SUCCESS"), "TestPassed"],
  ["passes when every task was skipped", reported("SKIPPED"), "TestPassed"],
  ["warns when one task warns", reported("SUCCESS", "WARNING", "SKIPPED"), "TestWarning"],
  ["fails when one task reports failure", reported("SUCCESS", "FAILURE"), "TestFail"],
  ["fails when one task reports an error", reported("ERROR", "SUCCESS"), "TestFail"],
  ["fails when a task warns and another fails", reported("WARNING", "FAILURE"), "TestFail"],
  ["fails when one instance of a matrix fails and a later one succeeds", reported("FAILURE", "SUCCESS", "SUCCESS"), "TestFail"],
  ["fails when a report cannot be read", ran({ outputs: [invalid("e2e", "no JSON")] }), "TestFail"],
  ["fails when the pipeline failed, whatever its tasks report", { ...reported("SUCCESS"), succeeded: false } as RunState, "TestFail"],
  ["is invalid when TaskRuns are missing", ran({ taskRunsFound: 1 }), "TestInvalid"],
  ["is invalid when there are too many TaskRuns", ran({ taskRunsFound: 3 }), "TestInvalid"],
  ["is invalid when TaskRuns are missing, even though it failed", ran({ succeeded: false, taskRunsFound: 0 }), "TestInvalid"],
  ["is deleted when it was deleted before its end", { kind: "deleted" }, "Deleted"],
])("a test run %s", (_sentence, run, status) => {
  expect(judgeScenario("run", run)?.status).toBe(status);
});

// prettier-ignore
test.each<[string, RunState, string]>([
  ["success", ran(), "Integration test passed"],
  ["a warning", reported("WARNING"), "Integration test passed with warnings"],
  ["failure", reported("FAILURE"), "Integration test failed"],
  ["deletion", { kind: "deleted" }, "Integration test which is running as pipeline run 'run', has been deleted"],
  [
    "missing TaskRuns",
    ran({ taskRunsFound: 1 }),
    "Failed to determine status of pipelinerun 'run', due to mismatch in TaskRuns present in cluster (1) and those referenced within childReferences (2)",
  ],
  [
    "every unreadable report",
    ran({ outputs: [invalid("lint", "no JSON"), invalid("e2e", "no result")] }),
    "Invalid result: error in the TEST_OUTPUT from task lint: no JSON; Invalid result: error in the TEST_OUTPUT from task e2e: no result",
  ],
])("the details tell of %s", (_what, run, details) => {
  expect(judgeScenario("run", run)?.details).toBe(details);
});
