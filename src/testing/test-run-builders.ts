import type { RunState } from "../domain/judge-scenario.ts";
import { testRunName } from "../domain/names.ts";
import type { ObservedRun, ScenarioFacts, TestFacts, TestPlan } from "../domain/plan-test-runs.ts";
import { noOrder, type TestGraph } from "../domain/test-order.ts";
import type { EntryStatus, ScenarioEntry } from "../domain/test-status.ts";

/** A run that goes on. */
export const running: RunState = { kind: "running" };
/** A run that has ended. */
export const finished = (succeeded: boolean): RunState => ({
  kind: "finished",
  succeeded,
  taskRunsReferenced: 0,
  taskRunsFound: 0,
  outputs: [],
});

/** The name of an attempt's run. */
export const runName = (scenario: string, attempt = 1): string => testRunName("snap", scenario, attempt);
/** A run of ours. */
export const run = (scenario: string, state: RunState, attempt = 1): ObservedRun => ({
  name: runName(scenario, attempt),
  state,
});
/** A required scenario for every Snapshot. */
export const scenario = (name: string, over: Partial<ScenarioFacts> = {}): ScenarioFacts => ({
  name,
  optional: false,
  contexts: [],
  ...over,
});
/** An entry that names no run. */
export const entry = (name: string, status: EntryStatus, over: Partial<ScenarioEntry> = {}): ScenarioEntry => ({
  scenario: name,
  status,
  lastUpdateTime: "before",
  details: "",
  ...over,
});
/** An entry as we write it. */
export const ours = (name: string, status: EntryStatus, attempt = 1): ScenarioEntry =>
  entry(name, status, { testPipelineRunName: runName(name, attempt), attempt });
/** An entry as upstream writes it. */
export const foreign = (name: string, status: EntryStatus): ScenarioEntry =>
  entry(name, status, { testPipelineRunName: `snap-${name}-x7k2p` });

export interface Given {
  readonly scenarios?: string | readonly ScenarioFacts[];
  readonly entries?: readonly ScenarioEntry[];
  readonly runs?: readonly ObservedRun[];
  readonly graph?: TestGraph;
  readonly rerun?: string;
  readonly concluded?: boolean;
  readonly stopped?: boolean;
}

/** What was found of a Snapshot called `snap`. */
export const facts = ({
  scenarios = "e2e",
  entries = [],
  runs = [],
  graph = noOrder,
  rerun,
  ...over
}: Given = {}): TestFacts => ({
  snapshot: {
    name: "snap",
    type: "component",
    component: "cart",
    isPush: true,
    concluded: over.concluded ?? false,
    stopped: over.stopped ?? false,
    ...(rerun === undefined ? {} : { rerun }),
  },
  scenarios: typeof scenarios === "string" ? scenarios.split(" ").map((name) => scenario(name)) : scenarios,
  graph,
  entries,
  runs,
  now: "now",
});

/** A plan in a few words: `e2e InProgress 2` is a second attempt, `+` a run that is due. */
export function told({ entries, start }: TestPlan): string {
  const due = new Map(start.map((each) => [each.scenario, each.run]));
  return entries
    .map(
      ({ scenario: name, status, attempt = 0 }) =>
        `${name} ${status} ${String(attempt)}${due.get(name) === runName(name, attempt) ? "+" : ""}`,
    )
    .join(", ");
}
