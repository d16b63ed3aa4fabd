import type { Configuration } from "./configuration.ts";
import type { Violation } from "./invariants.ts";
import { whenQuiet } from "./quiet.ts";
import { Moment } from "./moment.ts";
import { readRun } from "./readings.ts";
import { resync, settle } from "./settle.ts";
import { keyOf } from "./state-key.ts";
import { hasPending, isIdle, openingState, type State } from "./state.ts";
import { stepsFrom, type Step } from "./transitions.ts";
import { all } from "./world.ts";

/** A way to a broken invariant. */
export interface Counterexample {
  readonly violation: Violation;
  /** The labels of the steps that lead there. */
  readonly path: readonly string[];
}

export interface Searched {
  readonly states: number;
  readonly transitions: number;
  /** The longest way without a state twice. */
  readonly depth: number;
  /** The most reconciles in a row, from something that happened to quiet. */
  readonly work: number;
  readonly quiet: number;
  readonly exhausted: boolean;
  readonly durationMs: number;
  readonly counterexample?: Counterexample;
}

export interface Limits {
  readonly statesMax: number;
  readonly until: number;
}

/** So many reconciles in a row are not a way to quiet any more (I6). */
const workMax = 120;

/** A search under way. */
interface Search {
  readonly configuration: Configuration;
  readonly limits: Limits;
  readonly seen: Set<number>;
  /** States on the present way, with the number of steps that led to each. */
  readonly onWay: Map<number, number>;
  readonly path: string[];
  /** How many writes there were on the way up to each of its steps. */
  readonly writes: number[];
  readonly count: { transitions: number; depth: number; work: number; quiet: number };
  exhausted: boolean;
  found: Counterexample | undefined;
}

/** Depth first through every state that can be reached, each once. */
export async function search(configuration: Configuration, limits: Limits): Promise<Searched> {
  const startedAt = Date.now();
  const own: Search = {
    configuration,
    limits,
    seen: new Set(),
    onWay: new Map(),
    path: [],
    writes: [0],
    count: { transitions: 0, depth: 0, work: 0, quiet: 0 },
    exhausted: true,
    found: undefined,
  };
  await visit(own, await opening(configuration), 0);
  const { found } = own;
  return {
    states: own.seen.size,
    ...own.count,
    exhausted: own.exhausted && found === undefined,
    durationMs: Date.now() - startedAt,
    ...(found === undefined ? {} : { counterexample: found }),
  };
}

/** `workSince`: the number of steps on the way after which nothing but work was done. */
async function visit(own: Search, state: State, workSince: number): Promise<void> {
  const key = keyOf(state);
  const depth = own.path.length;
  const violation = goesRound(own, state, { before: own.onWay.get(key), workSince }) ?? (await enter(own, state, key));
  if (violation !== undefined) own.found ??= { violation, path: [...own.path] };
  if (violation !== undefined || own.onWay.get(key) !== depth) return;
  own.count.work = Math.max(own.count.work, depth - workSince);
  await visitNext(own, state, workSince);
  if (own.found === undefined) own.onWay.delete(key);
}

async function visitNext(own: Search, state: State, workSince: number): Promise<void> {
  const { path, writes, count } = own;
  for await (const step of stepsFrom(state, own.configuration)) {
    count.transitions++;
    path.push(step.label);
    writes[path.length] = (writes[path.length - 1] ?? 0) + step.written.length;
    if (step.violation !== undefined) own.found ??= { violation: step.violation, path: [...path] };
    else await visit(own, step.state, step.isWork ? workSince : path.length);
    if (own.found !== undefined) return;
    path.pop();
  }
}

/** Takes a state in, unless it has been seen, or there is no more room or time. */
async function enter(own: Search, state: State, key: number): Promise<Violation | undefined> {
  const { seen, limits, onWay, path, count } = own;
  if (seen.has(key)) return undefined;
  if (seen.size >= limits.statesMax || Date.now() > limits.until) {
    own.exhausted = false;
    return undefined;
  }
  seen.add(key);
  onWay.set(key, path.length);
  count.depth = Math.max(count.depth, path.length);
  if (!isIdle(state)) return undefined;
  count.quiet++;
  return checkIdle(state);
}

