import { judgeScenario, type RunState } from "./judge-scenario.ts";
import { judgeSnapshot } from "./judge-snapshot.ts";
import { testRunName } from "./names.ts";
import { present } from "./present.ts";
import { scenarioApplies, type SnapshotTraits } from "./scenario-applies.ts";
import { inTestOrder, turnOf, usableGraph, type TestGraph, type Turn } from "./test-order.ts";
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
    /** Its tests were stopped: what has not begun by now does not, unless a person asks for a re-run. */
    readonly stopped?: boolean;
    /** The value of the label `test.appstudio.openshift.io/run`: a scenario, or `all`. */
    readonly rerun?: string;
  };
  readonly scenarios: readonly ScenarioFacts[];
  /** Which scenarios run after which. */
  readonly graph: TestGraph;
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
  /** The re-run that was asked for runs something, and as scenarios are now the Snapshot passes without waiting for it: what it
   * failed was required then, and is not any more. */
  readonly rerunPasses: boolean;
  /** The re-run that was asked for is in `entries`, or there is nothing to re-run: the request can go. */
  readonly rerunTaken: boolean;
  /** Why the re-run that was asked for runs nothing, for whoever asked; absent when it runs something. */
  readonly rerunProblem?: string;
}

/** Which test PipelineRuns of a Snapshot are due, and what the ones there are say. A scenario has exactly one run for each
 * attempt, and an outcome is only ever replaced by a later attempt's. One that runs after others waits for its turn. */
export function planTestRuns(facts: TestFacts): TestPlan {
  const before = new Map(facts.entries.map((entry) => [entry.scenario, entry]));
  const runs = new Map(facts.runs.map((run) => [run.name, run.state]));
  const scenarios = concerned(facts, before);
  const graph = usableGraph(facts.graph, new Set(scenarios.map(({ name }) => name)));
  const planned = new Map<string, ScenarioEntry>();
  for (const scenario of inTestOrder(scenarios, graph)) {
    const parents = graph.get(scenario.name) ?? [];
    const turn = turnOf(parents, (name) => planned.get(name)?.status ?? "Pending");
    const place = { scenario, turn, runAfter: parents.map(({ name }) => name) };
    planned.set(scenario.name, nextEntry({ ...facts, observed: runs }, place, before.get(scenario.name)));
  }
  const all = [...planned.values(), ...evidence(facts, scenarios)].sort((a, b) => (a.scenario < b.scenario ? -1 : 1));
  const entries = same(all, facts.entries) ? facts.entries : all;
  return {
    entries,
    start: entries.flatMap((entry) => due(entry, runs)),
    recorded: recordedRuns(facts.runs, entries),
    rerunPasses: isRerun(facts) && passes(scenarios, entries),
    rerunTaken: facts.snapshot.rerun !== undefined,
    ...present({ rerunProblem: rerunProblem(facts) }),
  };
}

function passes(scenarios: readonly ScenarioFacts[], entries: readonly ScenarioEntry[]): boolean {
  const required = scenarios.filter(({ optional }) => !optional).map(({ name }) => name);
  return judgeSnapshot(required, entries).kind === "passed";
}

function rerunProblem(facts: TestFacts): string | undefined {
  const { rerun } = facts.snapshot;
  if (rerun === undefined || isRerun(facts)) return undefined;
  const names = applicableScenarios(facts.scenarios, facts.snapshot).map(({ name }) => name);
  return names.length === 0
    ? "Nothing is run again: no scenario tests this Snapshot"
    : `Nothing is run again: no scenario ${rerun} tests this Snapshot. There are: ${names.join(", ")}; all means all of them`;
}

/** The entries that a new Snapshot is born with: its runs have names before they exist, so that whoever resumes makes the same. */
export function firstEntries(
  snapshot: SnapshotTraits & { readonly name: string },
  { scenarios, graph, now }: Pick<TestFacts, "scenarios" | "graph" | "now">,
): readonly ScenarioEntry[] {
  return planTestRuns({ snapshot: { ...snapshot, concluded: false }, scenarios, graph, entries: [], runs: [], now })
    .entries;
}

/** A scenario among those of its Snapshot. */
interface Place {
  readonly scenario: ScenarioFacts;
  readonly turn: Turn;
  readonly runAfter: readonly string[];
}

