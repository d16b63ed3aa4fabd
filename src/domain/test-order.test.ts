import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { graphProblems, inTestOrder, turnOf, usableGraph, type Parent, type TestGraph } from "./test-order.ts";
import { entryStatuses, type EntryStatus } from "./test-status.ts";

/** A graph as tests write it: `c<a c<b!` lets c run after a and b, and not at all if b does not pass. */
function graph(edges: string): TestGraph {
  const found = new Map<string, Parent[]>();
  for (const edge of edges.split(" ").filter((text) => text !== "")) {
    const [scenario = "", parent = ""] = edge.replace("!", "").split("<");
    found.set(scenario, [...(found.get(scenario) ?? []), { name: parent, failFast: edge.endsWith("!") }]);
  }
  return found;
}

const written = (of: TestGraph): string =>
  [...of]
    .flatMap(([scenario, parents]) => parents.map(({ name, failFast }) => `${scenario}<${name}${failFast ? "!" : ""}`))
    .join(" ");

// prettier-ignore
test.each([
  ["is kept as it is", "b<a c<b!", "a b c", "b<a c<b!"],
  ["loses parents that do not test the Snapshot", "b<a c<b c<x", "b c", "c<b"],
  ["loses scenarios that do not test the Snapshot", "b<a x<a", "a b", "b<a"],
  ["loses a scenario's waiting for itself", "a<a b<a", "a b", "b<a"],
  ["loses two that wait for each other", "a<b b<a c<a", "a b c", "c<a"],
  ["loses a circle, and what hangs on it waits all the same", "a<c b<a c<b d<c", "a b c d", "d<c"],
  ["keeps what leads into a circle", "a<b b<a a<x", "a b x", "a<x"],
])("a graph %s", (_sentence, edges, applicable, expected) => {
  expect(written(usableGraph(graph(edges), new Set(applicable.split(" "))))).toBe(expected);
});

// prettier-ignore
test.each<[string, string, string, string]>([
  ["is due without parents", "", "", "due"],
  ["is due when its parents passed", "c<a c<b", "a:TestPassed b:TestWarning", "due"],
  ["waits for a parent that runs", "c<a c<b", "a:TestPassed b:InProgress", "waits"],
  ["waits for a parent that waits", "c<a", "a:Pending", "waits"],
  ["is due after a parent that failed, which it does not depend on", "c<a", "a:TestFail", "due"],
  ["is cancelled by a parent that failed", "c<a!", "a:TestFail", "cancelled by a"],
  ["is cancelled by a parent that is invalid", "c<a!", "a:TestInvalid", "cancelled by a"],
  ["is cancelled by a parent that was deleted", "c<a!", "a:Deleted", "cancelled by a"],
  ["is cancelled without waiting for the others", "c<a c<b!", "a:InProgress b:TestFail", "cancelled by b"],
  ["is not cancelled by a warning", "c<a!", "a:TestWarning", "due"],
])("a scenario %s", (_sentence, edges, statuses, expected) => {
  const known = new Map(statuses.split(" ").map((each) => each.split(":") as [string, EntryStatus]));
  const turn = turnOf(graph(edges).get("c") ?? [], (name) => known.get(name) ?? "Pending");
  expect(turn.kind === "cancelled" ? `cancelled by ${turn.parent}` : turn.kind).toBe(expected);
});

describe("whatever is written", () => {
  const name = fc.constantFrom("a", "b", "c", "d", "constructor", "x");
  const someGraph = fc
    .array(fc.tuple(name, name, fc.boolean()), { maxLength: 20 })
    .map((edges) => graph(edges.map(([child, parent, fast]) => `${child}<${parent}${fast ? "!" : ""}`).join(" ")));
  const scenarios = ["a", "b", "c", "d", "constructor"].map((each) => ({ name: each }));

  test("every scenario has its place, each after its parents", () => {
    fc.assert(
      fc.property(someGraph, (given) => {
        const usable = usableGraph(given, new Set(scenarios.map((each) => each.name)));
        const order = inTestOrder(scenarios, usable).map((each) => each.name);
        expect(order.toSorted()).toEqual(scenarios.map((each) => each.name).toSorted());
        for (const [scenario, parents] of usable)
          for (const parent of parents) expect(order.indexOf(parent.name)).toBeLessThan(order.indexOf(scenario));
      }),
    );
  });

  test("when all parents have their outcome, nothing waits", () => {
    const final = fc.constantFrom(...entryStatuses.filter((each) => each !== "Pending" && each !== "InProgress"));
    fc.assert(
      fc.property(someGraph, final, (given, status) => {
        for (const parents of given.values()) expect(turnOf(parents, () => status).kind).not.toBe("waits");
      }),
    );
  });
});

// prettier-ignore
test.each([
  ["nothing of a graph that can be kept to", "b<a", []],
  ["which scenarios are in a circle", "a<b b<c c<a d<a", ["spec.testGraph is circular, so these scenarios do not wait for each other: a, b, c"]],
  ["which scenarios are unknown", "b<nosuch other<a", ["spec.testGraph names scenarios that do not exist in the ComponentGroup and are ignored: nosuch, other"]],
])("the author is told %s", (_what, edges, expected) => {
  expect(graphProblems(graph(edges), new Set(["a", "b", "c", "d"]))).toEqual(expected);
});
