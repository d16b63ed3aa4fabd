import { expect, test } from "vitest";
import { planTestRuns, type TestFacts } from "./plan-test-runs.ts";
import { noOrder } from "./test-order.ts";
import type { ScenarioEntry } from "./test-status.ts";
import { withdrawTestRuns, withholdTestRuns } from "./withhold-test-runs.ts";

const facts = (entries: readonly ScenarioEntry[] = [], now = "now"): TestFacts => ({
  snapshot: { name: "snap", type: "component", component: "cart", isPush: true, concluded: false },
  scenarios: ["e2e", "smoke"].map((name) => ({ name, optional: false, contexts: [] })),
  graph: noOrder,
  entries,
  runs: [],
  now,
});
const waits = new Map([["e2e", "Waiting for a free place"]]);
const withheld = (entries?: readonly ScenarioEntry[], now?: string) => {
  const given = facts(entries, now);
  return withholdTestRuns(planTestRuns(given), given.entries, waits, given.now);
};

test("a run that waits is not started, and its entry says what for and names the run to come", () => {
  const { entries, start } = withheld();
  expect(start.map(({ scenario }) => scenario)).toEqual(["smoke"]);
  expect(entries.map(({ scenario, status, details }) => `${scenario} ${status}: ${details}`)).toEqual([
    "e2e Pending: Waiting for a free place",
    expect.stringMatching(/^smoke InProgress: /),
  ]);
  expect(entries[0]).toMatchObject({ attempt: 1, testPipelineRunName: expect.stringMatching(/^snap-e2e-/) });
  expect(entries[0]).not.toHaveProperty("startTime");
});

test("while it waits nothing is written anew", () => {
  const before = withheld().entries;
  expect(withheld(before, "later").entries).toBe(before);
});

test("one that waits for something else by now says so", () => {
  const before = withheld().entries;
  const given = facts(before, "later");
  const other = withholdTestRuns(planTestRuns(given), before, new Map([["e2e", "Paused"]]), "later");
  expect(other.entries[0]).toMatchObject({ details: "Paused", lastUpdateTime: "later" });
});

test("one that waits no longer starts, with the run it was promised, and its time begins then", () => {
  const before = withheld().entries;
  const given = facts(before, "later");
  const plan = withholdTestRuns(planTestRuns(given), before, new Map(), "later");
  const run = before[0]!.testPipelineRunName;
  expect(plan.start).toContainEqual({ scenario: "e2e", run });
  expect(plan.entries[0]).toMatchObject({ status: "InProgress", startTime: "later", testPipelineRunName: run });
});

test("what is withdrawn is never started, and is no longer waited for", () => {
  const before = withheld().entries;
  const given = { ...facts(before, "later"), snapshot: { ...facts().snapshot, concluded: true } };
  const plan = withdrawTestRuns(planTestRuns(given), before, "later");
  expect(plan.start).toEqual([]);
  expect(plan.entries.map(({ status, testPipelineRunName }) => [status, testPipelineRunName])).toEqual([
    ["Pending", undefined],
    ["Pending", undefined],
  ]);
  const again = { ...given, entries: plan.entries };
  expect(withdrawTestRuns(planTestRuns(again), plan.entries, "later still").entries).toBe(plan.entries);
});

test.each([
  [
    "all that is withdrawn is started when a person asks for one of it: there is no verdict without the rest",
    "e2e",
    ["e2e", "smoke"],
  ],
  ["nothing that is withdrawn is started when a person asks for a scenario that there is not", "gone", []],
])("%s", (_what, rerun, started) => {
  const withdrawn = withdrawTestRuns(planTestRuns(facts()), [], "now").entries;
  const snapshot = { ...facts().snapshot, concluded: true, rerun };
  const plan = planTestRuns({ ...facts(withdrawn), snapshot });
  expect(plan.start.map(({ scenario }) => scenario)).toEqual(started);
  expect(plan.rerunTaken).toBe(true);
});
