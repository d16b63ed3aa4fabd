import fc from "fast-check";
import { expect, test } from "vitest";
import type { RunState } from "./judge-scenario.ts";
import {
  applicableScenarios,
  firstEntries,
  planTestRuns,
  withRefusals,
  type ObservedRun,
  type ScenarioFacts,
  type TestFacts,
  type TestPlan,
} from "./plan-test-runs.ts";
import { noOrder, type Parent, type TestGraph } from "./test-order.ts";
import { entryStatuses, isFinal, type ScenarioEntry } from "./test-status.ts";
import {
  running,
  finished,
  runName,
  run,
  scenario,
  entry,
  ours,
  foreign,
  type Given,
  facts,
  told,
} from "../testing/test-run-builders.ts";

// prettier-ignore
test.each<[string, Given, string]>([
  ["every scenario begins with one run, in name order", { scenarios: "lint e2e" }, "e2e InProgress 1+, lint InProgress 1+"],
  ["a Snapshot without scenarios has no runs", { scenarios: [] }, ""],
  ["a scenario may be called constructor", { scenarios: "constructor" }, "constructor InProgress 1+"],
  ["a scenario for something else does not begin", { scenarios: [scenario("e2e", { contexts: ["pull_request"] })] }, ""],
  ["a scenario that cannot be run is invalid, and has no run", { scenarios: [scenario("e2e", { problem: "no resolver" })] }, "e2e TestInvalid 1"],
  ["a run that was named but not made is made with that name", { entries: [ours("e2e", "InProgress")] }, "e2e InProgress 1+"],
  ["a run that exists is not made again", { entries: [ours("e2e", "InProgress")], runs: [run("e2e", running)] }, "e2e InProgress 1"],
  ["a run that exists without an entry is taken up, not made again", { runs: [run("e2e", running)] }, "e2e InProgress 1"],
  ["a second attempt's run that was not made is made with its own name", { entries: [ours("e2e", "InProgress", 2)], runs: [run("e2e", finished(false))] }, "e2e InProgress 2+"],
  ["a run that passed gives the outcome", { entries: [ours("e2e", "InProgress")], runs: [run("e2e", finished(true))] }, "e2e TestPassed 1"],
  ["a run that failed gives the outcome", { entries: [ours("e2e", "InProgress")], runs: [run("e2e", finished(false))] }, "e2e TestFail 1"],
  ["a run that was deleted gives the outcome", { entries: [ours("e2e", "InProgress")], runs: [run("e2e", { kind: "deleted" })] }, "e2e Deleted 1"],
  ["an outcome stays when its run is gone", { entries: [ours("e2e", "TestPassed")] }, "e2e TestPassed 1"],
  ["an outcome stays, whatever its run says later", { entries: [ours("e2e", "TestPassed")], runs: [run("e2e", finished(false))] }, "e2e TestPassed 1"],
  ["an outcome stays when an earlier attempt ends late", { entries: [ours("e2e", "TestPassed", 2)], runs: [run("e2e", finished(false))] }, "e2e TestPassed 2"],
  ["an outcome stays when its scenario can no longer be run", { scenarios: [scenario("e2e", { problem: "odd" })], entries: [ours("e2e", "TestPassed")] }, "e2e TestPassed 1"],
  ["a scenario that came later begins", { scenarios: "e2e lint", entries: [ours("e2e", "TestPassed")] }, "e2e TestPassed 1, lint InProgress 1+"],
  ["a scenario that is gone takes its entry along", { entries: [ours("e2e", "TestPassed"), ours("gone", "TestFail")] }, "e2e TestPassed 1"],
  ["a re-run is the next attempt", { entries: [ours("e2e", "TestFail")], rerun: "e2e" }, "e2e InProgress 2+"],
  ["a re-run of a re-run is the one after", { entries: [ours("e2e", "TestPassed", 2)], rerun: "e2e" }, "e2e InProgress 3+"],
  ["a re-run of one scenario leaves the others", { scenarios: "e2e lint", entries: [ours("e2e", "TestFail"), ours("lint", "TestFail")], rerun: "lint" }, "e2e TestFail 1, lint InProgress 2+"],
  ["a re-run of all is one of every scenario", { scenarios: "e2e lint", entries: [ours("e2e", "TestFail"), ours("lint", "TestPassed")], rerun: "all" }, "e2e InProgress 2+, lint InProgress 2+"],
  ["a re-run of a scenario called all is one of every scenario", { scenarios: "all e2e", entries: [ours("all", "TestFail"), ours("e2e", "TestFail")], rerun: "all" }, "all InProgress 2+, e2e InProgress 2+"],
  ["a re-run of what still runs changes nothing", { entries: [ours("e2e", "InProgress")], runs: [run("e2e", running)], rerun: "e2e" }, "e2e InProgress 1"],
  ["a re-run of an unknown scenario changes nothing", { entries: [ours("e2e", "TestFail")], rerun: "nosuch" }, "e2e TestFail 1"],
  ["a re-run of a scenario that cannot be run tells so again", { scenarios: [scenario("e2e", { problem: "odd" })], entries: [ours("e2e", "TestInvalid")], rerun: "e2e" }, "e2e TestInvalid 2"],
  ["a scenario that came after the conclusion does not begin", { scenarios: "e2e lint", entries: [ours("e2e", "TestPassed")], concluded: true }, "e2e TestPassed 1"],
  ["a scenario that came after the conclusion begins when a person asks for it", { scenarios: "e2e lint", entries: [ours("e2e", "TestPassed")], concluded: true, rerun: "lint" }, "e2e TestPassed 1, lint InProgress 1+"],
  ["an optional scenario goes on after the conclusion", { entries: [ours("e2e", "InProgress")], runs: [run("e2e", finished(true))], concluded: true }, "e2e TestPassed 1"],
  ["a run that upstream started is waited for", { entries: [foreign("e2e", "InProgress")], runs: [{ name: "snap-e2e-x7k2p", state: running }] }, "e2e InProgress 0"],
  ["a run that upstream started gives the outcome", { entries: [foreign("e2e", "InProgress")], runs: [{ name: "snap-e2e-x7k2p", state: finished(true) }] }, "e2e TestPassed 0"],
  ["a run that upstream started and is gone is followed by ours", { entries: [foreign("e2e", "InProgress")] }, "e2e InProgress 2+"],
  ["an outcome that upstream wrote stays", { entries: [foreign("e2e", "TestFail")] }, "e2e TestFail 0"],
  ["a re-run of an outcome that upstream wrote is the second attempt", { entries: [foreign("e2e", "TestFail")], rerun: "e2e" }, "e2e InProgress 2+"],
  ["a scenario that upstream left pending begins", { entries: [entry("e2e", "Pending")] }, "e2e InProgress 1+"],
  ["a scenario in progress without a run begins", { entries: [entry("e2e", "InProgress", { attempt: 2 })] }, "e2e InProgress 2+"],
])("%s", (_sentence, given, expected) => {
  expect(told(planTestRuns(facts(given)))).toBe(expected);
});

