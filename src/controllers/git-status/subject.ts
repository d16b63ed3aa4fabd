import type { ReadTarget } from "../../domain/git-target.ts";
import type { GitReport } from "../../domain/plan-git-report.ts";
import type { Seen } from "../../kube/guarded-patch.ts";
import type { Resource } from "../../kube/object.ts";

/** An object whose tests a git provider is to be told about: a Snapshot, or a build that has none yet. */
export interface Subject {
  readonly resource: Resource;
  /** The version of it that was looked at. */
  readonly seen: Seen;
  /** Who has something to be told: one commit, or each that a group of pull requests is made of. */
  readonly addressees: readonly Addressee[];
  /** What is noted on it once these were told. */
  noted(done: readonly GitReport[]): Readonly<Record<string, string>>;
  /** What it says of failures so far. */
  readonly failure?: string;
}

/** A commit and its pull request, and what is due to be told there. */
export interface Addressee {
  readonly target: ReadTarget;
  readonly due: readonly GitReport[];
  /** Its Component does not want comments. */
  readonly muted: boolean;
}
