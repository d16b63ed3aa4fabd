import { conditionTypes } from "../api/conditions.ts";
import { traitsOf, type OpenSnapshot, type SnapshotRecord } from "../cache/snapshot.ts";
import { judgeSnapshot, type SnapshotVerdict } from "../domain/judge-snapshot.ts";
import { applicableScenarios, type ScenarioFacts } from "../domain/plan-test-runs.ts";
import { findCondition } from "../kube/conditions.ts";

/** What the required tests of a Snapshot say, of the scenarios of its owner. A re-run changes that from when it is announced. */
export function verdictOf(
  record: SnapshotRecord,
  open: OpenSnapshot,
  scenarios: readonly ScenarioFacts[],
): SnapshotVerdict {
  if (open.rerun !== undefined && isAnnounced(open)) return { kind: "testing", waitingFor: [open.rerun] };
  const required = applicableScenarios(scenarios, traitsOf(record, open)).filter(({ optional }) => !optional);
  // Scenarios that came after the conclusion do not concern it.
  const tested = new Set(open.entries.map(({ scenario }) => scenario));
  const names = required.map(({ name }) => name).filter((name) => !record.concluded || tested.has(name));
  return judgeSnapshot(names, open.entries);
}

/** Nothing else says of the tests, before they are over, that they have begun. */
function isAnnounced({ conditions }: OpenSnapshot): boolean {
  return findCondition(conditions, conditionTypes.testSucceeded)?.status === "Unknown";
}
