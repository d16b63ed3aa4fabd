import { expect, test } from "vitest";
import { annotations, labels, snapshotTypes } from "../api/labels.ts";
import { projectSnapshot } from "../cache/snapshot.ts";
import { formatTestStatus } from "../cache/test-status.ts";
import { rerunDue } from "../domain/rerun-due.ts";
import { verdictOf } from "./verdict.ts";

const scenarios = [{ name: "e2e", optional: false, contexts: [], problems: [] }] as unknown as Parameters<
  typeof verdictOf
>[2];

const inProgress = { status: "Unknown", reason: "InProgress", message: "" };

/** A Snapshot that a person wants to run again. */
function asked({ test: status, conditions }: { readonly test: string; readonly conditions: readonly object[] }) {
  const entries = [{ scenario: "e2e", status, lastUpdateTime: "", details: "" }];
  const record = projectSnapshot({
    metadata: {
      name: "shop-1",
      namespace: "team",
      uid: "1",
      resourceVersion: "1",
      labels: { [labels.snapshotType]: snapshotTypes.component, [labels.run]: "e2e" },
      annotations: { [annotations.testStatus]: formatTestStatus(entries as Parameters<typeof formatTestStatus>[0]) },
    },
    spec: { application: "shop", components: [] },
    status: { conditions },
  } as Parameters<typeof projectSnapshot>[0])!;
  const verdict = verdictOf(record, record.open!, scenarios);
  return { verdict: verdict.kind, due: rerunDue({ rerun: "e2e", concluded: record.concluded }, verdict) };
}

const begun = { type: "AppStudioIntegrationStatus", ...inProgress };
const undecided = { type: "Promoted", status: "Unknown", reason: "TestsRunning", message: "" };
const failed = { type: "Promoted", status: "False", reason: "TestsFailed", message: "" };
const announced = { type: "AppStudioTestSucceeded", ...inProgress };

test("what the tests led to may be committed already: a re-run waits until it is told", () => {
  expect(asked({ test: "TestPassed", conditions: [begun, undecided] })).toEqual({ verdict: "passed", due: undefined });
});

test("a re-run while tests run is taken up at once", () => {
  expect(asked({ test: "InProgress", conditions: [begun, undecided] })).toEqual({ verdict: "testing", due: "e2e" });
});

test("a re-run of what was told is due", () => {
  expect(asked({ test: "TestFail", conditions: [failed] })).toEqual({ verdict: "failed", due: "e2e" });
});

// Whoever died in between finds the outcome that the re-run is about to replace.
test("a re-run that was announced is due, and nothing is judged by the tests before it", () => {
  const conditions = [begun, announced, undecided];
  expect(asked({ test: "TestFail", conditions })).toEqual({ verdict: "testing", due: "e2e" });
});
