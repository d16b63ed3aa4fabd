import { expect, test } from "vitest";
import {
  running,
  finished,
  run,
  scenario,
  entry,
  ours,
  type Given,
  facts,
  told,
} from "../testing/test-run-builders.ts";
import { planTestRuns } from "./plan-test-runs.ts";
import type { TestGraph } from "./test-order.ts";
import type { ScenarioEntry } from "./test-status.ts";

const after = (edges: Readonly<Record<string, string>>): TestGraph =>
  new Map(
    Object.entries(edges).map(([child, parents]) => [
      child,
      parents.split(" ").map((name) => ({ name: name.replace("!", ""), failFast: name.endsWith("!") })),
    ]),
  );
const chain = after({ e2e: "smoke!", soak: "e2e!" });
const waiting = (name: string, parents: string): ScenarioEntry =>
  entry(name, "Pending", { runAfter: parents.split(" "), attempt: 1 });
const cancelled = (name: string, parent: string): ScenarioEntry =>
  entry(name, "TestFail", {
    details: `Cancelled on account of required ${parent} failing`,
    runAfter: [parent],
    attempt: 1,
  });
const three = "e2e smoke soak";

// prettier-ignore
test.each<[string, Given, string]>([
  ["waits for those before it", { scenarios: three, graph: chain }, "e2e Pending 1, smoke InProgress 1+, soak Pending 1"],
  ["begins in the same plan that takes its parent's outcome down", { scenarios: three, graph: chain, entries: [waiting("e2e", "smoke"), ours("smoke", "InProgress"), waiting("soak", "e2e")], runs: [run("smoke", finished(true))] }, "e2e InProgress 1+, smoke TestPassed 1, soak Pending 1"],
  ["fails with its parent, and with it all that depend on it", { scenarios: three, graph: chain, entries: [waiting("e2e", "smoke"), ours("smoke", "InProgress"), waiting("soak", "e2e")], runs: [run("smoke", finished(false))] }, "e2e TestFail 1, smoke TestFail 1, soak TestFail 1"],
  ["that only follows a cancelled one begins", { scenarios: three, graph: after({ e2e: "smoke!", soak: "e2e" }), entries: [waiting("e2e", "smoke"), ours("smoke", "TestFail"), waiting("soak", "e2e")] }, "e2e TestFail 1, smoke TestFail 1, soak InProgress 1+"],
  ["begins after a parent that failed, which it does not depend on", { scenarios: "e2e smoke", graph: after({ e2e: "smoke" }), entries: [waiting("e2e", "smoke"), ours("smoke", "TestFail")] }, "e2e InProgress 1+, smoke TestFail 1"],
  ["does not wait for one that does not test the Snapshot", { scenarios: [scenario("e2e"), scenario("smoke", { contexts: ["group"] })], graph: chain }, "e2e InProgress 1+"],
  ["does not wait for one that is gone", { scenarios: "e2e", graph: chain, entries: [waiting("e2e", "smoke"), ours("smoke", "InProgress")] }, "e2e InProgress 1+"],
  ["does not wait in a circle", { scenarios: "e2e smoke", graph: after({ e2e: "smoke", smoke: "e2e" }) }, "e2e InProgress 1+, smoke InProgress 1+"],
  ["that cannot be run does not wait to say so, and what depends on it fails", { scenarios: [scenario("e2e", { problem: "odd" }), scenario("smoke"), scenario("soak")], graph: chain }, "e2e TestInvalid 1, smoke InProgress 1+, soak TestFail 1"],
  ["waits again in a re-run of all", { scenarios: "e2e smoke", graph: chain, entries: [ours("e2e", "TestFail"), ours("smoke", "TestPassed")], rerun: "all" }, "e2e Pending 2, smoke InProgress 2+"],
  ["that was cancelled waits again when its parent is run again", { scenarios: three, graph: chain, entries: [cancelled("e2e", "smoke"), ours("smoke", "TestFail"), cancelled("soak", "e2e")], rerun: "smoke", concluded: true }, "e2e Pending 2, smoke InProgress 2+, soak Pending 2"],
  ["that was cancelled is cancelled again when it alone is asked for", { scenarios: "e2e smoke", graph: chain, entries: [cancelled("e2e", "smoke"), ours("smoke", "TestFail")], rerun: "e2e", concluded: true }, "e2e TestFail 2, smoke TestFail 1"],
  ["that was cancelled stays so after the conclusion, whatever becomes of the order", { scenarios: "e2e smoke", entries: [cancelled("e2e", "smoke"), ours("smoke", "TestFail")], concluded: true }, "e2e TestFail 1, smoke TestFail 1"],
  ["that is optional has its turn after the conclusion", { scenarios: "e2e smoke", graph: after({ e2e: "smoke" }), entries: [waiting("e2e", "smoke"), ours("smoke", "InProgress")], runs: [run("smoke", finished(true))], concluded: true }, "e2e InProgress 1+, smoke TestPassed 1"],
  ["whose tests were stopped does not begin", { scenarios: "e2e smoke", graph: after({ e2e: "smoke" }), entries: [waiting("e2e", "smoke"), ours("smoke", "InProgress")], runs: [run("smoke", finished(false))], concluded: true, stopped: true }, "e2e Pending 1, smoke TestFail 1"],
  ["whose entry was lost goes on with its run, turn or no turn", { scenarios: "e2e smoke", graph: chain, runs: [run("e2e", running)] }, "e2e InProgress 1, smoke InProgress 1+"],
])("a scenario with a place in the order %s", (_sentence, given, expected) => {
  expect(told(planTestRuns(facts(given)))).toBe(expected);
});

test("a scenario that waits says for which others, and of a failure it did not survive says whose", () => {
  const born = planTestRuns(facts({ scenarios: "e2e smoke", graph: chain }));
  expect(born.entries[0]).toEqual({
    scenario: "e2e",
    status: "Pending",
    lastUpdateTime: "now",
    details: "Pending",
    runAfter: ["smoke"],
    attempt: 1,
  });
  const failed = { scenarios: "e2e smoke", graph: chain, entries: born.entries, runs: [run("smoke", finished(false))] };
  expect(planTestRuns(facts(failed)).entries[0]).toMatchObject({
    status: "TestFail",
    details: "Cancelled on account of required smoke failing",
    runAfter: ["smoke"],
    completionTime: "now",
  });
  expect(planTestRuns(facts({ ...failed, runs: [run("smoke", running)] })).entries[0]).toBe(born.entries[0]);
});
