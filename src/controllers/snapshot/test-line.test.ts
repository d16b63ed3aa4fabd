import { expect, test } from "vitest";
import { pipelineRunIndexes, type TestRunRecord } from "../../cache/pipeline-run.ts";
import type { TestRunLimits } from "../../domain/admit-test-runs.ts";
import { createStore } from "../../runtime/store.ts";
import { createTestLine } from "./test-line.ts";

let version = 1;
const record = (name: string, over: Partial<TestRunRecord> = {}): TestRunRecord => ({
  key: { namespace: "red", name },
  uid: name,
  resourceVersion: String(version++),
  type: "test",
  state: "running",
  deleting: false,
  finalizers: [],
  held: true,
  snapshot: "",
  snapshotUid: "",
  scenario: "",
  cancelled: false,
  taskRuns: 0,
  ...over,
});

/** A line, the runs that exist, and who was woken. */
function open(limits: TestRunLimits) {
  const runs = createStore({ indexes: pipelineRunIndexes });
  const now = { ms: 0 };
  const line = createTestLine(limits, runs, () => now.ms);
  const woken: string[] = [];
  line.source.start(({ name }) => woken.push(name));
  /** One look at a Snapshot whose name ends in its age, which creates what it may. Returns what it must wait with. */
  const look = (snapshot: string, names: string, { fails = false } = {}): string => {
    const turn = line.turn({ namespace: "red", name: snapshot });
    const due = names.split(" ").map((run) => ({ run, optional: run.endsWith("?") }));
    const waits = turn.ask({ createdAt: Number(/\d+$/.exec(snapshot)?.[0]) }, due);
    for (const { run } of due) if (!waits.has(run) && !fails) runs.apply(record(run));
    turn.end();
    return [...waits.keys()].join(" ");
  };
  const finish = (run: string): void => runs.apply(record(run, { state: "succeeded" }));
  return { line, runs, woken, look, finish, now };
}

test("what runs is counted in the cache: a look sees what the one before it created", () => {
  const { look } = open({ perNamespace: 2 });
  expect(look("s1", "a b c")).toBe("c");
  expect(look("s2", "d")).toBe("d");
});

test("places are counted while their runs are being created, before the cache knows them", () => {
  const { line } = open({ inAll: 1 });
  const first = line.turn({ namespace: "red", name: "s1" });
  const second = line.turn({ namespace: "blue", name: "s2" });
  expect(first.ask({ createdAt: 1 }, [{ run: "a", optional: false }]).size).toBe(0);
  expect(second.ask({ createdAt: 2 }, [{ run: "b", optional: false }]).size).toBe(1);
});

test("a run that ends wakes the oldest that waits, and nobody else", () => {
  const { look, finish, woken } = open({ perNamespace: 1 });
  look("s1", "a");
  look("s3", "c");
  look("s2", "b");
  expect(woken).toEqual([]);
  finish("a");
  expect(woken).toEqual(["s2"]);
  expect(look("s3", "c")).toBe("c");
  expect(look("s2", "b")).toBe("");
});

test("who was refused a run gives the place to the next", () => {
  const { look, finish, woken } = open({ perNamespace: 1 });
  look("s1", "a");
  look("s2", "b");
  look("s3", "c");
  finish("a");
  look("s2", "b", { fails: true });
  expect(woken).toEqual(["s2", "s3"]);
});

test("who waits no longer leaves the line: those behind it move up", () => {
  const { line, look, finish, woken } = open({ perNamespace: 1 });
  look("s1", "a");
  look("s2", "b");
  look("s3", "c");
  finish("a");
  // Its tests are not wanted any more, so that this look asks for nothing.
  line.turn({ namespace: "red", name: "s2" }).end();
  expect(woken).toEqual(["s2", "s3"]);
});

test("a run that is deleted, or gone, makes room as well", () => {
  const { runs, look, woken } = open({ perNamespace: 2 });
  look("s1", "a b");
  look("s2", "c");
  look("s3", "d");
  runs.apply(record("a", { deleting: true }));
  expect(woken).toEqual(["s2"]);
  runs.remove({ namespace: "red", name: "b" }, "b");
  expect(woken).toEqual(["s2", "s2", "s3"]);
});

test("without limits nobody waits", () => {
  const { look, woken, finish } = open({});
  expect(look("s1", "a b c d e f g h")).toBe("");
  finish("a");
  expect(woken).toEqual([]);
});

test("what runs and what waits is counted, and who asks again has waited since it asked first", () => {
  const { line, look, finish, now } = open({ perNamespace: 2 });
  expect(line.tests()).toEqual([]);
  look("s1", "a b c");
  now.ms = 5_000;
  look("s2", "d");
  look("s1", "c");
  expect(line.tests()).toEqual([{ namespace: "red", running: 2, waiting: 2, waitingMs: 5_000 }]);
  finish("a");
  look("s1", "c");
  now.ms = 7_000;
  expect(line.tests()).toEqual([{ namespace: "red", running: 2, waiting: 1, waitingMs: 2_000 }]);
  for (const run of ["b", "c"]) finish(run);
  look("s2", "d");
  finish("d");
  expect(line.tests()).toEqual([]);
});

test("without limits nothing waits, and what runs is counted all the same", () => {
  const { line, look } = open({});
  expect(look("s1", "a b c")).toBe("");
  expect(line.tests()).toEqual([{ namespace: "red", running: 3, waiting: 0, waitingMs: 0 }]);
});
