import type { TestPlan } from "./plan-test-runs.ts";
import { moveEntry, type ScenarioEntry } from "./test-status.ts";

/** A plan without the runs that must wait, each of which says in its entry what for. What said so before stays the very same
 * entry, so that waiting writes nothing. */
export function withholdTestRuns(
  plan: TestPlan,
  before: readonly ScenarioEntry[],
  /** By scenario. */
  waits: ReadonlyMap<string, string>,
  now: string,
): TestPlan {
  if (waits.size === 0) return plan;
  const known = new Map(before.map((entry) => [entry.scenario, entry]));
  const entries = plan.entries.map((entry) => {
    const details = waits.get(entry.scenario);
    return details === undefined ? entry : waiting(entry, known.get(entry.scenario), { details, now });
  });
  return {
    ...plan,
    entries: isSame(entries, before) ? before : entries,
    start: plan.start.filter(({ scenario }) => !waits.has(scenario)),
  };
}

/** A plan that starts nothing any more, as of a Snapshot whose tests were stopped: what was due and does not exist goes back to
 * waiting, without a run. */
export function withdrawTestRuns(plan: TestPlan, before: readonly ScenarioEntry[], now: string): TestPlan {
  const due = new Set(plan.start.map(({ scenario }) => scenario));
  const entries = plan.entries.map((entry) => (due.has(entry.scenario) ? withdrawn(entry, now) : entry));
  return { ...plan, entries: isSame(entries, before) ? before : entries, start: [] };
}

function withdrawn(entry: ScenarioEntry, now: string): ScenarioEntry {
  const { testPipelineRunName: _, ...rest } = entry;
  return moveEntry(rest, { status: "Pending", details: "Not started: something newer made this test pointless" }, now);
}

function isSame(entries: readonly ScenarioEntry[], before: readonly ScenarioEntry[]): boolean {
  return entries.length === before.length && entries.every((entry, index) => entry === before[index]);
}

function waiting(
  entry: ScenarioEntry,
  known: ScenarioEntry | undefined,
  { details, now }: { readonly details: string; readonly now: string },
): ScenarioEntry {
  const moved = moveEntry(entry, { status: "Pending", details }, now);
  return known !== undefined && saysTheSame(known, moved) ? known : moved;
}

function saysTheSame(a: ScenarioEntry, b: ScenarioEntry): boolean {
  return (
    a.status === b.status &&
    a.details === b.details &&
    a.testPipelineRunName === b.testPipelineRunName &&
    a.attempt === b.attempt &&
    a.isOptionalScenario === b.isOptionalScenario
  );
}
