import fc from "fast-check";
import { expect, test } from "vitest";
import {
  admitTestRuns,
  compareWaiting,
  whatItWaitsFor,
  type TestRunLimits,
  type WaitingRun,
} from "./admit-test-runs.ts";

/** A run as tests write it: `red/s3.e2e` is required by the Snapshot s3 of age 3 in namespace red, `red/s3.e2e?` optional. */
function waiting(text: string): WaitingRun {
  const [, namespace = "", snapshot = "", age = "", run = "", mark] =
    /^(\w+)\/(\w+?(\d+))\.(\w+)(\?)?$/.exec(text) ?? [];
  return { namespace, snapshot, run, optional: mark === "?", createdAt: Number(age) };
}

const told = ({ namespace, snapshot, run, optional }: WaitingRun): string =>
  `${namespace}/${snapshot}.${run}${optional ? "?" : ""}`;

interface Given {
  readonly limits: TestRunLimits;
  readonly running?: Readonly<Record<string, number>>;
  readonly line: string;
}

function admitted({ limits, running = {}, line }: Given): string {
  const runs = line.split(" ").map(waiting).toSorted(compareWaiting);
  const lines = Map.groupBy(runs, ({ namespace }) => namespace);
  return admitTestRuns({ limits, running: new Map(Object.entries(running)), lines })
    .map(told)
    .join(" ");
}

test.each<[string, Given, string]>([
  ["the older Snapshot goes first", { limits: { inAll: 1 }, line: "red/s2.a red/s1.a" }, "red/s1.a"],
  [
    "of one Snapshot what is required goes first",
    { limits: { inAll: 2 }, line: "red/s1.a? red/s1.z red/s2.b" },
    "red/s1.z red/s1.a?",
  ],
  [
    "a namespace that is full does not hold up another",
    { limits: { perNamespace: 2 }, running: { red: 2 }, line: "red/s1.a blue/s9.a blue/s9.b blue/s9.c" },
    "blue/s9.a blue/s9.b",
  ],
  [
    "a namespace that runs nothing goes before one that runs something, however old what waits there",
    { limits: { inAll: 4 }, running: { red: 3 }, line: "red/s1.a red/s1.b blue/s9.a" },
    "blue/s9.a",
  ],
  [
    "places that become free at once are shared",
    { limits: { inAll: 4 }, line: "red/s1.a red/s1.b red/s1.c red/s1.d blue/s9.a blue/s9.b" },
    "red/s1.a blue/s9.a red/s1.b blue/s9.b",
  ],
  ["no place, nobody", { limits: { inAll: 3 }, running: { red: 2, blue: 1 }, line: "green/s1.a" }, ""],
  [
    "more run than may, as after the limit was lowered",
    { limits: { inAll: 1 }, running: { red: 5 }, line: "a/s1.a" },
    "",
  ],
  [
    "both limits hold",
    { limits: { perNamespace: 1, inAll: 2 }, line: "red/s1.a red/s1.b blue/s2.a green/s3.a" },
    "red/s1.a blue/s2.a",
  ],
])("%s", (_what, given, expected) => {
  expect(admitted(given)).toBe(expected);
});

test.each<[TestRunLimits, Readonly<Record<string, number>>, string]>([
  [
    { perNamespace: 2, inAll: 3 },
    { red: 2, blue: 1 },
    "Waiting for a free place: at most 2 test pipelines run at a time in this namespace",
  ],
  [
    { perNamespace: 2, inAll: 3 },
    { red: 1, blue: 2 },
    "Waiting for a free place: at most 3 test pipelines run at a time in all namespaces",
  ],
  [{ inAll: 3 }, { blue: 3 }, "Waiting for a free place: at most 3 test pipelines run at a time in all namespaces"],
])("what a run waits for under %j with %j running", (limits, running, expected) => {
  expect(whatItWaitsFor(limits, new Map(Object.entries(running)), waiting("red/s1.a"))).toBe(expected);
});

const anyLimits = fc.record({ perNamespace: fc.integer({ min: 1, max: 3 }), inAll: fc.integer({ min: 1, max: 5 }) });
const anyLine = fc.array(
  fc.record({
    namespace: fc.constantFrom("red", "blue", "green"),
    snapshot: fc.constantFrom("s1", "s2", "s3", "s4"),
    run: fc.constantFrom("a", "b", "c"),
    optional: fc.boolean(),
    createdAt: fc.integer({ min: 1, max: 9 }),
  }),
  { maxLength: 30 },
);

test("no limit is ever exceeded, no place stays free while somebody may have it, and everyone gets one in the end", () => {
  fc.assert(
    fc.property(anyLimits, anyLine, (limits, line) => {
      let left = line.toSorted(compareWaiting);
      let running = new Map<string, number>();
      // Each round ends all runs: whoever waits must be served within as many rounds as there are runs.
      for (let round = 0; round < line.length; round++) {
        const lines = Map.groupBy(left, ({ namespace }) => namespace);
        const now = admitTestRuns({ limits, running, lines });
        running = new Map([...Map.groupBy(now, ({ namespace }) => namespace)].map(([name, of]) => [name, of.length]));
        const sum = now.length;
        expect(sum).toBeLessThanOrEqual(limits.inAll);
        for (const count of running.values()) expect(count).toBeLessThanOrEqual(limits.perNamespace);
        const mayGo = left.filter(
          (run) => !now.includes(run) && sum < limits.inAll && (running.get(run.namespace) ?? 0) < limits.perNamespace,
        );
        expect(mayGo).toEqual([]);
        left = left.filter((run) => !now.includes(run));
        running = new Map();
      }
      expect(left).toEqual([]);
    }),
  );
});
