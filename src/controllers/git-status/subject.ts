import type { ReadTarget } from "../../domain/git-target.ts";
import type { GitReport } from "../../domain/plan-git-report.ts";
import type { Seen } from "../../kube/guarded-patch.ts";
import type { Resource } from "../../kube/object.ts";

/** An object that a git provider is to be told about: a Snapshot, or a build that has none yet. */
export interface Subject {
  readonly resource: Resource;
  /** The version of it that was looked at. */
  readonly seen: Seen;
  readonly target: ReadTarget;
  readonly due: readonly GitReport[];
  /** What is noted on it once these were told. */
  noted(done: readonly GitReport[]): Readonly<Record<string, string>>;
  /** What it says of failures so far. */
  readonly failure?: string;
  /** Its Component does not want comments. */
  readonly muted: boolean;
}
