/** What is known of one scenario on one Snapshot: an entry of the annotation `test.appstudio.openshift.io/status`. */
export interface ScenarioEntry {
  readonly scenario: string;
  readonly status: EntryStatus;
  /** Times are RFC 3339 in UTC. */
  readonly lastUpdateTime: string;
  readonly details: string;
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly testPipelineRunName?: string;
  readonly isOptionalScenario?: boolean;
  /** The scenarios of the same Snapshot that it runs after; absent when there are none. */
  readonly runAfter?: readonly string[];
  /** Counts from 1; a re-run is the next attempt. Absent in entries that upstream wrote. */
  readonly attempt?: number;
}

export const entryStatuses = [
  "Pending",
  "InProgress",
  "Deleted",
  "EnvironmentProvisionError",
  "DeploymentError",
  "TestFail",
  "TestPassed",
  "TestInvalid",
  "TestWarning",
] as const;

export type EntryStatus = (typeof entryStatuses)[number];

/** Whether a scenario has its outcome. Only a re-run changes one that has. */
export function isFinal(status: EntryStatus): boolean {
  return status !== "Pending" && status !== "InProgress";
}

/** Whether a test that has no outcome is under way: it has a run, or waits for another that is. One that was put aside before it
 * began is not. */
export function hasBegun(entry: ScenarioEntry, entries: readonly ScenarioEntry[]): boolean {
  const byScenario = new Map(entries.map((each) => [each.scenario, each]));
  // Grows while it is gone through: each is looked at once, whatever circles an annotation that a person edited may hold.
  const waitedFor = new Set([entry]);
  for (const each of waitedFor) {
    if (isFinal(each.status)) continue;
    if (each.testPipelineRunName !== undefined) return true;
    for (const parent of (each.runAfter ?? []).map((name) => byScenario.get(name)))
      if (parent !== undefined) waitedFor.add(parent);
  }
  return false;
}

/** Whether an outcome lets a Snapshot pass: a warning does. */
export function isPassing(status: EntryStatus): boolean {
  return status === "TestPassed" || status === "TestWarning";
}

/** The entry moved to a status; the very same entry when status and details already are so, so that nothing is written. */
export function moveEntry(
  entry: ScenarioEntry,
  to: { readonly status: EntryStatus; readonly details: string; readonly run?: string },
  now: string,
): ScenarioEntry {
  const run = to.run ?? entry.testPipelineRunName;
  if (entry.status === to.status && entry.details === to.details && entry.testPipelineRunName === run) return entry;
  return {
    scenario: entry.scenario,
    status: to.status,
    lastUpdateTime: now,
    details: to.details,
    ...timesAfter(entry, to.status, now),
    ...(run === undefined ? {} : { testPipelineRunName: run }),
    ...(entry.isOptionalScenario === true ? { isOptionalScenario: true } : {}),
    ...(entry.runAfter === undefined ? {} : { runAfter: entry.runAfter }),
    ...(entry.attempt === undefined ? {} : { attempt: entry.attempt }),
  };
}

function timesAfter(
  entry: ScenarioEntry,
  status: EntryStatus,
  now: string,
): Pick<ScenarioEntry, "startTime" | "completionTime"> {
  if (status === "Pending") return {};
  if (status === "InProgress") return { startTime: entry.status === "InProgress" ? (entry.startTime ?? now) : now };
  return { ...(entry.startTime === undefined ? {} : { startTime: entry.startTime }), completionTime: now };
}
