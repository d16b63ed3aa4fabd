import { present } from "../domain/present.ts";
import { snapshotProblems } from "../domain/validate-snapshot.ts";
import type { OpenSnapshot, SnapshotRecord } from "./snapshot.ts";

/** Everything that is wrong with a Snapshot which could change the candidate list. */
export function problemsOf(
  { type, component }: SnapshotRecord,
  { spec }: OpenSnapshot,
  components: ReadonlySet<string>,
): readonly string[] {
  const listed = (spec.components ?? []).map(({ name, containerImage, source }) => ({
    name,
    containerImage,
    ...present({ gitUrl: source?.git?.url, gitRevision: source?.git?.revision }),
  }));
  return snapshotProblems({ type, listed, components, ...present({ component }) });
}
