import type { Budgets, Configuration } from "./configuration.ts";
import { afford } from "./budget.ts";
import { happenings, type Happening } from "./environment.ts";
import { isGuarded, isWrite, type Call, type Interruption, type InterruptionKind } from "./gate.ts";
import type { Violation } from "./invariants.ts";
import type { Kind } from "./kinds.ts";
import { Moment, type Undertaking, type WrittenDown } from "./moment.ts";
import type { Ending } from "./operator-under-test.ts";
import { goesFirst, isSound, partsOf, settle, tellOne } from "./settle.ts";
import type { OperatorState, State, Suspended } from "./state.ts";

/** One step of the search. */
export interface Step {
  /** Names it among the steps of its state, and says what happened. */
  readonly label: string;
  readonly state: State;
  readonly violation?: Violation;
  /** Whether it was the operator's own doing, with nothing going wrong. */
  readonly isWork: boolean;
  readonly written: readonly WrittenDown[];
  readonly ending?: Ending;
}

/** Everything that can happen next.
 *
 * Partial-order reduction (`reduce`): while no watch is behind and nothing is suspended, a reconcile of any controller but
 * promotion's and the ComponentGroup's goes first. Only the environment wakes them (a build or a test ends, a person writes) or the promotion that
 * created their Snapshot, and what they do depends on nothing that other steps change but the candidate list, as the
 * build's Snapshot does. To do it later is therefore the same as for the environment to have acted later, which is
 * searched anyway. All faults of that reconcile are still tried; once one has happened, half of a reconcile may be done,
 * and nothing is left out any more. */
export async function* stepsFrom(state: State, configuration: Configuration): AsyncGenerator<Step> {
  for (const ways of eventsFrom(state, configuration)) yield* ways();
}

/** The ways in which one thing can go: first the one in which nothing goes wrong. There is at least one. */
export type Ways = () => AsyncGenerator<Step>;

/** Everything that can happen next, before it is tried: to name it costs next to nothing, to go through its ways does. */
export function eventsFrom(state: State, configuration: Configuration): readonly Ways[] {
  const first =
    configuration.reduce && state.budgets.faults === configuration.budgets.faults ? firstOf(state) : undefined;
  if (first !== undefined) return [() => reconciles(state, configuration, first)];
  return [
    ...state.operators.flatMap((operator, index) => [
      ...works(state, configuration, { operator, index }),
      ...catchesUp(state, configuration, index),
      ...collects(state, configuration, index),
    ]),
    ...happenings(state, configuration).map((happening) => () => happens(state, configuration, happening)),
  ];
}

function works(
  state: State,
  configuration: Configuration,
  { operator, index }: { readonly operator: OperatorState; readonly index: number },
): readonly Ways[] {
  const { suspended, ready } = operator;
  if (suspended !== undefined) return [() => goesOn(state, configuration, { index, suspended })];
  return ready.map((key) => () => reconciles(state, configuration, { operator: index, ...partsOf(key) }));
}

function firstOf({ operators }: State): Undertaking | undefined {
  if (operators.some(({ lagging, suspended }) => lagging.length > 0 || suspended !== undefined)) return undefined;
  for (const [index, { ready }] of operators.entries()) {
    const key = ready.find(goesFirst);
    if (key !== undefined) return { operator: index, ...partsOf(key) };
  }
  return undefined;
}

async function* happens(
  state: State,
  configuration: Configuration,
  { label, kind, over }: Happening,
): AsyncGenerator<Step> {
  const again = (from: State): Moment => {
    const same = happenings(from, configuration).find((each) => each.label === label && each.kind === kind);
    if (same === undefined) throw new TypeError(`"${label}" cannot happen any more`);
    return same.happen();
  };
  yield finish(again(state), configuration, { label, isWork: false, over: over ?? {} });
  for (const late of lags(state, configuration, { kinds: [kind] })) {
    const { budgets } = late.state;
    const overLate = { ...over, budgets: less(over?.budgets ?? state.budgets) } satisfies Partial<State>;
    if (budgets.lags >= 0)
      yield finish(again(late.state), configuration, { label: `${label}${late.label}`, isWork: false, over: overLate });
  }
}

/** An operator looks at what is history. Nobody waits for that, so it may be at any moment. */
function collects(state: State, configuration: Configuration, index: number): readonly Ways[] {
  if (state.operators[index]?.suspended !== undefined) return [];
  const undertaking: Undertaking = { operator: index, controller: "snapshot-gc", name: "" };
  return afford(state, "collections", (over) => [() => reconciles({ ...state, ...over }, configuration, undertaking)]);
}

interface Finished {
  readonly label: string;
  readonly isWork: boolean;
  readonly over?: Partial<State>;
  readonly ending?: Ending;
}

async function finish(
  moment: Moment,
  configuration: Configuration,
  { label, isWork, over = {}, ending }: Finished,
): Promise<Step> {
  const state = await settle(moment, { isSound: isSound(configuration), over });
  const { violation, written } = moment;
  return {
    label,
    state,
    isWork,
    written,
    ...(ending === undefined ? {} : { ending }),
    ...(violation === undefined ? {} : { violation }),
  };
}

function less(budgets: Budgets): Budgets {
  return { ...budgets, lags: budgets.lags - 1 };
}

async function* reconciles(state: State, configuration: Configuration, undertaking: Undertaking): AsyncGenerator<Step> {
  const { operator, controller, name } = undertaking;
  const label = `operator ${String(operator + 1)} reconciles ${controller}/${name}`;
  const plain = await attempt(state, configuration, { label, undertaking });
  yield plain.step;
  const kinds = [...new Set(plain.calls.filter(({ request }) => isWrite(request)).map(({ request }) => request.kind))];
  for (const late of lags(state, configuration, { kinds, except: operator }))
    yield (await attempt(late.state, configuration, { label: `${label}${late.label}`, undertaking })).step;
  yield* faulty(state, configuration, { label, undertaking, calls: plain.calls });
  yield* suspends(state, configuration, { label, undertaking, calls: plain.calls });
}

