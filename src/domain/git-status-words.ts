import type { EntryStatus } from "./test-status.ts";

/** What a scenario's state may be when a git provider is told of it: its outcome, or why there is no Snapshot to test. */
export type ReportStatus = EntryStatus | BuildReportStatus;

/** States of a build whose Snapshot is not there yet, or never will be. */
export type BuildReportStatus = "BuildPLRInProgress" | "SnapshotCreationFailed" | "BuildPLRFailed";

export type CheckConclusion = "success" | "failure" | "neutral" | "cancelled";
export type GitHubState = "pending" | "success" | "failure" | "error";
export type GitLabState = "pending" | "running" | "success" | "failed" | "canceled" | "skipped";
export type ForgejoState = "pending" | "success" | "error" | "failure" | "warning";

/** One state in the words of each git provider. */
export interface StatusWords {
  readonly title: string;
  /** How the sentence about it ends: "Integration test for … has passed". */
  readonly phrase: string;
  /** Absent while there is none. */
  readonly conclusion?: CheckConclusion;
  readonly gitHub: GitHubState;
  readonly gitLab: GitLabState;
  readonly forgejo: ForgejoState;
}

/** The words of upstream's table; a scenario that is optional never looks like what must be mended before a merge. */
export function wordsFor(status: ReportStatus, optional: boolean): StatusWords {
  const words = table[status];
  return optional ? { ...words, ...lenient[status] } : words;
}

const waiting = { gitHub: "pending", gitLab: "pending", forgejo: "pending" } as const;
const passed = { gitHub: "success", gitLab: "success" } as const;
const errored = {
  title: "Errored",
  conclusion: "failure",
  gitHub: "error",
  gitLab: "failed",
  forgejo: "error",
} as const;
const withoutSnapshot = {
  title: "Failed",
  conclusion: "cancelled",
  gitHub: "failure",
  gitLab: "canceled",
  forgejo: "error",
} as const;

const table: Readonly<Record<ReportStatus, StatusWords>> = {
  Pending: { ...waiting, title: "Pending", phrase: "is pending" },
  InProgress: { ...waiting, title: "In Progress", phrase: "is in progress", gitLab: "running" },
  TestPassed: { ...passed, title: "Succeeded", phrase: "has passed", conclusion: "success", forgejo: "success" },
  TestWarning: {
    ...passed,
    title: "Warning",
    phrase: "has passed with warnings",
    conclusion: "neutral",
    forgejo: "warning",
  },
  TestFail: {
    title: "Failed",
    phrase: "has failed",
    conclusion: "failure",
    gitHub: "failure",
    gitLab: "failed",
    forgejo: "error",
  },
  TestInvalid: { ...errored, phrase: "is invalid" },
  EnvironmentProvisionError: { ...errored, phrase: "experienced an error when provisioning environment" },
  DeploymentError: { ...errored, phrase: "experienced an error when deploying snapshotEnvironmentBinding" },
  Deleted: {
    title: "Deleted",
    phrase: "was deleted before the pipelineRun could finish",
    conclusion: "failure",
    gitHub: "error",
    gitLab: "canceled",
    forgejo: "error",
  },
  BuildPLRInProgress: {
    ...waiting,
    title: "Pending",
    phrase: "is pending because build pipelinerun is still running and snapshot has not been created",
  },
  SnapshotCreationFailed: {
    ...withoutSnapshot,
    phrase: "has not run and is considered as failed because the snapshot was not created",
  },
  BuildPLRFailed: {
    ...withoutSnapshot,
    phrase: "has not run and is considered as failed because the build pipelinerun failed and snapshot was not created",
  },
};

const skipped = { conclusion: "neutral", gitLab: "skipped" } as const;
const lenient: Readonly<Partial<Record<ReportStatus, Partial<StatusWords>>>> = {
  TestFail: { ...skipped, forgejo: "warning" },
  TestInvalid: { ...skipped, forgejo: "success" },
  EnvironmentProvisionError: { ...skipped, forgejo: "success" },
  DeploymentError: { ...skipped, forgejo: "success" },
  Deleted: { conclusion: "neutral" },
};
