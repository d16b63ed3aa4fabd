import { resources } from "../../api/group.ts";
import type { TestRunRecord } from "../../cache/pipeline-run.ts";
import { traitsOf } from "../../cache/snapshot.ts";
import { planTestRuns, withRefusals, type TestFacts } from "../../domain/plan-test-runs.ts";
import { present } from "../../domain/present.ts";
import type { ObjectKey } from "../../kube/object.ts";
import type { Outcome } from "../../runtime/controller.ts";
import { isoNow, type Environment } from "../environment.ts";
import { cancelRuns, letRunsGo, recordEntries, recordRefusals, startRuns } from "./act.ts";
import { belongsTo, gather, testRunsNamed, type GatheredSnapshot } from "./gather.ts";
import type { TestRunSettings } from "./render.ts";
import { refuse, tellTesting } from "./status.ts";

/** A Snapshot: are its test runs started, and what do they say? Whether it is promoted is not asked here. */
export async function reconcile(
  env: Environment,
  key: ObjectKey,
  settings: TestRunSettings,
  signal: AbortSignal,
): Promise<Outcome> {
  const record = env.caches.snapshots.get(key);
  if (record === undefined || record.open === undefined || record.deleting) return letAllGo(env, key, signal);
  const gathered = await gather(env, record, record.open, signal);
  if (gathered.application === undefined) return refuse(env, gathered, { kind: "applicationMissing" }, signal);
  if (gathered.problems.length > 0)
    return refuse(env, gathered, { kind: "invalid", problems: gathered.problems }, signal);
  if (gathered.newer !== undefined) return cancel(env, gathered, gathered.newer, signal);
  return test(env, gathered, settings, signal);
}

/** A newer build of the same pull request makes these tests pointless: they are stopped and the Snapshot says so, in an order
 * that a crash cannot leave half done. */
async function cancel(
  env: Environment,
  gathered: GatheredSnapshot,
  newer: string,
  signal: AbortSignal,
): Promise<Outcome> {
  await cancelRuns(env, gathered.runs, signal);
  return refuse(env, gathered, { kind: "canceled", newer }, signal);
}

/** The plan is written down before it is carried out, and an outcome before its run may go: a crash in between loses neither. */
async function test(
  env: Environment,
  gathered: GatheredSnapshot,
  settings: TestRunSettings,
  signal: AbortSignal,
): Promise<Outcome> {
  const now = isoNow(env.clock);
  const plan = planTestRuns(factsOf(gathered, now));
  const planned = await recordEntries(env, gathered, plan, signal);
  const started = await startRuns(env, gathered, { start: plan.start, settings }, signal);
  const entries = withRefusals(plan.entries, started.refusals, now);
  const seen = started.refusals.size === 0 ? planned : await recordRefusals(env, planned, entries, signal);
  await tellTesting(env, gathered, { seen, entries }, signal);
  await letRunsGo(env, gathered.runs, plan.recorded, signal);
  return started.retryAfterMs === undefined
    ? { kind: "settled" }
    : { kind: "lookAgain", afterMs: started.retryAfterMs };
}

function factsOf({ record, open, scenarios, observed }: GatheredSnapshot, now: string): TestFacts {
  return {
    snapshot: {
      ...traitsOf(record, open),
      name: record.key.name,
      concluded: record.concluded,
      ...present({ rerun: open.rerun }),
    },
    scenarios: scenarios.map(({ facts }) => facts),
    entries: open.entries,
    runs: observed,
    now,
  };
}

/** A run may go when its Snapshot is gone, or when it has ended and its Snapshot has nothing left to do. */
async function letAllGo(env: Environment, key: ObjectKey, signal: AbortSignal): Promise<Outcome> {
  const record = env.caches.snapshots.get(key);
  const isNeeded = (run: TestRunRecord): boolean =>
    record !== undefined && !record.deleting && belongsTo(run, record) && run.state === "running" && !run.deleting;
  const over = testRunsNamed(env, key).filter((run) => run.held && !isNeeded(run));
  if (over.length === 0) return { kind: "settled" };
  // Runs and Snapshots come by different watches: a run may be known before its Snapshot is.
  if (record === undefined && (await env.client.get(resources.snapshot, key, signal)) !== undefined) {
    return { kind: "lookAgain", afterMs: cacheLagMs };
  }
  const names = over.map((run) => run.key.name);
  await letRunsGo(env, over, names, signal);
  return { kind: "settled" };
}

const cacheLagMs = 1000;
