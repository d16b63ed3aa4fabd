import type { GitTarget } from "../domain/git-target.ts";
import type { GitReport } from "../domain/plan-git-report.ts";

/** Tells one commit, and its pull request, about scenarios. Telling the same twice changes nothing. */
export interface StatusReporter {
  report(report: FullReport, signal: AbortSignal): Promise<void>;
}

/** A report with what it says at length. */
export interface FullReport extends GitReport {
  /** Markdown. */
  readonly text: string;
  /** Where a person looks at the run. */
  readonly url?: string;
}

/** How to be let in by a provider. */
export type Access =
  | { readonly kind: "app"; readonly apiUrl: string; readonly app: AppCredentials; readonly installation: number }
  | {
      readonly kind: "token";
      readonly apiUrl: string;
      readonly token: string;
      /** Names the token without telling it: who has to wait when the provider says so. */
      readonly account: string;
    };

/** A GitHub App: its number, and the key that it signs with, in PEM. */
export interface AppCredentials {
  readonly id: string;
  readonly privateKey: string;
}

/** What a reporter is opened for. */
export interface Reporting {
  readonly target: GitTarget;
  readonly access: Access;
  /** Finds the comments about one Snapshot again; nobody else uses it. */
  readonly commentMark: string;
  /** Comments are not wanted. */
  readonly muted: boolean;
}

/** A token of a repository. */
export type TokenAccess = Extract<Access, { readonly kind: "token" }>;

/** A GitHub App, installed somewhere. */
export type AppAccess = Extract<Access, { readonly kind: "app" }>;