/** The entry that an attempt at a scenario begins with. */
function firstEntry(
  snapshot: string,
  { scenario, turn, runAfter }: Place,
  { now, attempt }: { readonly now: string; readonly attempt: number },
): ScenarioEntry {
  const base: ScenarioEntry = {
    scenario: scenario.name,
    status: "Pending",
    lastUpdateTime: now,
    details: "Pending",
    ...(scenario.optional ? { isOptionalScenario: true } : {}),
    ...(runAfter.length === 0 ? {} : { runAfter }),
    attempt,
  };
  if (scenario.problem !== undefined) {
    return moveEntry(
      base,
      { status: "TestInvalid", details: `IntegrationTestScenario '${scenario.name}' is invalid: ${scenario.problem}` },
      now,
    );
  }
  switch (turn.kind) {
    case "waits":
      return base;
    case "cancelled":
      return moveEntry(base, { status: "TestFail", details: `${cancelledFor}${turn.parent} failing` }, now);
    case "due": {
      const run = testRunName(snapshot, scenario.name, attempt);
      const details = `IntegrationTestScenario pipeline '${run}' has been created`;
      return moveEntry(base, { status: "InProgress", details, run }, now);
    }
  }
}

const cancelledFor = "Cancelled on account of required ";

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

type Observed = TestFacts & { readonly observed: ReadonlyMap<string, RunState> };

function nextEntry(facts: Observed, place: Place, before: ScenarioEntry | undefined): ScenarioEntry {
  const { snapshot, observed, now } = facts;
  const { scenario } = place;
  const known = before === undefined ? firstSeen(facts, place) : markOptional(before, scenario.optional);
  const entry = withVerdict(known, observed, now);
  const attempt = attemptOf(entry);
  if (isFinal(entry.status)) {
    const again = before !== undefined && wanted(snapshot.rerun, scenario.name);
    return again ? firstEntry(snapshot.name, place, { now, attempt: attempt + 1 }) : followParents(facts, place, entry);
  }
  const run = entry.testPipelineRunName;
  if (entry.status === "Pending" || run === undefined) return begin(facts, place, entry);
  return observed.has(run) || isOurs(snapshot.name, entry)
    ? entry
    : firstEntry(snapshot.name, place, { now, attempt: attempt + 1 });
}

/** Begins what it is the turn of. What was concluded while it still waited, as upstream cancels Snapshots, is not begun after
 * all, unless a re-run is asked for, which could come to no verdict without it; but who waits for its turn has it, also after
 * the verdict, like any optional scenario. */
function begin(facts: TestFacts, place: Place, entry: ScenarioEntry): ScenarioEntry {
  const { snapshot, now } = facts;
  const waits = entry.runAfter !== undefined && snapshot.stopped !== true;
  const isOver = snapshot.concluded && entry.testPipelineRunName === undefined && !waits;
  if (isOver && !isRerun(facts)) return entry;
  const begun = firstEntry(snapshot.name, place, { now, attempt: attemptOf(entry) });
  const isThere = begun.status === "Pending" && entry.status === "Pending" && sameTexts(begun.runAfter, entry.runAfter);
  return isThere ? entry : begun;
}

/** A scenario that was cancelled, and so has no run, has no reason to be once its parent is run again. */
function followParents({ snapshot, now }: TestFacts, place: Place, entry: ScenarioEntry): ScenarioEntry {
  const cancelled = entry.testPipelineRunName === undefined && entry.details.startsWith(cancelledFor);
  const isOpen = !snapshot.concluded || snapshot.rerun !== undefined;
  if (!cancelled || !isOpen || place.turn.kind === "cancelled") return entry;
  return firstEntry(snapshot.name, place, { now, attempt: attemptOf(entry) + 1 });
}

/** A scenario without an entry begins with its first attempt, or goes on with the last one that has a run: the entry was
 * lost, the runs were not. */
function firstSeen({ snapshot, observed, now }: Observed, place: Place): ScenarioEntry {
  const run = (attempt: number): string => testRunName(snapshot.name, place.scenario.name, attempt);
  let attempt = 1;
  while (observed.has(run(attempt + 1))) attempt++;
  const turn: Turn = observed.has(run(attempt)) ? { kind: "due" } : place.turn;
  return firstEntry(snapshot.name, { ...place, turn }, { now, attempt });
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

/** Whether a re-run was asked for of a scenario that there is. */
function isRerun({ snapshot, scenarios }: TestFacts): boolean {
  return applicableScenarios(scenarios, snapshot).some(({ name }) => wanted(snapshot.rerun, name));
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

function sameTexts(a: readonly string[] = [], b: readonly string[] = []): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}
