import { isFinal, isPassing, type EntryStatus } from "./test-status.ts";

/** One scenario that another runs after. */
export interface Parent {
  readonly name: string;
  /** Whether the other is not run at all when this one does not pass. */
  readonly failFast: boolean;
}

/** Scenario → the scenarios that it runs after. What is not in it runs at once. */
export type TestGraph = ReadonlyMap<string, readonly Parent[]>;

/** The order of a Snapshot that knows none: everything runs at once. */
export const noOrder: TestGraph = new Map();

/** The part of a graph that can be kept to: parents that test the same Snapshot, and of those none that, by however many steps,
 * wait for the scenario itself. So every scenario gets its turn, whatever somebody wrote. */
export function usableGraph(graph: TestGraph, applicable: ReadonlySet<string>): TestGraph {
  const usable = [...graph].map(([scenario, parents]): [string, readonly Parent[]] => [
    scenario,
    parents.filter(({ name }) => applicable.has(name) && name !== scenario && !waitsFor(graph, name, scenario)),
  ]);
  return new Map(usable.filter(([scenario, parents]) => applicable.has(scenario) && parents.length > 0));
}

/** Scenarios in an order in which each comes after its parents; otherwise as given. The graph must be usable. */
export function inTestOrder<T extends { readonly name: string }>(
  scenarios: readonly T[],
  graph: TestGraph,
): readonly T[] {
  const ordered: T[] = [];
  const placed = new Set<string>();
  let left = scenarios;
  while (left.length > 0) {
    const next = left.filter(({ name }) => (graph.get(name) ?? []).every((parent) => placed.has(parent.name)));
    for (const scenario of next) placed.add(scenario.name);
    ordered.push(...next);
    left = left.filter(({ name }) => !placed.has(name));
  }
  return ordered;
}

export type Turn =
  | { readonly kind: "due" }
  | { readonly kind: "waits" }
  /** A parent that it depends on did not pass. */
  | { readonly kind: "cancelled"; readonly parent: string };

/** Whether it is a scenario's turn: once all parents have their outcome. A failure that is to be fast need not be waited for. */
export function turnOf(parents: readonly Parent[], statusOf: (scenario: string) => EntryStatus): Turn {
  const failed = parents.find(({ name, failFast }) => {
    const status = statusOf(name);
    return failFast && isFinal(status) && !isPassing(status);
  });
  if (failed !== undefined) return { kind: "cancelled", parent: failed.name };
  return parents.every(({ name }) => isFinal(statusOf(name))) ? { kind: "due" } : { kind: "waits" };
}

/** What is wrong with a graph, for its author; the rest of it is kept to all the same. */
export function graphProblems(graph: TestGraph, scenarios: ReadonlySet<string>): readonly string[] {
  const circular = [...circularScenarios(graph)].sort();
  const named = new Set([...graph].flatMap(([scenario, parents]) => [scenario, ...parents.map(({ name }) => name)]));
  const unknown = [...named].filter((name) => !scenarios.has(name)).sort();
  return [
    ...(circular.length === 0
      ? []
      : [`spec.testGraph is circular, so these scenarios do not wait for each other: ${circular.join(", ")}`]),
    ...(unknown.length === 0
      ? []
      : [
          `spec.testGraph names scenarios that do not exist in the ComponentGroup and are ignored: ${unknown.join(", ")}`,
        ]),
  ];
}

/** Scenarios that are part of a circle. */
function circularScenarios(graph: TestGraph): ReadonlySet<string> {
  return new Set([...graph.keys()].filter((scenario) => waitsFor(graph, scenario, scenario)));
}

/** Whether a scenario waits for another, directly or through others. */
function waitsFor(graph: TestGraph, scenario: string, other: string): boolean {
  const seen = new Set<string>();
  const ahead = [scenario];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    for (const { name } of graph.get(next) ?? []) {
      if (name === other) return true;
      if (!seen.has(name)) ahead.push(name);
      seen.add(name);
    }
  }
  return false;
}
