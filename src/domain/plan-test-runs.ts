import { judgeScenario, type RunState } from "./judge-scenario.ts";
import { testRunName } from "./names.ts";
import { scenarioApplies, type SnapshotTraits } from "./scenario-applies.ts";
import { isFinal, moveEntry, type ScenarioEntry } from "./test-status.ts";

/** An IntegrationTestScenario as far as the plan needs it. */
export interface ScenarioFacts {
  readonly name: string;
  readonly optional: boolean;
  readonly contexts: readonly string[];
  /** Why it cannot be run at all; absent when it can. */
  readonly problem?: string;
}

/** A test PipelineRun of the Snapshot that exists. */
export interface ObservedRun {
  readonly name: string;
  readonly state: RunState;
}

export interface TestFacts {
  readonly snapshot: SnapshotTraits & {
    readonly name: string;
    /** Its evaluation is final: scenarios that came later no longer concern it, unless a person asks for a re-run. */
    readonly concluded: boolean;
    /** The value of the label `test.appstudio.openshift.io/run`: a scenario, or `all`. */
    readonly rerun?: string;
  };
  readonly scenarios: readonly ScenarioFacts[];
  readonly entries: readonly ScenarioEntry[];
  readonly runs: readonly ObservedRun[];
  /** RFC 3339. */
  readonly now: string;
}

export interface TestPlan {
  /** What the status annotation should say, in scenario order; the same array when it says so already. */
  readonly entries: readonly ScenarioEntry[];
  /** Runs that are due and do not exist. */
  readonly start: readonly { readonly scenario: string; readonly run: string }[];
  /** Runs whose outcome is in `entries`, or no longer matters: they may be deleted. */
  readonly recorded: readonly string[];
  /** The re-run that was asked for is in `entries`, or there is nothing to re-run: the request can go. */
  readonly rerunTaken: boolean;
}

/** Which test PipelineRuns of a Snapshot are due, and what the ones there are say. A scenario has exactly one run for each
 * attempt, and an outcome is only ever replaced by a later attempt's. */
export function planTestRuns(facts: TestFacts): TestPlan {
  const before = new Map(facts.entries.map((entry) => [entry.scenario, entry]));
  const runs = new Map(facts.runs.map((run) => [run.name, run.state]));
  const scenarios = concerned(facts, before);
  const planned = scenarios.map((scenario) => nextEntry(facts, scenario, before.get(scenario.name), runs));
  const entries = [...planned, ...evidence(facts, scenarios)].sort((a, b) => (a.scenario < b.scenario ? -1 : 1));
  return {
    entries: same(entries, facts.entries) ? facts.entries : entries,
    start: entries.flatMap((entry) => due(entry, runs)),
    recorded: recordedRuns(facts.runs, entries),
    rerunTaken: facts.snapshot.rerun !== undefined,
  };
}

/** The entry that a scenario begins with: its run has a name before it exists, so that whoever resumes makes the same one. */
export function firstEntry(snapshot: string, scenario: ScenarioFacts, now: string, attempt = 1): ScenarioEntry {
  const base: ScenarioEntry = {
    scenario: scenario.name,
    status: "Pending",
    lastUpdateTime: now,
    details: "Pending",
    ...(scenario.optional ? { isOptionalScenario: true } : {}),
    attempt,
  };
  if (scenario.problem !== undefined) {
    return moveEntry(
      base,
      { status: "TestInvalid", details: `IntegrationTestScenario '${scenario.name}' is invalid: ${scenario.problem}` },
      now,
    );
  }
  const run = testRunName(snapshot, scenario.name, attempt);
  return moveEntry(
    base,
    { status: "InProgress", details: `IntegrationTestScenario pipeline '${run}' has been created`, run },
    now,
  );
}