// prettier-ignore
test.each<[string, Given, readonly string[]]>([
  ["once its outcome is in an entry", { entries: [ours("e2e", "TestPassed")], runs: [run("e2e", finished(true))] }, [runName("e2e")]],
  ["in the same plan that takes its outcome down", { entries: [ours("e2e", "InProgress")], runs: [run("e2e", finished(true))] }, [runName("e2e")]],
  ["when a later attempt has taken its place", { entries: [ours("e2e", "InProgress", 2)], runs: [run("e2e", finished(false)), run("e2e", running, 2)] }, [runName("e2e")]],
  ["when its scenario is gone", { runs: [run("gone", finished(true))], entries: [ours("gone", "InProgress")] }, [runName("gone")]],
  ["when it is being deleted", { entries: [ours("e2e", "InProgress")], runs: [run("e2e", { kind: "deleted" })] }, [runName("e2e")]],
  ["but not while it runs", { entries: [ours("e2e", "InProgress")], runs: [run("e2e", running)] }, []],
  ["but not while it runs under an outdated entry", { entries: [ours("e2e", "TestFail", 2)], runs: [run("e2e", running)] }, []],
  ["in the same plan that takes its outcome down, when it was found without an entry", { runs: [run("e2e", finished(true))] }, [runName("e2e")]],
])("a run may be deleted %s", (_when, given, recorded) => {
  expect(planTestRuns(facts(given)).recorded).toEqual(recorded);
});

