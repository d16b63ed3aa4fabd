import type { Caches } from "../../cache/caches.ts";
import { isRunningTest } from "../../cache/pipeline-run.ts";
import {
  admitTestRuns,
  compareWaiting,
  whatItWaitsFor,
  type TestRunLimits,
  type WaitingRun,
} from "../../domain/admit-test-runs.ts";
import type { ObjectKey } from "../../kube/object.ts";
import type { Source } from "../../runtime/controller.ts";
import type { NamespaceTests } from "../test-metrics.ts";

/** The line in which due test runs wait for a free place. It is only in memory: whoever starts anew looks at every Snapshot
 * that is open, and each that still has runs to start takes its place by its age. */
export interface TestLine {
  /** Begins one look at a Snapshot. */
  turn(key: ObjectKey): Turn;
  /** Wakes Snapshots for whose runs a place has become free. */
  readonly source: Source;
  /** What runs and what waits, of each namespace with any of it. */
  tests(): readonly NamespaceTests[];
}

/** One look at a Snapshot, which ends whatever happens in it. */
export interface Turn {
  /** Asks for places for all runs that are due, and keeps those it gets until the look ends. Returns what the others wait
   * for, by run. */
  ask(snapshot: { readonly createdAt: number }, due: readonly DueRun[]): ReadonlyMap<string, string>;
  end(): void;
}

export interface DueRun {
  readonly run: string;
  readonly optional: boolean;
}

/** A run in its line, and since when, in milliseconds since the epoch: whoever asks again keeps that. */
interface InLine extends WaitingRun {
  readonly since: number;
}

interface State {
  readonly limits: TestRunLimits;
  readonly pipelineRuns: Caches["pipelineRuns"];
  readonly now: () => number;
  /** By namespace, in order. */
  readonly lines: Map<string, InLine[]>;
  /** Places given to runs that are being created, by namespace and name of the run. */
  readonly starting: Map<string, WaitingRun>;
  enqueue: (key: ObjectKey) => void;
}

const nothingWaits: ReadonlyMap<string, string> = new Map();

/** An empty line. Without limits it lets everything pass. */
export function createTestLine(
  limits: TestRunLimits,
  pipelineRuns: Caches["pipelineRuns"],
  now: () => number,
): TestLine {
  const state: State = { limits, pipelineRuns, now, lines: new Map(), starting: new Map(), enqueue: () => {} };
  const tests = (): readonly NamespaceTests[] => testsOf(state);
  if (limits.perNamespace === undefined && limits.inAll === undefined) return { ...unlimited, tests };
  return {
    tests,
    turn: (key) => beginTurn(state, key),
    source: {
      start: (enqueue) => {
        state.enqueue = (key) => enqueue(key, "normal");
        return pipelineRuns.subscribe(({ before, after }) => {
          const wasRunning = before !== undefined && isRunningTest(before);
          if (wasRunning && (after === undefined || !isRunningTest(after))) wake(state);
        });
      },
    },
  };
}

const unlimited: Omit<TestLine, "tests"> = {
  turn: () => ({ ask: () => nothingWaits, end: () => {} }),
  source: { start: () => () => {} },
};

function beginTurn(state: State, key: ObjectKey): Turn {
  let asked = false;
  return {
    ask: (snapshot, due) => {
      asked = true;
      const since = new Map(leave(state, key).map((each) => [each.run, each.since]));
      for (const each of due) {
        const place = { namespace: key.namespace, snapshot: key.name, createdAt: snapshot.createdAt };
        join(state, { ...each, ...place, since: since.get(each.run) ?? state.now() });
      }
      return admit(state, key);
    },
    end: () => {
      // Whatever was created is in the cache by now, and counted there.
      const kept = [...state.starting].filter(([, run]) => isOf(run, key)).map(([id]) => id);
      for (const id of kept) state.starting.delete(id);
      const left = !asked && leave(state, key).length > 0;
      if (asked || left) wake(state);
    },
  };
}

/** Gives a Snapshot's runs the places they get, and says what the rest of them waits for. */
function admit(state: State, key: ObjectKey): ReadonlyMap<string, string> {
  const { limits, lines } = state;
  const running = runningByNamespace(state);
  const admitted = admitTestRuns({ limits, running, lines }).filter((run) => isOf(run, key));
  for (const run of admitted) {
    state.starting.set(idOf(run), run);
    remove(state, run);
  }
  const waiting = (lines.get(key.namespace) ?? []).filter((run) => isOf(run, key));
  const now = runningByNamespace(state);
  return new Map(waiting.map((run) => [run.run, whatItWaitsFor(limits, now, run)]));
}

function wake(state: State): void {
  const running = runningByNamespace(state);
  for (const { namespace, snapshot } of admitTestRuns({ ...state, running })) {
    state.enqueue({ namespace, name: snapshot });
  }
}

function runningByNamespace({ pipelineRuns, starting }: State): ReadonlyMap<string, number> {
  const known = pipelineRuns.byIndex("runningTests", "").map(({ key }) => key);
  const ids = new Set(known.map(({ namespace, name }) => `${namespace}/${name}`));
  const unseen = [...starting].filter(([id]) => !ids.has(id)).map(([, run]) => run);
  const running = new Map<string, number>();
  for (const { namespace } of [...known, ...unseen]) running.set(namespace, (running.get(namespace) ?? 0) + 1);
  return running;
}

function testsOf(state: State): readonly NamespaceTests[] {
  const { lines } = state;
  const running = runningByNamespace(state);
  const namespaces = new Set([...running.keys(), ...lines.keys()]);
  return [...namespaces].map((namespace) => {
    const line = lines.get(namespace) ?? [];
    const oldest = line.reduce((first, { since }) => Math.min(first, since), Infinity);
    const waitingMs = line.length === 0 ? 0 : state.now() - oldest;
    return { namespace, running: running.get(namespace) ?? 0, waiting: line.length, waitingMs };
  });
}

function join({ lines }: State, run: InLine): void {
  const line = lines.get(run.namespace) ?? [];
  let [low, high] = [0, line.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = line[middle];
    if (other !== undefined && compareWaiting(other, run) < 0) low = middle + 1;
    else high = middle;
  }
  line.splice(low, 0, run);
  lines.set(run.namespace, line);
}

function remove({ lines }: State, run: WaitingRun): void {
  const left = (lines.get(run.namespace) ?? []).filter((other) => other !== run);
  if (left.length === 0) lines.delete(run.namespace);
  else lines.set(run.namespace, left);
}

/** Takes a Snapshot's runs out of the line, and returns them. */
function leave(state: State, key: ObjectKey): readonly InLine[] {
  const own = (state.lines.get(key.namespace) ?? []).filter((run) => isOf(run, key));
  for (const run of own) remove(state, run);
  return own;
}

function isOf({ namespace, snapshot }: WaitingRun, key: ObjectKey): boolean {
  return namespace === key.namespace && snapshot === key.name;
}

function idOf({ namespace, run }: WaitingRun): string {
  return `${namespace}/${run}`;
}
