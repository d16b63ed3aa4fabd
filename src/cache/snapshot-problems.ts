import { present } from "../domain/present.ts";
import { snapshotProblems } from "../domain/validate-snapshot.ts";
import { listedKey } from "./snapshot-content.ts";
import type { OpenSnapshot, SnapshotRecord } from "./snapshot.ts";

/** Everything that is wrong with a Snapshot which could change the candidate list. */
export function problemsOf(
  { type, component, owner }: SnapshotRecord,
  { spec }: OpenSnapshot,
  components: ReadonlySet<string>,
): readonly string[] {
  const listed = (spec.components ?? []).map(({ name, version, containerImage, source }) => ({
    name: listedKey(spec, { name, ...present({ version }) }),
    containerImage,
    ...present({ gitUrl: source?.git?.url, gitRevision: source?.git?.revision }),
  }));
  return snapshotProblems({ type, ownerKind: owner.kind, listed, components, ...present({ component }) });
}
