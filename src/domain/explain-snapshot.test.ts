import { expect, test } from "vitest";
import { candidateList, content } from "../testing/domain-builders.ts";
import { explainSnapshot, type ExplainFacts } from "./explain-snapshot.ts";

const facts = (over: Partial<ExplainFacts> = {}): ExplainFacts => ({
  snapshot: { name: "snap", type: "component", component: "a", owner: "Application shop", content: content("a2 b1") },
  entries: [],
  list: candidateList("a2 b2", { revision: 5, promoted: "a2 b1" }),
  ...over,
});

test("says everything about a Snapshot that was superseded", () => {
  const entries = [
    { scenario: "e2e", status: "TestPassed", lastUpdateTime: "", details: "Integration test passed" },
    { scenario: "lint", status: "TestFail", lastUpdateTime: "", details: "It failed", isOptionalScenario: true },
  ] as const;
  const said = { status: "False", reason: "SupersededByComposite", message: "Carried on by Snapshot shop-composite-5" };
  expect(explainSnapshot(facts({ entries, said })).join("\n")).toBe(
    [
      "Snapshot snap (component of Component a) of Application shop",
      "Not promoted: SupersededByComposite. Carried on by Snapshot shop-composite-5",
      "",
      "Tests:",
      "  e2e: TestPassed. Integration test passed",
      "  lint (optional): TestFail. It failed",
      "",
      "Its images:",
      "  a: the candidate, and promoted",
      "  b: not the candidate; that is b2, by Snapshot snapshot-b2, and promoted",
      "The candidate list is at revision 5; promoted last, at revision 4: Snapshot snapshot-before",
    ].join("\n"),
  );
});

test.each<[string, Partial<ExplainFacts>, string]>([
  [
    "that is promoted",
    { said: { status: "True", reason: "Promoted", message: "Promoted at revision 2" } },
    "Promoted: Promoted. Promoted at revision 2",
  ],
  [
    "that waits, and what for",
    { outlook: { kind: "testing", waitingFor: ["e2e", "lint"] } },
    "As things are: it waits for the required scenarios e2e, lint.",
  ],
  [
    "that would be promoted",
    { outlook: { kind: "promoted", snapshot: "snap", revision: 6 } },
    "As things are: it is promoted at revision 6 of the candidate list.",
  ],
  [
    "that would not be",
    {
      outlook: {
        kind: "notPromoted",
        snapshot: "snap",
        objection: { reason: "NewerBuildIsCandidate", message: "A newer build became candidate before" },
      },
    },
    "As things are: it is not promoted, NewerBuildIsCandidate. A newer build became candidate before.",
  ],
  [
    "that comes after another",
    { outlook: { kind: "waits" } },
    "As things are: it is decided as soon as the promotion before it is finished.",
  ],
  ["without tests", {}, "Tests: none."],
  [
    "whose Application's list is broken",
    { list: "key _ledger is not JSON" },
    "The candidate list cannot be read: key _ledger is not JSON",
  ],
])("explains a Snapshot %s", (_what, over, line) => {
  expect(explainSnapshot(facts(over))).toContain(line);
});
