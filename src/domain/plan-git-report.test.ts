import { expect, test } from "vitest";
import {
  buildReports,
  buildReportStatus,
  planGitReport,
  reportAgeMaxMs,
  type BuildReportFacts,
  type ReportFacts,
} from "./plan-git-report.ts";
import type { ScenarioEntry } from "./test-status.ts";

const at = "2026-11-01T12:00:00.000Z";
const later = "2026-11-01T12:05:00.000Z";
/** Milliseconds since midnight. */
const timeOf = (text: string): number => {
  const [, hours, minutes, seconds] = /T(\d\d):(\d\d):(\d\d\.?\d{0,3})/.exec(text) ?? [];
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
};
const entry = (more: Partial<ScenarioEntry> = {}): ScenarioEntry => ({
  scenario: "smoke",
  status: "TestPassed",
  lastUpdateTime: at,
  details: "Integration test passed",
  ...more,
});
const plan = (more: Partial<ReportFacts>) =>
  planGitReport(
    {
      snapshot: "shop-1",
      destination: "shop-1",
      subject: "frontend",
      consoleName: "Konflux",
      entries: [entry()],
      reported: new Map(),
      now: timeOf(later),
      ...more,
    },
    timeOf,
  );

test("a report is named after console, scenario and Component, and says what is known in one sentence", () => {
  const started = { startTime: at, completionTime: later, testPipelineRunName: "run-1" };
  expect(plan({ entries: [entry(started)] })).toEqual([
    {
      key: "smoke-shop-1",
      updatedAt: at,
      scenario: "smoke",
      status: "TestPassed",
      optional: false,
      final: true,
      name: "Konflux / smoke / frontend",
      externalId: "smoke-frontend",
      summary: "Integration test for snapshot shop-1 and scenario smoke has passed",
      details: "Integration test passed",
      run: "run-1",
      startedAt: at,
      completedAt: later,
    },
  ]);
});

test("without a Component, the scenario alone names it", () => {
  expect(plan({ subject: undefined! })[0]).toMatchObject({ name: "Konflux / smoke", externalId: "smoke" });
});

test.each<[string, Partial<ScenarioEntry>, boolean]>([
  ["a running test is not final", { status: "InProgress" }, false],
  ["a failed one is", { status: "TestFail" }, true],
])("%s", (_, state, final) => {
  expect(plan({ entries: [entry(state)] })[0]!.final).toBe(final);
});

test("an optional scenario is reported as such", () => {
  expect(plan({ entries: [entry({ isOptionalScenario: true })] })[0]!.optional).toBe(true);
});

test.each([
  ["what was never reported is due", [], true],
  ["what was reported is not", [["smoke-shop-1", at]], false],
  ["not even with more digits", [["smoke-shop-1", "2026-11-01T12:00:00.000123Z"]], false],
  ["what was reported earlier is due again", [["smoke-shop-1", "2026-11-01T11:59:59Z"]], true],
  ["what old releases of upstream noted counts", [["smoke", at]], false],
  ["another Snapshot's note does not", [["smoke-shop-2", later]], true],
  ["a note that is no time does not count", [["smoke-shop-1", "yesterday"]], true],
] as const)("%s", (_, reported, due) => {
  expect(plan({ reported: new Map(reported) }).length).toBe(due ? 1 : 0);
});

test("what is too old to matter is not reported any more", () => {
  const now = timeOf(at) + reportAgeMaxMs;
  expect([plan({ now: now - 1 }).length, plan({ now }).length]).toEqual([1, 0]);
});

test.each<[string, Partial<BuildReportFacts>, string | undefined]>([
  ["runs", {}, "BuildPLRInProgress"],
  ["runs, which was told", { reported: "BuildPLRInProgress" }, undefined],
  ["failed", { state: "failed", reported: "BuildPLRInProgress" }, "BuildPLRFailed"],
  ["was deleted while it ran", { deleting: true }, "BuildPLRFailed"],
  ["succeeded, and waits for its Snapshot", { state: "succeeded" }, undefined],
  ["succeeded, and its Snapshot was refused", { state: "succeeded", refused: "why" }, "SnapshotCreationFailed"],
  ["has its Snapshot", { state: "succeeded", done: true, reported: "BuildPLRInProgress" }, undefined],
])("of a build that %s, its git provider is told accordingly", (_, facts, status) => {
  expect(buildReportStatus({ state: "running", deleting: false, done: false, ...facts })).toBe(status);
});

test("of a build, every scenario is told under the name that the Snapshot's reports will have", () => {
  const about = { name: "build-1", component: "frontend", consoleName: "Konflux", details: "why", now: later };
  const scenarios = [{ name: "smoke", optional: true }];
  const [waiting] = buildReports("BuildPLRInProgress", about, scenarios);
  expect(waiting).toMatchObject({
    name: "Konflux / smoke / frontend",
    externalId: "smoke-frontend",
    optional: true,
    final: false,
    summary:
      "Integration test for scenario smoke is pending because build pipelinerun is still running and snapshot has not been created",
  });
  expect([waiting!.completedAt, buildReports("BuildPLRFailed", about, scenarios)[0]!.completedAt]).toEqual([
    undefined,
    later,
  ]);
});
