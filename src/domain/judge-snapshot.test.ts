import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeSnapshot, type SnapshotVerdict } from "./judge-snapshot.ts";
import { entryStatuses, isFinal, type EntryStatus, type ScenarioEntry } from "./test-status.ts";

const entry = (scenario: string, status: EntryStatus): ScenarioEntry => ({
  scenario,
  status,
  lastUpdateTime: "",
  details: "",
});

// prettier-ignore
test.each<[string, readonly string[], readonly ScenarioEntry[], SnapshotVerdict]>([
  ["passes untested without required scenarios", [], [entry("optional", "TestFail")], { kind: "passed", tested: false }],
  ["passes when every required scenario passed", ["a", "b"], [entry("b", "TestPassed"), entry("a", "TestPassed")], { kind: "passed", tested: true }],
  ["passes with warnings", ["a"], [entry("a", "TestWarning")], { kind: "passed", tested: true }],
  ["passes though an optional scenario failed", ["a"], [entry("a", "TestPassed"), entry("b", "TestFail")], { kind: "passed", tested: true }],
  ["waits for a scenario that has not begun", ["a"], [], { kind: "testing", waitingFor: ["a"] }],
  ["waits for all to end, though one failed", ["a", "b"], [entry("a", "TestFail"), entry("b", "InProgress")], { kind: "testing", waitingFor: ["b"] }],
  ["waits for a scenario called constructor", ["constructor"], [], { kind: "testing", waitingFor: ["constructor"] }],
  ["fails when a required scenario failed", ["a"], [entry("a", "TestFail")], { kind: "failed", failing: [entry("a", "TestFail")] }],
  ["fails when a required run was deleted", ["a"], [entry("a", "Deleted")], { kind: "failed", failing: [entry("a", "Deleted")] }],
  ["fails when a required scenario cannot be run", ["a"], [entry("a", "TestInvalid")], { kind: "failed", failing: [entry("a", "TestInvalid")] }],
])("a Snapshot %s", (_sentence, required, entries, verdict) => {
  expect(judgeSnapshot(required, entries)).toEqual(verdict);
});

const status = fc.constantFrom(...entryStatuses);
const required = ["a", "b", "c"];
const entries = fc
  .tuple(status, status, status)
  .map((all) => all.map((each, index) => entry(required[index] ?? "", each)));

test("a verdict stays, whatever becomes of scenarios that are not required", () => {
  fc.assert(
    fc.property(entries, status, (of, optional) => {
      expect(judgeSnapshot(required, [...of, entry("optional", optional)])).toEqual(judgeSnapshot(required, of));
    }),
  );
});

test("a Snapshot is in testing exactly while an outcome is missing, and a better outcome never makes its verdict worse", () => {
  const rank = { failed: 0, testing: 1, passed: 2 };
  fc.assert(
    fc.property(entries, fc.nat(2), (of, index) => {
      const { kind } = judgeSnapshot(required, of);
      const better = of.map((each, at) => (at === index ? entry(each.scenario, "TestPassed") : each));
      const worse = of.map((each, at) => (at === index ? entry(each.scenario, "TestFail") : each));
      expect(kind === "testing" || rank[judgeSnapshot(required, better).kind] >= rank[kind]).toBe(true);
      expect(kind === "testing" || judgeSnapshot(required, worse).kind === "failed").toBe(true);
      expect(kind === "testing").toBe(of.some((each) => !isFinal(each.status)));
    }),
  );
});
