import type { SnapshotVerdict } from "./judge-snapshot.ts";

/** The re-run that is due, if one was asked for: a scenario's name, or `all`. When the tests are over it waits until promotion
 * has said what follows from them: that may be committed already, and stays so whatever a re-run says (docs/two-phase.md). */
export function rerunDue(
  { rerun, concluded }: { readonly rerun?: string; readonly concluded: boolean },
  verdict: SnapshotVerdict,
): string | undefined {
  return concluded || verdict.kind === "testing" ? rerun : undefined;
}
