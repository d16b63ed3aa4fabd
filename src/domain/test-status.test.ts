import { expect, test } from "vitest";
import { entryStatuses, hasBegun, isFinal, isPassing, moveEntry, type ScenarioEntry } from "./test-status.ts";

const entry = (over: Partial<ScenarioEntry> = {}): ScenarioEntry => ({
  scenario: "e2e",
  status: "InProgress",
  lastUpdateTime: "before",
  details: "runs",
  ...over,
});

test("only a scenario that waits or runs has no outcome", () => {
  expect(entryStatuses.filter((status) => !isFinal(status))).toEqual(["Pending", "InProgress"]);
});

test("a test is under way when it runs, or waits for one that does", () => {
  const parent = entry({ scenario: "first", testPipelineRunName: "r" });
  const waits = entry({ status: "Pending", runAfter: ["first"] });
  const last = entry({ scenario: "last", status: "Pending", runAfter: ["e2e"] });
  const { testPipelineRunName: _, ...putAside } = entry({ scenario: "first", status: "Pending" });
  const of = (...all: readonly ScenarioEntry[]): readonly boolean[] => all.map((each) => hasBegun(each, all));
  expect(of(parent, waits, last)).toEqual([true, true, true]);
  expect(of({ ...parent, status: "TestPassed" }, waits)).toEqual([false, false]);
  expect(of(putAside, waits)).toEqual([false, false]);
  expect(of({ ...putAside, runAfter: ["e2e"] }, waits)).toEqual([false, false]);
});

test("a warning lets pass, and nothing else but a pass does", () => {
  expect(entryStatuses.filter((status) => isPassing(status))).toEqual(["TestPassed", "TestWarning"]);
});

// prettier-ignore
test.each<[string, ScenarioEntry, Parameters<typeof moveEntry>[1], Partial<ScenarioEntry>]>([
  ["a scenario that begins gets its start", entry({ status: "Pending" }), { status: "InProgress", details: "runs", run: "r" }, { startTime: "now", testPipelineRunName: "r" }],
  ["a scenario that goes on keeps its start", entry({ startTime: "before" }), { status: "InProgress", details: "runs still" }, { startTime: "before" }],
  ["a scenario that begins again has a new start and no end", entry({ status: "TestFail", startTime: "s", completionTime: "c" }), { status: "InProgress", details: "" }, { startTime: "now" }],
  ["a scenario that ends keeps its start", entry({ startTime: "before" }), { status: "TestFail", details: "" }, { startTime: "before", completionTime: "now" }],
  ["a scenario that never began has only an end", entry({ status: "Pending" }), { status: "TestInvalid", details: "" }, { completionTime: "now" }],
  ["a scenario that waits again has no times", entry({ startTime: "s", completionTime: "c" }), { status: "Pending", details: "" }, {}],
  ["run, attempt and being optional stay", entry({ testPipelineRunName: "r", attempt: 2, isOptionalScenario: true }), { status: "Pending", details: "" }, { testPipelineRunName: "r", attempt: 2, isOptionalScenario: true }],
])("%s", (_sentence, before, to, expected) => {
  const { run: _, ...said } = to;
  expect(moveEntry(before, to, "now")).toStrictEqual({ scenario: "e2e", lastUpdateTime: "now", ...said, ...expected });
});

test.each([
  ["the very same entry, when nothing changes", { status: "InProgress", details: "runs" }, true],
  ["the very same entry, when its run is named again", { status: "InProgress", details: "runs", run: "r" }, true],
  ["another, when only the details change", { status: "InProgress", details: "still" }, false],
  ["another, when only the run changes", { status: "InProgress", details: "runs", run: "s" }, false],
] as const)("moving an entry gives %s", (_what, to, same) => {
  const before = entry({ testPipelineRunName: "r" });
  expect(moveEntry(before, to, "now") === before).toBe(same);
});
