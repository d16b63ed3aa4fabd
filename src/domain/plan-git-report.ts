import { wordsFor, type BuildReportStatus, type ReportStatus } from "./git-status-words.ts";
import { isFinal, type ScenarioEntry } from "./test-status.ts";

/** What a git provider is told about one scenario. */
export interface GitReport {
  /** Names it among what was reported; with `updatedAt` it says what does not have to be reported again. */
  readonly key: string;
  /** RFC 3339, of the state that is reported. */
  readonly updatedAt: string;
  readonly scenario: string;
  readonly status: ReportStatus;
  readonly optional: boolean;
  /** Nothing follows unless a person asks for a re-run. */
  readonly final: boolean;
  /** Name of the check or commit status. */
  readonly name: string;
  /** Finds a check run of ours again. */
  readonly externalId: string;
  /** One sentence. */
  readonly summary: string;
  readonly details: string;
  readonly run?: string;
  readonly startedAt?: string;
  readonly completedAt?: string;
}

/** A Snapshot, and the one whose commit is told about it: itself, or one of those that make up a group. */
export interface ReportFacts {
  readonly snapshot: string;
  readonly destination: string;
  /** The Component that was built, or the pull-request group. */
  readonly subject?: string;
  readonly consoleName: string;
  readonly entries: readonly ScenarioEntry[];
  readonly reported: Reported;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** When the state was reached that was reported last, in RFC 3339, by the key of the report. */
export type Reported = ReadonlyMap<string, string>;

/** How long a state is tried to be reported; upstream gives up on a Snapshot after as long. */
export const reportAgeMaxMs = 3 * 60 * 60_000;

/** What is due: every scenario whose state is newer than what was reported of it, and not too old to matter. */
export function planGitReport(facts: ReportFacts, timeOf: (text: string) => number): readonly GitReport[] {
  return facts.entries
    .filter((entry) => isUnreported(entry, facts, timeOf))
    .filter(({ lastUpdateTime }) => facts.now - timeOf(lastUpdateTime) < reportAgeMaxMs)
    .map((entry) => reportOf(entry, facts));
}

/** Whether a scenario has come to a state that was not reported. Upstream of 2024 wrote the scenario's name alone as the key. */
export function isUnreported(
  { scenario, lastUpdateTime }: ScenarioEntry,
  { destination, reported }: Pick<ReportFacts, "destination" | "reported">,
  timeOf: (text: string) => number,
): boolean {
  const known = reported.get(reportKey(scenario, destination)) ?? reported.get(scenario);
  // A note that is no time tells nothing.
  return known === undefined || !(timeOf(lastUpdateTime) <= timeOf(known));
}

/** The name of a report among those of its Snapshot. */
export function reportKey(scenario: string, destination: string): string {
  return `${scenario}-${destination}`;
}

/** A pull request's build, before there is a Snapshot to report about. */
export interface BuildReportFacts {
  readonly state: "running" | "succeeded" | "failed";
  readonly deleting: boolean;
  /** Its Snapshot was refused, for this reason. */
  readonly refused?: string;
  /** It has its Snapshot. */
  readonly done: boolean;
  /** What was reported of it last. */
  readonly reported?: string;
}

/** What is to be told of a build: that its tests wait for it, or that there will be none. Nothing, if that was told. */
export function buildReportStatus(build: BuildReportFacts): BuildReportStatus | undefined {
  const status = standing(build);
  return status === build.reported ? undefined : status;
}

function standing({ state, deleting, refused, done }: BuildReportFacts): BuildReportStatus | undefined {
  if (done) return undefined;
  if (state === "failed" || (state === "running" && deleting)) return "BuildPLRFailed";
  if (state === "running") return "BuildPLRInProgress";
  return refused === undefined ? undefined : "SnapshotCreationFailed";
}

/** What is told of each scenario that would test a build. The Snapshot's reports go on where these end, under the same name. */
export function buildReports(
  status: BuildReportStatus,
  build: {
    readonly name: string;
    readonly component: string;
    readonly consoleName: string;
    readonly details: string;
    readonly now: string;
  },
  scenarios: readonly { readonly name: string; readonly optional: boolean }[],
): readonly GitReport[] {
  return scenarios.map(({ name: scenario, optional }) => ({
    ...identityOf(scenario, build.consoleName, build.component),
    key: reportKey(scenario, build.name),
    updatedAt: build.now,
    scenario,
    status,
    optional,
    // There is nothing to say in a comment yet.
    final: false,
    summary: `Integration test for scenario ${scenario} ${wordsFor(status, optional).phrase}`,
    details: build.details,
    ...(wordsFor(status, optional).conclusion === undefined ? {} : { completedAt: build.now }),
  }));
}

function reportOf(entry: ScenarioEntry, { snapshot, destination, subject, consoleName }: ReportFacts): GitReport {
  const { scenario, status, isOptionalScenario: optional = false, testPipelineRunName: run } = entry;
  return {
    ...identityOf(scenario, consoleName, subject),
    key: reportKey(scenario, destination),
    updatedAt: entry.lastUpdateTime,
    scenario,
    status,
    optional,
    final: isFinal(status),
    summary: `Integration test for snapshot ${snapshot} and scenario ${scenario} ${wordsFor(status, optional).phrase}`,
    details: entry.details,
    ...(run === undefined ? {} : { run }),
    ...(entry.startTime === undefined ? {} : { startedAt: entry.startTime }),
    ...(entry.completionTime === undefined ? {} : { completedAt: entry.completionTime }),
  };
}

function identityOf(scenario: string, consoleName: string, subject?: string): Pick<GitReport, "name" | "externalId"> {
  const parts = subject === undefined ? [scenario] : [scenario, subject];
  return { name: [consoleName, ...parts].join(" / "), externalId: parts.join("-") };
}
