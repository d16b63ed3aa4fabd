import type { CandidateList } from "./candidate-list.ts";

/** What a Snapshot tells of the history of an Application's candidate list. */
export interface SnapshotTrace {
  readonly name: string;
  readonly isComposite: boolean;
  /** The build PipelineRun that it was made for. */
  readonly build?: string;
  /** The revision at which its images became candidate or were promoted, or that it was made from: the greater one. */
  readonly revision: number;
}

/** The Snapshots that a candidate list names, and those that it would be made from if it were lost (docs/two-phase.md): the
 * rest is history. There are a few for each candidate at most. */
export function neededSnapshots(list: CandidateList, snapshots: readonly SnapshotTrace[]): ReadonlySet<string> {
  const candidates = [...list.candidates.values()];
  const needed = new Set<string>(
    [list.ledger, ...list.committed, ...candidates].flatMap(({ snapshot }) => snapshot ?? []),
  );
  // An override's image keeps the mark of the build that it put aside.
  const marks = new Set(candidates.flatMap(({ build }) => build?.name ?? []));
  // A list that was made anew already does not name all that it was made from.
  const revisions = new Set(
    candidates.filter(({ snapshot }) => snapshot === undefined).map(({ revision }) => revision),
  );
  for (const { name, build, revision } of snapshots)
    if ((build !== undefined && marks.has(build)) || (revision > 0 && revisions.has(revision))) needed.add(name);
  // These say how far the count has come, and what was no part of the list any more.
  for (const last of [lastOf(snapshots), lastOf(snapshots.filter(({ isComposite }) => isComposite))])
    if (last !== undefined) needed.add(last.name);
  return needed;
}

/** Of several the first by name, so that whoever looks, in whatever order, keeps the same one. */
function lastOf(snapshots: readonly SnapshotTrace[]): SnapshotTrace | undefined {
  const isLater = (each: SnapshotTrace, last: SnapshotTrace): boolean =>
    each.revision > last.revision || (each.revision === last.revision && each.name < last.name);
  return snapshots
    .filter(({ revision }) => revision > 0)
    .reduce<SnapshotTrace | undefined>(
      (last, each) => (last === undefined || isLater(each, last) ? each : last),
      undefined,
    );
}
