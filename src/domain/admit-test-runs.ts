import { compareText } from "./build-order.ts";

/** How many test PipelineRuns may run at a time; what is absent is not limited. */
export interface TestRunLimits {
  readonly perNamespace?: number;
  readonly inAll?: number;
}

/** A test PipelineRun that is due and does not exist yet. */
export interface WaitingRun {
  readonly namespace: string;
  readonly snapshot: string;
  readonly run: string;
  readonly optional: boolean;
  /** When its Snapshot was made, in milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface BudgetFacts {
  readonly limits: TestRunLimits;
  /** How many run, by namespace; those that are about to be created included. */
  readonly running: ReadonlyMap<string, number>;
  /** What waits, by namespace, each line in the order of `compareWaiting`. */
  readonly lines: ReadonlyMap<string, readonly WaitingRun[]>;
}

/** Who comes first in the line of a namespace: the older Snapshot, and of one Snapshot what is required. Age goes first, so
 * that optional runs do not wait for ever. */
export function compareWaiting(a: WaitingRun, b: WaitingRun): number {
  return (
    a.createdAt - b.createdAt ||
    compareText(a.snapshot, b.snapshot) ||
    Number(a.optional) - Number(b.optional) ||
    compareText(a.run, b.run)
  );
}

/** The runs that may be created now. Of two namespaces the one that runs less goes first, so that none fills all places while
 * another waits; of two that run as much, the one whose Snapshot is older. */
export function admitTestRuns({ limits, running, lines }: BudgetFacts): readonly WaitingRun[] {
  const counts = new Map(running);
  const taken = new Map<string, number>();
  const admitted: WaitingRun[] = [];
  let free = (limits.inAll ?? Infinity) - [...running.values()].reduce((sum, count) => sum + count, 0);
  for (; free > 0; free--) {
    const next = nextInLine(limits, counts, headsOf(lines, taken));
    if (next === undefined) break;
    counts.set(next.namespace, (counts.get(next.namespace) ?? 0) + 1);
    taken.set(next.namespace, (taken.get(next.namespace) ?? 0) + 1);
    admitted.push(next);
  }
  return admitted;
}

function headsOf(lines: BudgetFacts["lines"], taken: ReadonlyMap<string, number>): readonly WaitingRun[] {
  return [...lines].flatMap(([namespace, line]) => line[taken.get(namespace) ?? 0] ?? []);
}

function nextInLine(
  limits: TestRunLimits,
  counts: ReadonlyMap<string, number>,
  heads: readonly WaitingRun[],
): WaitingRun | undefined {
  const countOf = ({ namespace }: WaitingRun): number => counts.get(namespace) ?? 0;
  const before = (a: WaitingRun, b: WaitingRun): number =>
    countOf(a) - countOf(b) || compareWaiting(a, b) || compareText(a.namespace, b.namespace);
  const eligible = heads.filter((head) => countOf(head) < (limits.perNamespace ?? Infinity));
  return eligible.reduce<WaitingRun | undefined>(
    (first, head) => (first === undefined || before(head, first) < 0 ? head : first),
    undefined,
  );
}

/** What a run that may not be created yet waits for, in the words of its entry. They stay the same while it waits. */
export function whatItWaitsFor(
  limits: TestRunLimits,
  running: ReadonlyMap<string, number>,
  { namespace }: WaitingRun,
): string {
  const { perNamespace, inAll } = limits;
  return perNamespace !== undefined && (running.get(namespace) ?? 0) >= perNamespace
    ? `Waiting for a free place: at most ${String(perNamespace)} test pipelines run at a time in this namespace`
    : `Waiting for a free place: at most ${String(inAll)} test pipelines run at a time in all namespaces`;
}
