import { Gate } from "./gate.ts";
import { kindNames, type Kind } from "./kinds.ts";
import type { Configuration } from "./configuration.ts";
import { knowledgeOf, readWorld, type Moment } from "./moment.ts";
import { OperatorUnderTest, type ControllerName } from "./operator-under-test.ts";
import type { OperatorState, State } from "./state.ts";
import type { WatchEvent } from "./world.ts";

/** Brings a transition to where the next choice is: watches that are not behind have told everything, and reconciles that
 * would do nothing have done it. Running those at once is the worst case for the operator: whatever happens later has to
 * wake it. Where nothing can go wrong, reconciles that go before all others have been done as well. */
export async function settle(
  moment: Moment,
  { isSound, over = {} }: { readonly isSound: boolean; readonly over?: Partial<State> },
): Promise<State> {
  for (const [index, operator] of moment.operators.entries())
    if (operator.suspended === undefined) moment.operators[index] = await settleOperator(moment, index, isSound);
  return moment.end(over);
}

/** What may be said of a state before anything has gone wrong and while nothing can: see transitions.ts. */
export function isSound({ reduce, operators, budgets }: Configuration): boolean {
  return reduce && operators === 1 && budgets.faults + budgets.lags + budgets.suspensions === 0;
}

async function settleOperator(moment: Moment, index: number, isSound: boolean): Promise<OperatorState> {
  const before = moment.operators[index];
  if (before === undefined) throw new TypeError(`there is no operator ${String(index)}`);
  const due = kindNames.filter((kind) => !before.lagging.includes(kind) && (before.pending[kind]?.length ?? 0) > 0);
  if (due.length === 0 && before.queue.length === 0 && !before.fresh) return before;
  const operator = new OperatorUnderTest(before.known, before.fresh);
  const told = due.flatMap((kind) => before.pending[kind] ?? []);
  moment.operators[index] = {
    ...before,
    pending: Object.fromEntries(
      Object.entries(before.pending).filter(([kind]) => before.lagging.includes(kind as Kind)),
    ),
  };
  for (const event of told) operator.see(event);
  const queue = new Set(before.queue);
  const stuck = isSound ? await workOff(moment, { index, operator, queue }) : [];
  const asked = [...new Set([...queue, ...operator.woken])].sort();
  const { ready, waiting } = await sortOut(operator, asked, (request) => readWorld(moment.world, request));
  return {
    ...before,
    known: knowledgeOf(operator, { ...before.known, departed: departures(before, told) }, moment.world),
    pending: moment.operators[index].pending,
    queue: [...ready, ...waiting, ...stuck].sort(),
    ready,
    waiting: [...waiting, ...stuck],
    fresh: false,
  };
}

/** Does what goes before all else; returns what of it has to wait. */
async function workOff(
  moment: Moment,
  {
    index,
    operator,
    queue,
  }: { readonly index: number; readonly operator: OperatorUnderTest; readonly queue: Set<string> },
): Promise<readonly string[]> {
  const stuck = new Set<string>();
  for (let rounds = 0; rounds < workOffMax; rounds++) {
    for (const key of operator.woken) queue.add(key);
    operator.woken.clear();
    const key = [...queue].sort().find(goesFirst);
    if (key === undefined) return [...stuck];
    queue.delete(key);
    const { controller, name } = partsOf(key);
    const ending = await operator.reconcile(controller, name, moment.gateOf(index, operator));
    if (ending.kind === "threw" && !isExpected(ending.error)) throw ending.error;
    if (ending.kind === "threw" || ending.kind === "lookAgain") stuck.add(key);
    else stuck.delete(key);
  }
  moment.violation ??= {
    invariant: "I6 converges",
    why: `${String(workOffMax)} reconciles in a row did not lead to quiet`,
  };
  return [...stuck];
}

const workOffMax = 200;

/** Which of the keys asked for would write, and which cannot go on as things are. */
async function sortOut(
  operator: OperatorUnderTest,
  asked: readonly string[],
  execute: ConstructorParameters<typeof Gate>[0],
): Promise<{ readonly ready: readonly string[]; readonly waiting: readonly string[] }> {
  const ready: string[] = [];
  const waiting: string[] = [];
  for (const key of asked) {
    const { controller, name } = partsOf(key);
    const ending = await operator.reconcile(controller, name, new Gate(execute, { at: 0, kind: "look" }));
    if (ending.kind === "stopped") ready.push(key);
    else if (ending.kind === "threw" || ending.kind === "lookAgain") waiting.push(key);
    if (ending.kind === "threw" && !isExpected(ending.error)) throw ending.error;
  }
  return { ready, waiting };
}

/** A watch that is behind tells one thing. */
export function tellOne({ world }: State, before: OperatorState, kind: Kind): OperatorState {
  const [event, ...rest] = before.pending[kind] ?? [];
  if (event === undefined) return before;
  const operator = new OperatorUnderTest(before.known);
  operator.see(event);
  return {
    ...before,
    known: knowledgeOf(operator, { ...before.known, departed: departures(before, [event]) }, world),
    pending: { ...before.pending, [kind]: rest },
    queue: [...new Set([...before.queue, ...operator.woken])].sort(),
  };
}

/** What an operator that begins anew would do with this world: nothing, when nobody was forgotten. */
export async function resync(state: State): Promise<readonly string[]> {
  const operator = new OperatorUnderTest({ objects: state.world.objects, departed: [] }, true);
  const { ready, waiting } = await sortOut(operator, [...operator.woken].sort(), (request) =>
    readWorld(state.world, request),
  );
  return [...ready, ...waiting];
}

/** The API's refusals are part of life; anything else is a bug of the code under test or of this model. */
function isExpected(error: unknown): boolean {
  return error instanceof Error && error.name === "KubeError";
}

function departures({ known }: OperatorState, told: readonly WatchEvent[]): readonly WatchEvent[] {
  const gone = told.filter(({ type }) => type === "gone");
  return gone.length === 0 ? known.departed : [...known.departed, ...gone];
}

/** Whether a reconcile may be done before all others (see transitions.ts): those that read or write the candidate list, or what is
 * derived from it, may not. */
export function goesFirst(key: string): boolean {
  return !key.startsWith("promotion/") && !key.startsWith("component-group/");
}

export function partsOf(key: string): { readonly controller: ControllerName; readonly name: string } {
  const at = key.indexOf("/");
  return { controller: key.slice(0, at) as ControllerName, name: key.slice(at + 1) };
}
