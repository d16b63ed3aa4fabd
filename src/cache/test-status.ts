import { testStatusEntrySchema } from "../api/test-status.ts";
import { entryStatuses, type EntryStatus, type ScenarioEntry } from "../domain/test-status.ts";

/** Reads the status annotation. An entry that cannot be read is left out: its scenario is then found untested, and its run,
 * whose name is known, tells the rest. */
export function parseTestStatus(annotation: string | undefined): readonly ScenarioEntry[] {
  if (annotation === undefined) return [];
  const seen = new Set<string>();
  return parseList(annotation).flatMap((item) => {
    const entry = parseEntry(item);
    if (entry === undefined || seen.has(entry.scenario)) return [];
    seen.add(entry.scenario);
    return [entry];
  });
}

/** Writes it. */
export function formatTestStatus(entries: readonly ScenarioEntry[]): string {
  return JSON.stringify(entries);
}

function parseList(annotation: string): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(annotation);
    return Array.isArray(list) ? list : [];
  } catch {
    // Not JSON, so it was not written by us: read as if it were not there, and written anew.
    return [];
  }
}

function parseEntry(item: unknown): ScenarioEntry | undefined {
  const parsed = testStatusEntrySchema.safeParse(item);
  if (!parsed.success) return undefined;
  const status = statuses.get(parsed.data.status);
  return status && { ...parsed.data, details: parsed.data.details ?? "", status };
}

/** Upstream of August 2026 writes `BuildPLRInProgress` where it means a warning. */
const statuses: ReadonlyMap<string, EntryStatus> = new Map<string, EntryStatus>([
  ...entryStatuses.map((status): [string, EntryStatus] => [status, status]),
  ["BuildPLRInProgress", "TestWarning"],
]);