test("what upstream cancelled while it waited is not begun after all, unless somebody asks for it", () => {
  const cancelled: Given = { entries: [entry("e2e", "Pending")], concluded: true };
  expect(planTestRuns(facts(cancelled)).start).toEqual([]);
  expect(planTestRuns(facts({ ...cancelled, rerun: "e2e" })).start).toEqual([{ scenario: "e2e", run: runName("e2e") }]);
});

test("a re-run that is asked for when the run has just ended is not swallowed", () => {
  const given = facts({ entries: [ours("e2e", "InProgress")], runs: [run("e2e", finished(false))], rerun: "e2e" });
  expect(planTestRuns(given)).toMatchObject({ start: [{ scenario: "e2e", run: runName("e2e", 2) }], rerunTaken: true });
});

test("an entry that was lost goes on with the latest attempt that has a run", () => {
  const { entries, start } = planTestRuns(facts({ runs: [run("e2e", finished(false)), run("e2e", running, 2)] }));
  expect([entries, start]).toMatchObject([[{ attempt: 2, status: "InProgress" }], []]);
});

test.each([
  ["when it was asked for", "e2e", true],
  ["when it names nothing there is", "nosuch", true],
  ["but not when there was none", undefined, false],
])("the request for a re-run is taken %s", (_when, rerun, taken) => {
  expect(
    planTestRuns(facts({ entries: [ours("e2e", "TestFail")], ...(rerun === undefined ? {} : { rerun }) })).rerunTaken,
  ).toBe(taken);
});

test.each([
  ["of a scenario that there is", { rerun: "e2e" }, undefined],
  ["of all", { rerun: "all" }, undefined],
  [
    "of another",
    { rerun: "nosuch" },
    "Nothing is run again: no scenario nosuch tests this Snapshot. There are: e2e, lint; all means all of them",
  ],
  [
    "of all where there is none",
    { scenarios: [], rerun: "all" },
    "Nothing is run again: no scenario tests this Snapshot",
  ],
])("whoever asks for a re-run %s is told what stands in its way", (_which, given, problem) => {
  expect(planTestRuns(facts({ scenarios: "e2e lint", ...given })).rerunProblem).toBe(problem);
});

test.each<[string, Given, boolean]>([
  ["while it is required", {}, false],
  ["once it is optional", { scenarios: [scenario("e2e", { optional: true })] }, true],
  [
    "once it is optional, and something else is required and failed",
    { scenarios: [scenario("e2e", { optional: true }), scenario("lint")] },
    false,
  ],
  [
    "once it is gone, and the one that is asked for is optional",
    { scenarios: [scenario("extra", { optional: true })], rerun: "extra" },
    true,
  ],
  ["once it is gone, and nothing is run again", { scenarios: [], rerun: "all" }, false],
])("a re-run of what failed a scenario passes without waiting, or not: %s", (_when, given, passes) => {
  const entries = [ours("e2e", "TestFail"), ours("lint", "TestFail")];
  expect(planTestRuns(facts({ entries, concluded: true, rerun: "e2e", ...given })).rerunPasses).toBe(passes);
});

test("an entry follows its scenario from optional to required and back, and only then changes", () => {
  const optional = [scenario("e2e", { optional: true })];
  const made = planTestRuns(facts({ scenarios: optional, entries: [ours("e2e", "TestFail")] })).entries;
  expect(made).toEqual([{ ...ours("e2e", "TestFail"), isOptionalScenario: true }]);
  expect(planTestRuns(facts({ entries: made })).entries).toEqual([ours("e2e", "TestFail")]);
  expect(planTestRuns(facts({ scenarios: optional, entries: made })).entries).toBe(made);
});