interface Trial {
  readonly label: string;
  readonly undertaking: Undertaking;
}

async function attempt(
  state: State,
  configuration: Configuration,
  { label, undertaking }: Trial,
): Promise<{ readonly step: Step; readonly calls: readonly Call[] }> {
  const moment = new Moment(state, configuration);
  const { ending, calls } = await moment.run(undertaking);
  const isWork = undertaking.interruption === undefined;
  return { calls, step: await finish(moment, configuration, { label, isWork, ending }) };
}

type Tried = Trial & { readonly calls: readonly Call[] };

async function* faulty(
  state: State,
  configuration: Configuration,
  { label, undertaking, calls }: Tried,
): AsyncGenerator<Step> {
  const [over] = afford(state, "faults", (each) => [each]);
  if (over === undefined) return;
  for (const [index, { request }] of calls.entries()) {
    for (const kind of configuration.faultKinds) {
      if (!makesSense(kind, request, { index, last: calls.length - 1 })) continue;
      const interruption: Interruption = { at: index + 1, kind };
      const named = `${label} [${kind} at call ${String(index + 1)}]`;
      yield (
        await attempt({ ...state, ...over }, configuration, {
          label: named,
          undertaking: { ...undertaking, interruption },
        })
      ).step;
      if (kind !== "lost") continue;
      for (const late of lags({ ...state, ...over }, configuration, {
        kinds: [request.kind],
        only: undertaking.operator,
      }))
        yield (
          await attempt(late.state, configuration, {
            label: `${named}${late.label}`,
            undertaking: { ...undertaking, interruption },
          })
        ).step;
    }
  }
}

/** A create is never refused as outdated; reads take no effect that could get lost; and to die after a call is to die before the next. */
function makesSense(
  kind: InterruptionKind,
  request: Call["request"],
  { index, last }: { readonly index: number; readonly last: number },
): boolean {
  switch (kind) {
    case "conflict":
      return isGuarded(request);
    case "unavailable":
      return true;
    case "lost":
      return isWrite(request);
    case "crashBefore":
      return index > 0;
    case "crashAfter":
      return index === last && isWrite(request);
    case "suspend":
    case "look":
      return false;
  }
}

async function* suspends(
  state: State,
  configuration: Configuration,
  { label, undertaking, calls }: Tried,
): AsyncGenerator<Step> {
  const [over] = afford(state, "suspensions", (each) => [each]);
  if (over === undefined) return;
  for (const [index, { request }] of calls.entries()) {
    if (!isWrite(request)) continue;
    const interruption: Interruption = { at: index + 1, kind: "suspend" };
    const { step } = await attempt({ ...state, ...over }, configuration, {
      label: `${label} [suspended before call ${String(index + 1)}]`,
      undertaking: { ...undertaking, interruption },
    });
    // What suspends itself where it already was could do so for ever.
    if (step.ending?.kind === "stopped") yield step;
  }
}

async function* goesOn(
  state: State,
  configuration: Configuration,
  { index, suspended }: { readonly index: number; readonly suspended: Suspended },
): AsyncGenerator<Step> {
  const { controller, name } = suspended;
  const label = `operator ${String(index + 1)} goes on with ${controller}/${name}`;
  yield (await attempt(state, configuration, { label, undertaking: { operator: index, controller, name } })).step;
}

function catchesUp(state: State, configuration: Configuration, index: number): readonly Ways[] {
  const operator = state.operators[index];
  if (operator === undefined || operator.suspended !== undefined) return [];
  return operator.lagging
    .filter((kind) => (operator.pending[kind]?.length ?? 0) > 0)
    .map((kind) => () => hears(state, configuration, { index, operator, kind }));
}

async function* hears(
  state: State,
  configuration: Configuration,
  { index, operator, kind }: { readonly index: number; readonly operator: OperatorState; readonly kind: Kind },
): AsyncGenerator<Step> {
  const on = { ...operator, lagging: operator.lagging.filter((each) => each !== kind) };
  const who = `operator ${String(index + 1)}'s watch of ${kind}`;
  yield finish(new Moment(withOperator(state, index, on), configuration), configuration, {
    label: `${who} catches up`,
    isWork: false,
  });
  if (operator.pending[kind]?.length === 1) return;
  const one = withOperator(state, index, tellOne(state, operator, kind));
  yield finish(new Moment(one, configuration), configuration, { label: `${who} tells one event`, isWork: false });
}

interface Late {
  readonly label: string;
  readonly state: State;
}

/** The ways in which a watch may fall behind before something is written. */
function lags(
  state: State,
  { lagKinds }: Configuration,
  { kinds, except, only }: { readonly kinds: readonly Kind[]; readonly except?: number; readonly only?: number },
): readonly Late[] {
  return afford(state, "lags", (over) =>
    state.operators.flatMap((operator, index) => {
      if (index === except || (only !== undefined && index !== only) || operator.suspended !== undefined) return [];
      return kinds
        .filter((kind) => lagKinds.includes(kind) && !operator.lagging.includes(kind))
        .map((kind) => ({
          label: ` [operator ${String(index + 1)}'s watch of ${kind} falls behind]`,
          state: withOperator({ ...state, ...over }, index, {
            ...operator,
            lagging: [...operator.lagging, kind].sort(),
          }),
        }));
    }),
  );
}

function withOperator(state: State, index: number, operator: OperatorState): State {
  return { ...state, operators: state.operators.map((each, at) => (at === index ? operator : each)) };
}