/** The scenarios that test a Snapshot, in name order. */
export function applicableScenarios(
  scenarios: readonly ScenarioFacts[],
  snapshot: SnapshotTraits,
): readonly ScenarioFacts[] {
  return scenarios
    .filter(({ contexts }) => scenarioApplies(contexts, snapshot))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function concerned(
  { snapshot, scenarios }: TestFacts,
  before: ReadonlyMap<string, ScenarioEntry>,
): readonly ScenarioFacts[] {
  const applicable = applicableScenarios(scenarios, snapshot);
  return snapshot.concluded
    ? applicable.filter(({ name }) => before.has(name) || wanted(snapshot.rerun, name))
    : applicable;
}

/** Outcomes that a concluded Snapshot was judged by stay, also when their scenario no longer applies: they are the evidence. */
function evidence(facts: TestFacts, scenarios: readonly ScenarioFacts[]): readonly ScenarioEntry[] {
  if (!facts.snapshot.concluded) return [];
  const names = new Set(scenarios.map(({ name }) => name));
  return facts.entries.filter(({ scenario, status }) => !names.has(scenario) && isFinal(status));
}

function nextEntry(
  facts: TestFacts,
  scenario: ScenarioFacts,
  before: ScenarioEntry | undefined,
  runs: ReadonlyMap<string, RunState>,
): ScenarioEntry {
  const { snapshot, now } = facts;
  const known = before === undefined ? firstSeen(facts, scenario, runs) : markOptional(before, scenario.optional);
  const entry = withVerdict(known, runs, now);
  const attempt = attemptOf(entry);
  if (isFinal(entry.status)) {
    const again = before !== undefined && wanted(snapshot.rerun, scenario.name);
    return again ? firstEntry(snapshot.name, scenario, now, attempt + 1) : entry;
  }
  const run = entry.testPipelineRunName;
  if (entry.status === "Pending" || run === undefined) return begin(facts, scenario, entry);
  return runs.has(run) || isOurs(snapshot.name, entry) ? entry : firstEntry(snapshot.name, scenario, now, attempt + 1);
}

/** What was concluded while it still waited, as upstream cancels Snapshots, is not begun after all, unless it is asked for. */
function begin({ snapshot, now }: TestFacts, scenario: ScenarioFacts, entry: ScenarioEntry): ScenarioEntry {
  const isOver =
    snapshot.concluded && entry.testPipelineRunName === undefined && !wanted(snapshot.rerun, scenario.name);
  return isOver ? entry : firstEntry(snapshot.name, scenario, now, attemptOf(entry));
}

/** A scenario without an entry begins with its first attempt, or goes on with the last one that has a run: the entry was
 * lost, the runs were not. */
function firstSeen(
  { snapshot, now }: TestFacts,
  scenario: ScenarioFacts,
  runs: ReadonlyMap<string, RunState>,
): ScenarioEntry {
  let attempt = 1;
  while (runs.has(testRunName(snapshot.name, scenario.name, attempt + 1))) attempt++;
  return firstEntry(snapshot.name, scenario, now, attempt);
}

function withVerdict(entry: ScenarioEntry, runs: ReadonlyMap<string, RunState>, now: string): ScenarioEntry {
  const run = entry.testPipelineRunName;
  const state = run === undefined || isFinal(entry.status) ? undefined : runs.get(run);
  const verdict = run === undefined || state === undefined ? undefined : judgeScenario(run, state);
  return verdict === undefined ? entry : moveEntry(entry, verdict, now);
}

/** Entries that upstream wrote carry no attempt: theirs was the first. */
function attemptOf(entry: ScenarioEntry): number {
  return entry.attempt ?? 1;
}

function due(entry: ScenarioEntry, runs: ReadonlyMap<string, RunState>): TestPlan["start"] {
  const run = entry.testPipelineRunName;
  return isFinal(entry.status) || run === undefined || runs.has(run) ? [] : [{ scenario: entry.scenario, run }];
}

/** Whether the entry's run has the name we give. One that upstream started has another: it is waited for while it is there,
 * and replaced by a next attempt of ours when it is gone. */
function isOurs(snapshot: string, entry: ScenarioEntry): boolean {
  return entry.testPipelineRunName === testRunName(snapshot, entry.scenario, attemptOf(entry));
}

/** The entries after the API server refused for good to create some of their runs. */
export function withRefusals(
  entries: readonly ScenarioEntry[],
  refusals: ReadonlyMap<string, string>,
  now: string,
): readonly ScenarioEntry[] {
  return entries.map((entry) => {
    const refusal = refusals.get(entry.scenario);
    if (refusal === undefined) return entry;
    return moveEntry(
      entry,
      { status: "TestInvalid", details: `Creation of pipelineRun failed during creation due to: ${refusal}.` },
      now,
    );
  });
}

/** A run is recorded once no entry still waits for it. One that goes on running under an outdated entry stays held until it
 * ends, so that its owner can still look at it. */
function recordedRuns(runs: readonly ObservedRun[], entries: readonly ScenarioEntry[]): readonly string[] {
  const awaited = new Set(
    entries.filter(({ status }) => !isFinal(status)).map(({ testPipelineRunName }) => testPipelineRunName),
  );
  return runs.filter(({ name, state }) => state.kind !== "running" && !awaited.has(name)).map(({ name }) => name);
}

function wanted(rerun: string | undefined, scenario: string): boolean {
  return rerun === "all" || rerun === scenario;
}

function markOptional(entry: ScenarioEntry, optional: boolean): ScenarioEntry {
  if ((entry.isOptionalScenario === true) === optional) return entry;
  const { isOptionalScenario: _, ...rest } = entry;
  return optional ? { ...rest, isOptionalScenario: true } : rest;
}

function same(a: readonly ScenarioEntry[], b: readonly ScenarioEntry[]): boolean {
  return a.length === b.length && a.every((entry, index) => entry === b[index]);
}