// prettier-ignore
test.each<[string, ScenarioFacts, ScenarioEntry]>([
  [
    "names its run before that exists",
    scenario("e2e", { optional: true }),
    {
      scenario: "e2e",
      status: "InProgress",
      lastUpdateTime: "now",
      details: `IntegrationTestScenario pipeline '${runName("e2e")}' has been created`,
      startTime: "now",
      testPipelineRunName: runName("e2e"),
      isOptionalScenario: true,
      attempt: 1,
    },
  ],
  [
    "tells why it has none",
    scenario("e2e", { problem: "no resolver" }),
    { scenario: "e2e", status: "TestInvalid", lastUpdateTime: "now", details: "IntegrationTestScenario 'e2e' is invalid: no resolver", completionTime: "now", attempt: 1 },
  ],
])("a scenario's first entry %s", (_what, of, expected) => {
  const born = firstEntries({ name: "snap", type: "component", isPush: true }, { scenarios: [of], graph: noOrder, now: "now" });
  expect(born).toStrictEqual([expected]);
});

test("a scenario whose run was refused for good is invalid, and the others stay the very same", () => {
  const entries = [ours("e2e", "InProgress"), ours("constructor", "InProgress")];
  const [refused, other] = withRefusals(entries, new Map([["e2e", "no such pipeline"]]), "now");
  expect([refused?.status, refused?.details]).toEqual([
    "TestInvalid",
    "Creation of pipelineRun failed during creation due to: no such pipeline.",
  ]);
  expect(other).toBe(entries[1]);
});

test("scenarios are taken in name order, without those for something else", () => {
  const all = [scenario("c"), scenario("a"), scenario("b", { contexts: ["group"] })];
  expect(applicableScenarios(all, { type: "component", isPush: true }).map(({ name }) => name)).toEqual(["a", "c"]);
});

const scenarioNames = ["all", "constructor", "e2e"] as const;
const someName = fc.constantFrom(...scenarioNames);
const someState = fc.constantFrom<RunState>(running, { kind: "deleted" }, finished(true), finished(false));
const someScenario = fc
  .record({
    name: someName,
    optional: fc.boolean(),
    contexts: fc.constantFrom([], ["component"], ["group"]),
    problem: fc.option(fc.constant("odd"), { nil: undefined }),
  })
  .map(({ problem, ...rest }): ScenarioFacts => ({ ...rest, ...(problem === undefined ? {} : { problem }) }));
const someEntry = fc
  .tuple(someName, fc.constantFrom(...entryStatuses), fc.nat(3), fc.constantFrom("ours", "foreign", "none"))
  .map(([name, status, attempt, named]): ScenarioEntry => ({
    ...entry(name, status),
    ...(attempt === 0 ? {} : { attempt }),
    ...(named === "none"
      ? {}
      : { testPipelineRunName: named === "ours" ? runName(name, Math.max(1, attempt)) : `snap-${name}-x7k2p` }),
  }));
const someRun = fc
  .tuple(someName, fc.nat(4), someState)
  .map(([name, attempt, state]): ObservedRun =>
    attempt === 0 ? { name: `snap-${name}-x7k2p`, state } : run(name, state, attempt),
  );
const someGraph = fc.array(fc.tuple(someName, someName, fc.boolean()), { maxLength: 4 }).map((edges): TestGraph => {
  const found = new Map<string, Parent[]>();
  for (const [child, name, failFast] of edges) found.set(child, [...(found.get(child) ?? []), { name, failFast }]);
  return found;
});
const someFacts = fc
  .record({
    scenarios: fc.uniqueArray(someScenario, { selector: ({ name }) => name }),
    entries: fc.uniqueArray(someEntry, { selector: ({ scenario: name }) => name }),
    runs: fc.uniqueArray(someRun, { selector: ({ name }) => name, maxLength: 8 }),
    graph: someGraph,
    rerun: fc.constantFrom(undefined, "all", "e2e", "nosuch"),
    concluded: fc.boolean(),
  })
  .map(({ rerun, ...given }) => facts({ ...given, ...(rerun === undefined ? {} : { rerun }) }));