/** I6: work that leads back to where it was, or goes on and on, never ends. */
function goesRound(
  { path, writes }: { readonly path: readonly unknown[]; readonly writes: readonly number[] },
  state: State,
  { before, workSince }: { readonly before: number | undefined; readonly workSince: number },
): Violation | undefined {
  const invariant = "I6 converges";
  if (path.length - workSince > workMax)
    return { invariant, why: `${String(path.length - workSince)} reconciles in a row did not lead to quiet` };
  if (before === undefined || before < workSince) return undefined;
  const hasWritten = (writes[path.length] ?? 0) > (writes[before] ?? 0);
  if (!hasWritten && isAnybodyLate(state)) return undefined;
  return { invariant, why: "its own work led the operator back to where it was: it would go round for ever" };
}

/** To fail and look again until a watch has caught up is no error. */
function isAnybodyLate({ operators }: State): boolean {
  return operators.some((operator) => operator.suspended !== undefined || hasPending(operator));
}

/** The first state: the operator has started, and done what there was to do. */
export async function opening(configuration: Configuration): Promise<State> {
  let state = await settle(new Moment(openingState(configuration), configuration), { isSound: false });
  const noFaults = { ...configuration, budgets: { ...configuration.budgets, faults: 0, lags: 0, suspensions: 0 } };
  for (let turn = 0; turn < 100 && !isIdle(state); turn++) {
    const { budgets } = state;
    for await (const step of stepsFrom({ ...state, budgets: noFaults.budgets }, noFaults)) {
      state = { ...step.state, budgets };
      break;
    }
  }
  return state;
}

/** Nothing is left to do but for the environment. */
export async function checkIdle(state: State): Promise<Violation | undefined> {
  const forgotten = await resync(state);
  const waiting = state.operators.flatMap((operator) => operator.waiting);
  if (waiting.length > 0)
    return { invariant: "I6 converges", why: `all is quiet, and ${waiting.join(", ")} still cannot go on` };
  if (forgotten.length > 0)
    return {
      invariant: "I6 converges",
      why: `all is quiet, and a resync finds work for ${forgotten.join(", ")}: nothing had woken it`,
    };
  const isTesting = all(state.world, "pipelineruns")
    .map(readRun)
    .some((run) => run.isTest && run.state === "running");
  return isTesting ? undefined : whenQuiet(state.world, state.ghost);
}

/** What came of a way that was told beforehand. */
export interface WalkedWay {
  readonly start: State;
  readonly steps: readonly Step[];
  /** The labels that named no step there was to take, up to what broke. */
  readonly leftOut: readonly string[];
  readonly violation?: Violation;
}

/** Takes the steps with these labels, leaving out what cannot be taken; returns what was, and what broke. */
export async function walk(configuration: Configuration, path: readonly string[]): Promise<WalkedWay> {
  const start = await opening(configuration);
  const steps: Step[] = [];
  const leftOut: string[] = [];
  const onWay = new Map([[keyOf(start), 0]]);
  const writes = [0];
  let [state, workSince] = [start, 0];
  for (const label of path) {
    const step = await take(state, configuration, label);
    if (step === undefined) {
      leftOut.push(label);
      continue;
    }
    steps.push(step);
    state = step.state;
    writes.push((writes.at(-1) ?? 0) + step.written.length);
    if (!step.isWork) workSince = steps.length;
    const key = keyOf(state);
    const violation =
      step.violation ??
      goesRound({ path: steps, writes }, state, { before: onWay.get(key), workSince }) ??
      (isIdle(state) ? await checkIdle(state) : undefined);
    if (violation !== undefined) return { start, steps, leftOut, violation };
    onWay.set(key, steps.length);
  }
  return { start, steps, leftOut };
}

async function take(state: State, configuration: Configuration, label: string): Promise<Step | undefined> {
  for await (const step of stepsFrom(state, configuration)) if (step.label === label) return step;
  return undefined;
}
