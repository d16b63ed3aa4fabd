import { inNamespace } from "../../cache/identity.ts";
import { findOwner, graphOf, membersOf } from "../../cache/membership.ts";
import { ownerIndex, type OwnerRecord } from "../../cache/owner.ts";
import type { PipelineRunRecord, TestRunRecord } from "../../cache/pipeline-run.ts";
import type { ScenarioRecord } from "../../cache/scenario.ts";
import type { OpenSnapshot, SnapshotRecord } from "../../cache/snapshot.ts";
import { problemsOf } from "../../cache/snapshot-problems.ts";
import type { RunState } from "../../domain/judge-scenario.ts";
import type { ObservedRun } from "../../domain/plan-test-runs.ts";
import { present } from "../../domain/present.ts";
import type { TestGraph } from "../../domain/test-order.ts";
import type { Successor } from "../../domain/supersede-pull-request.ts";
import type { ObjectKey } from "../../kube/object.ts";
import { settleAll } from "../../runtime/settle-all.ts";
import type { Environment } from "../environment.ts";
import { successorOf } from "./successor.ts";
import { taskRunsOf } from "./task-runs.ts";

/** Everything about a Snapshot that planning and acting on its tests need. */
export interface GatheredSnapshot {
  readonly record: SnapshotRecord;
  readonly open: OpenSnapshot;
  readonly scenarios: readonly ScenarioRecord[];
  readonly runs: readonly TestRunRecord[];
  readonly observed: readonly ObservedRun[];
  /** Which scenarios run after which. */
  readonly graph: TestGraph;
  /** The Application or the ComponentGroup that it belongs to, if that exists. */
  readonly owner?: OwnerRecord;
  /** What makes testing it pointless. */
  readonly newer?: Successor;
  /** What is wrong with the Snapshot itself; with any of it, it is not tested. */
  readonly problems: readonly string[];
}

/** Looks an open Snapshot up in the caches. */
export async function gather(
  env: Environment,
  record: SnapshotRecord,
  open: OpenSnapshot,
  signal: AbortSignal,
): Promise<GatheredSnapshot> {
  const { caches } = env;
  const runs = testRunsNamed(env, record.key).filter((run) => belongsTo(run, record));
  return {
    record,
    open,
    runs,
    scenarios: caches.scenarios.byIndex("byOwner", ownerIndex(record.owner)),
    graph: graphOf(caches, record.owner),
    observed: await settleAll(
      runs.map(async (run) => ({ name: run.key.name, state: await stateOf(env, run, signal) })),
    ),
    ...present({
      owner: findOwner(caches, record.owner),
      newer: isAskedFor(record, open) ? undefined : successorOf(env, record),
    }),
    problems: record.concluded ? [] : problemsOf(record, open, membersOf(caches, record.owner)),
  };
}

/** The test PipelineRuns of all Snapshots that have, or had, this name. */
export function testRunsNamed({ caches }: Environment, { namespace, name }: ObjectKey): readonly TestRunRecord[] {
  const runs = caches.pipelineRuns.byIndex("bySnapshot", inNamespace(namespace, name));
  return runs.filter((run: PipelineRunRecord): run is TestRunRecord => run.type === "test");
}

/** Whether a test PipelineRun is this Snapshot's, and not that of a namesake that is gone. */
export function belongsTo(run: TestRunRecord, { uid }: Pick<SnapshotRecord, "uid">): boolean {
  return run.snapshotUid === "" || run.snapshotUid === uid;
}

/** Whether a person has a concluded Snapshot tested again. */
function isAskedFor({ concluded }: SnapshotRecord, { rerun, retesting }: OpenSnapshot): boolean {
  return concluded && (rerun !== undefined || retesting);
}

/** How a test PipelineRun stands. */
async function stateOf(env: Environment, run: TestRunRecord, signal: AbortSignal): Promise<RunState> {
  if (run.state === "running") return { kind: run.deleting ? "deleted" : "running" };
  const tasks = await taskRunsOf(env, run, signal);
  return {
    kind: "finished",
    succeeded: run.state === "succeeded",
    taskRunsReferenced: run.taskRuns,
    taskRunsFound: tasks.length,
    outputs: tasks.flatMap(({ output }) => (output === undefined ? [] : [output])),
  };
}