const runs = { numRuns: 2000 };

/** The facts after a plan was carried out and nothing else happened: entries written, runs started, the request gone. */
function carriedOut({ snapshot, ...rest }: TestFacts, plan: TestPlan): TestFacts {
  const { rerun: _, ...answered } = snapshot;
  return {
    ...rest,
    snapshot: answered,
    entries: plan.entries,
    runs: [...rest.runs, ...plan.start.map(({ run: name }) => ({ name, state: running }))],
    now: "later",
  };
}

test("whatever is found, a plan that was carried out leaves nothing to write: at most outcomes that were there already, each in its turn", () => {
  fc.assert(
    fc.property(someFacts, (given) => {
      let known = carriedOut(given, planTestRuns(given));
      for (const _ of given.scenarios) known = carriedOut(known, planTestRuns(known));
      const last = planTestRuns(carriedOut(known, planTestRuns(known)));
      expect(last.entries).toBe(known.entries);
      expect(last.start).toEqual([]);
    }),
    runs,
  );
});

test("whatever is found, planning again from what was written, with no run started, starts the same runs", () => {
  fc.assert(
    fc.property(someFacts, (given) => {
      const plan = planTestRuns(given);
      const crashed = { ...carriedOut(given, plan), runs: given.runs };
      const { start } = planTestRuns(crashed);
      expect(start).toEqual(expect.arrayContaining([...plan.start]));
      // Whose turn has come by an outcome that was there already may begin as well.
      const begun = start.filter((each) => !plan.start.some(({ run: name }) => name === each.run));
      expect(begun.filter(({ scenario: name }) => !given.graph.has(name))).toEqual([]);
    }),
    runs,
  );
});

test("whatever is found, no run is due that exists, none is due twice, and each is its entry's", () => {
  fc.assert(
    fc.property(someFacts, (given) => {
      const { entries, start } = planTestRuns(given);
      const due = start.map((each) => each.run);
      expect(new Set(due).size).toBe(due.length);
      expect(given.runs.filter(({ name }) => due.includes(name))).toEqual([]);
      for (const each of start)
        expect(entries.find((one) => one.scenario === each.scenario)).toMatchObject({
          status: "InProgress",
          testPipelineRunName: each.run,
        });
    }),
    runs,
  );
});

test("whatever is found, an outcome only changes with a later attempt, and attempts only grow", () => {
  fc.assert(
    fc.property(someFacts, (given) => {
      for (const before of given.entries) {
        const after = planTestRuns(given).entries.find((each) => each.scenario === before.scenario) ?? before;
        const [then, now] = [before.attempt ?? 1, after.attempt ?? 1];
        const isSame = after.status === before.status && after.details === before.details;
        expect(now > then || (now === then && (isSame || !isFinal(before.status)))).toBe(true);
      }
    }),
    runs,
  );
});

test("whatever is found, exactly the applicable scenarios have an entry until the conclusion, and after it no others come", () => {
  fc.assert(
    fc.property(someFacts, (given) => {
      const applicable = applicableScenarios(given.scenarios, given.snapshot).map(({ name }) => name);
      const known = planTestRuns(given).entries.map((each) => each.scenario);
      const before = given.entries.map((each) => each.scenario);
      const others = known.filter((name) => !applicable.includes(name) && !before.includes(name));
      expect(given.snapshot.concluded ? others : known).toEqual(given.snapshot.concluded ? [] : applicable);
    }),
    runs,
  );
});

test("whatever is found, no run may be deleted that runs or that an entry waits for", () => {
  fc.assert(
    fc.property(someFacts, (given) => {
      const { entries, recorded } = planTestRuns(given);
      const awaited = entries.filter(({ status }) => !isFinal(status)).map(({ testPipelineRunName: name }) => name);
      const needed = given.runs.filter(({ name, state }) => state.kind === "running" || awaited.includes(name));
      expect(needed.filter(({ name }) => recorded.includes(name))).toEqual([]);
    }),
    runs,
  );
});
