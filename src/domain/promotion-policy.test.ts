import { expect, test } from "vitest";
import { build, candidateList, componentSnapshot, compositeSnapshot, content, names, overrideSnapshot, snapshot } from "../testing/domain-builders.ts";
import { objectionTo, objectionWithoutList, supersededByComposite, type SnapshotFacts } from "./promotion-policy.ts";
import type { ScenarioEntry } from "./test-status.ts";

const list = candidateList("a2 b2", { revision: 5 });
const components = names("a b");
const entry = (over: Partial<ScenarioEntry> = {}): ScenarioEntry => ({ scenario: "e2e", status: "TestFail", lastUpdateTime: "", details: "no luck", ...over });
const failed = { verdict: { kind: "failed", failing: [entry({ testPipelineRunName: "run-1" }), entry({ scenario: "lint" })] } } as const;
const nothingBuilt = (): SnapshotFacts => {
  const { built: _, ...rest } = componentSnapshot("a3", "a3 b2");
  return rest;
};

test.each<[string, SnapshotFacts, string | undefined]>([
  ["a newer build of a Component", componentSnapshot("a3", "a3 b2"), undefined],
  ["the first build of a Component", componentSnapshot("a1", "a1"), undefined],
  ["a composite newer than what was promoted", compositeSnapshot(6, "a3 b2"), undefined],
  ["an override, however old its images", overrideSnapshot("a1"), undefined],
  ["an override of a Component that is gone", overrideSnapshot("a1 gone1"), undefined],
  ["a component Snapshot whose content holds a Component that is gone", componentSnapshot("a3", "a3 gone1"), undefined],
  ["failed tests", componentSnapshot("a3", "a3 b2", failed), "TestsFailed"],
  ["a pull request", componentSnapshot("a3", "a3 b2", { isPush: false }), "PullRequest"],
  ["a pull request that failed", componentSnapshot("a3", "a3 b2", { isPush: false, ...failed }), "TestsFailed"],
  ["a Snapshot without a type", snapshot("mine", "", "a3"), "Untyped"],
  ["a group Snapshot", snapshot("group", "group", "a3"), "NotForPromotion"],
  ["a type that objects know", snapshot("odd", "constructor", "a3"), "NotForPromotion"],
  ["a component Snapshot that names no Component", nothingBuilt(), "NotForPromotion"],
  ["a composite that was not made from the list", snapshot("composite", "composite", "a3"), "NotForPromotion"],
  ["a build of a Component that is gone", componentSnapshot("gone1", "gone1 a2 b2"), "ComponentRemoved"],
  ["a build of a Component called constructor that is gone", componentSnapshot("constructor1", "constructor1"), "ComponentRemoved"],
  ["a composite with a Component that is gone", compositeSnapshot(6, "a3 gone1"), "ComponentRemoved"],
  ["an older build than the candidate's", componentSnapshot("a1", "a1 b2"), undefined],
  ["the build that is candidate already", componentSnapshot("a2", "a2 b2"), "NewerBuildIsCandidate"],
  ["a composite as old as what was promoted", compositeSnapshot(5, "a2 b1"), "NewerPromoted"],
  ["a composite older than what was promoted", compositeSnapshot(4, "a2 b1"), "NewerPromoted"],
])("%s: what is objected", (_what, given, reason) => {
  const older = candidateList("b2", { revision: 5 });
  const world = { list: given.name === "snapshot-a1" && given.content.size === 1 ? older : list, components };
  expect(objectionTo(given, world)?.reason).toBe(reason);
});
