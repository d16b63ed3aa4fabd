import { expect, test } from "vitest";
import {
  build,
  candidateList,
  componentSnapshot,
  compositeSnapshot,
  names,
  overrideSnapshot,
  snapshot,
} from "../testing/domain-builders.ts";
import { objectionTo, objectionWithoutList, supersededAfter, type SnapshotFacts } from "./promotion-policy.ts";
import type { ScenarioEntry } from "./test-status.ts";

const list = candidateList("a2 b2", { revision: 5 });
const components = names("a b new constructor");
const entry = (over: Partial<ScenarioEntry> = {}): ScenarioEntry => ({
  scenario: "e2e",
  status: "TestFail",
  lastUpdateTime: "",
  details: "no luck",
  ...over,
});
const failed = {
  verdict: { kind: "failed", failing: [entry({ testPipelineRunName: "run-1" }), entry({ scenario: "lint" })] },
} as const;
const nothingBuilt = (): SnapshotFacts => {
  const { built: _, ...rest } = componentSnapshot("a3", "a3 b2");
  return rest;
};

const ownerKind = "Application";

// prettier-ignore
test.each<[string, SnapshotFacts, string | undefined]>([
  ["a newer build of a Component", componentSnapshot("a3", "a3 b2"), undefined],
  ["the first build of a Component", componentSnapshot("new1", "a2 b2 new1"), undefined],
  ["the first build of a Component called constructor", componentSnapshot("constructor1", "constructor1"), undefined],
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
  ["a build of a Component called tostring that is not there", componentSnapshot("tostring1", "tostring1"), "ComponentRemoved"],
  ["a composite with a Component that is gone", compositeSnapshot(6, "a3 gone1"), "ComponentRemoved"],
  ["an older build than the candidate's", componentSnapshot("a1", "a1 b2"), "NewerBuildIsCandidate"],
  ["the build that is candidate already", componentSnapshot("a2", "a2 b2"), "NewerBuildIsCandidate"],
  ["a composite as old as what was promoted", compositeSnapshot(5, "a2 b1"), "NewerPromoted"],
  ["a composite older than what was promoted", compositeSnapshot(4, "a2 b1"), "NewerPromoted"],
])("whether something is objected to %s", (_what, given, reason) => {
  expect(objectionTo(given, { list, components, ownerKind })?.reason).toBe(reason);
});

const many = (from: number): string =>
  Array.from({ length: 12 }, (_, index) => `c${"x".repeat(index)}${String(from)}`).join(" ");

// prettier-ignore
test.each<[string, SnapshotFacts, string]>([
  ["which scenarios failed in which run", componentSnapshot("a3", "a3", failed), "Required scenarios did not pass: e2e (run-1): no luck; lint: no luck"],
  [
    "which images of a failed composite nothing promoted has combined before",
    compositeSnapshot(6, "a3 b2", failed),
    "Required scenarios did not pass: e2e (run-1): no luck; lint: no luck. Never promoted together before: a",
  ],
  [
    "of no suspects, when a failed composite only lacks what was removed",
    compositeSnapshot(6, "a2", failed),
    "Required scenarios did not pass: e2e (run-1): no luck; lint: no luck",
  ],
  ["which build is newer", componentSnapshot("a1", "a1"), "A newer build (build-2) of Component a became candidate before"],
  ["what is wrong with it", overrideSnapshot("", { problems: ["no components", "no wonder"] }), "The Snapshot is invalid: no components; no wonder"],
  [
    "what was promoted since a composite was made",
    compositeSnapshot(4, "a2"),
    "Made from revision 4 of the global candidate list; Snapshot snapshot-before was promoted at revision 5 meanwhile",
  ],
  ["which Components are gone", compositeSnapshot(6, "a2 y1 z1"), "No longer part of the Application: Component y, z"],
])("the message tells %s", (_what, given, message) => {
  expect(objectionTo(given, { list, components: names("a b"), ownerKind })?.message).toBe(message);
});

test("a message names ten Components at most", () => {
  expect(objectionTo(compositeSnapshot(6, many(1)), { list, components, ownerKind })?.message).toMatch(
    /^[^,]*(, c[x]*){9} and 2 more$/,
  );
});

test.each<[string, SnapshotFacts, string | undefined]>([
  ["failed tests need no list", componentSnapshot("a1", "a1", failed), "TestsFailed"],
  ["a pull request needs no list", componentSnapshot("a1", "a1", { isPush: false }), "PullRequest"],
  ["a Snapshot without a type needs no list", snapshot("mine", "", "a1"), "Untyped"],
  ["an unknown type needs no list", snapshot("group", "group", "a1"), "NotForPromotion"],
  ["a push build's Snapshot needs the list", componentSnapshot("a1", "a1"), undefined],
  ["a composite needs the list", compositeSnapshot(1, "a1"), undefined],
  ["an override needs the list", overrideSnapshot("a1"), undefined],
  [
    "an override that passed before it was invalid needs the list",
    overrideSnapshot("a1", { problems: ["gone"] }),
    undefined,
  ],
  [
    "an invalid override that did not pass needs no list",
    overrideSnapshot("a1", { ...failed, problems: ["gone"] }),
    "OverrideInvalid",
  ],
])("%s to be decided", (_sentence, given, reason) => {
  expect(objectionWithoutList(given)?.reason).toBe(reason);
});

test.each([
  ["is not superseded when it was tested with exactly the candidates", "b2 a2", undefined],
  ["is superseded when it was tested with an older image", "a2 b1", "b"],
  ["is superseded when it was tested with a Component that has no candidate", "a2 b2 c1", "c"],
  ["is superseded when it was tested without a Component", "a2", "b"],
  ["is superseded, and told every Component that differs", "a1 c1", "a, b, c"],
])("a Snapshot %s", (_sentence, tested, differing) => {
  const objection = supersededAfter(overrideSnapshot(tested), list);
  expect(objection?.message.split("Not tested with: ")[1]).toBe(differing);
});

test("a build whose Component's candidate has no build is newer than it", () => {
  const started = { ...list, candidates: new Map([["a", { image: "a2", since: 0, revision: 0 }]]) };
  const oldest = componentSnapshot("a1", "a1", { built: { component: "a", order: build(-1) } });
  expect(objectionTo(oldest, { list: started, components, ownerKind })).toBeUndefined();
});
