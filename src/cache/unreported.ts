import { annotations } from "../api/labels.ts";
import type { Snapshot } from "../api/snapshot.ts";
import { hasGitProvider } from "../domain/git-target.ts";
import { isUnreported } from "../domain/plan-git-report.ts";
import type { ScenarioEntry } from "../domain/test-status.ts";
import type { KubeObject } from "../kube/object.ts";
import { parseReported, targetFactsOf } from "./git-reports.ts";
import { eventOf } from "./snapshot-event.ts";

/** When the latest state of these tests was reached that a Snapshot's git providers were not told of, in milliseconds since the
 * epoch; undefined when they were told everything. */
export function newestUnreportedAt(raw: KubeObject, entries: readonly ScenarioEntry[]): number | undefined {
  const said = raw.metadata.annotations ?? {};
  const members = groupMembersOf(raw);
  if (members === undefined && !hasGitProvider(targetFactsOf(raw))) return undefined;
  const reported = parseReported(said[annotations.gitReporterStatus]);
  const destinations = members ?? [raw.metadata.name];
  const times = entries
    .filter((entry) => destinations.some((destination) => isUnreported(entry, { destination, reported }, Date.parse)))
    .map(({ lastUpdateTime }) => Date.parse(lastUpdateTime));
  return times.length === 0 ? undefined : Math.max(...times);
}

/** The Snapshots that a group Snapshot puts together: their commits are told of its tests. Undefined for any other. */
export function groupMembersOf(raw: KubeObject): readonly string[] | undefined {
  const members = eventOf(raw as Snapshot).ofGroup?.members;
  return members && [...new Set(members.map(({ snapshot }) => snapshot))];
}
