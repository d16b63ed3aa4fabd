import { loggedOwner } from "../log-fields.ts";
import { conditionTypes, promotedReasons } from "../../api/conditions.ts";
import { resources } from "../../api/group.ts";
import { messages } from "../../api/messages.ts";
import type { Snapshot } from "../../api/snapshot.ts";
import type { TestRunRecord } from "../../cache/pipeline-run.ts";
import { membersOf } from "../../cache/membership.ts";
import { contentOf } from "../../cache/snapshot-content.ts";
import { problemsOf } from "../../cache/snapshot-problems.ts";
import { conditionsOf, traitsOf, type SnapshotRecord } from "../../cache/snapshot.ts";
import { planTestRuns, withRefusals, type TestFacts, type TestPlan } from "../../domain/plan-test-runs.ts";
import { present } from "../../domain/present.ts";
import { rerunDue } from "../../domain/rerun-due.ts";
import { withdrawTestRuns, withholdTestRuns } from "../../domain/withhold-test-runs.ts";
import { findCondition } from "../../kube/conditions.ts";
import type { Successor } from "../../domain/supersede-pull-request.ts";
import type { Seen } from "../../kube/guarded-patch.ts";
import type { ObjectKey } from "../../kube/object.ts";
import type { Outcome } from "../../runtime/controller.ts";
import { areGone } from "../are-gone.ts";
import { concerning, isoNow, type Environment } from "../environment.ts";
import { cancelRuns, letRunsGo, recordEntries, recordRefusals, startRuns } from "./act.ts";
import { belongsTo, gather, testRunsNamed, type GatheredSnapshot } from "./gather.ts";
import type { TestRunSettings } from "./render.ts";
import { refuse, tellPutAside, tellRerun, tellRerunProblem, tellTesting } from "./status.ts";
import { successorOf } from "./successor.ts";
import { verdictOf } from "../verdict.ts";
import type { TestLine, Turn } from "./test-line.ts";

/** What test runs have in common, and the line they wait in before they are made. */
export interface Testing extends TestRunSettings {
  readonly line: TestLine;
}

/** A Snapshot: are its test runs started, and what do they say? Whether it is promoted is not asked here. */
export async function reconcile(
  env: Environment,
  key: ObjectKey,
  { line, ...settings }: Testing,
  signal: AbortSignal,
): Promise<Outcome> {
  const turn = line.turn(key);
  try {
    return await look(env, key, { settings, turn }, signal);
  } finally {
    turn.end();
  }
}

interface Look {
  readonly settings: TestRunSettings;
  readonly turn: Turn;
}

async function look(every: Environment, key: ObjectKey, by: Look, signal: AbortSignal): Promise<Outcome> {
  const record = every.caches.snapshots.get(key);
  if (record === undefined || record.deleting) return letAllGo(every, key, signal);
  if (record.open === undefined) return finish(every, record, signal);
  const gathered = await gather(every, record, record.open, signal);
  const env = concerning(every, gathered.owner);
  if (gathered.owner === undefined) return refuse(env, gathered, { kind: "ownerMissing" }, signal);
  if (gathered.problems.length > 0 && !isPromotionsToTell(gathered)) {
    if (!(await knowsComponents(env, gathered, signal))) return lookAgainSoon;
    return refuse(env, gathered, { kind: "invalid", problems: gathered.problems }, signal);
  }
  if (gathered.newer !== undefined) return cancel(env, gathered, gathered.newer, signal);
  if (isPointless(gathered)) await cancelRuns(env, gathered.runs, signal);
  return test(env, gathered, by, signal);
}

/** What was concluded before its tests had ended was overtaken: they are stopped, unless a person asked for them. */
function isPointless({ record, open }: GatheredSnapshot): boolean {
  const reason = findCondition(open.conditions, conditionTypes.promoted)?.reason ?? "";
  return record.concluded && overtaken.has(reason) && !open.retesting && open.rerun === undefined;
}

const overtaken: ReadonlySet<string> = new Set([promotedReasons.newerPromoted, promotedReasons.canceled]);

/** Whether an override was valid until its tests were over, and may be in the candidate list by now: that a Component is gone may then
 * only be said by promotion, which knows what was committed. */
function isPromotionsToTell({ record, open, scenarios }: GatheredSnapshot): boolean {
  const listed = new Set(contentOf(open.spec).keys());
  const facts = scenarios.map((scenario) => scenario.facts);
  return problemsOf(record, open, listed).length === 0 && verdictOf(record, open, facts).kind !== "testing";
}

/** Whether the Components that a Snapshot names, and the cache does not know, are really not there: a verdict is for good. */
function knowsComponents(env: Environment, { record, open }: GatheredSnapshot, signal: AbortSignal): Promise<boolean> {
  const known = membersOf(env.caches, record.owner);
  const unknown = [...contentOf(open.spec).keys()].filter((key) => !known.has(key));
  return areGone(env, record.owner, unknown, signal);
}

/** A newer build of the same pull request makes these tests pointless: they are stopped and the Snapshot says so, in an order
 * that a crash cannot leave half done. */
async function cancel(
  env: Environment,
  gathered: GatheredSnapshot,
  newer: Successor,
  signal: AbortSignal,
): Promise<Outcome> {
  const { record, open, runs } = gathered;
  await cancelRuns(env, runs, signal);
  if (!record.concluded) return refuse(env, gathered, { kind: "canceled", newer }, signal);
  await tellPutAside(env, record, { conditions: open.conditions, newer }, signal);
  return lookAgainNow;
}

/** What was stopped has yet to be written down, or let go. */
const lookAgainNow: Outcome = { kind: "lookAgain", afterMs: 0 };

/** A Snapshot with nothing left to do: something newer may have come since it was concluded. */
async function finish(env: Environment, record: SnapshotRecord, signal: AbortSignal): Promise<Outcome> {
  const newer = record.concluded ? successorOf(env, record) : undefined;
  return newer === undefined ? letAllGo(env, record.key, signal) : putAside(env, record, newer, signal);
}

/** The cache does not keep such a Snapshot's conditions, so they are read; this happens once to each. */
async function putAside(
  env: Environment,
  record: SnapshotRecord,
  newer: Successor,
  signal: AbortSignal,
): Promise<Outcome> {
  const present = await env.client.get<Snapshot>(resources.snapshot, record.key, signal);
  if (present?.metadata.resourceVersion !== record.resourceVersion) return lookAgainSoon;
  await tellPutAside(env, record, { conditions: conditionsOf(present), newer }, signal);
  return lookAgainNow;
}

/** The order in which a crash loses nothing: a re-run is announced before its request goes, the plan is written down before it
 * is carried out, and an outcome before its run may go. */
async function test(env: Environment, gathered: GatheredSnapshot, by: Look, signal: AbortSignal): Promise<Outcome> {
  const { settings, turn } = by;
  const now = isoNow(env.clock);
  const plan = affordable(gathered, planTestRuns(factsOf(gathered, now)), turn, now);
  const { key, owner } = gathered.record;
  const { start, recorded: over } = plan;
  const fields = { namespace: key.namespace, name: key.name, ...loggedOwner(owner) };
  env.logger.debug({ ...fields, start, over }, "looked at Snapshot");
  const announced = await tellRerun(env, gathered, plan, signal);
  const recorded = await recordEntries(env, gathered, { plan, seen: announced }, signal);
  tellRerunProblem(env, gathered, plan);
  const told = await tellTesting(env, gathered, { plan, seen: recorded }, signal);
  const going = gathered.runs.filter(({ key, held }) => held && plan.recorded.includes(key.name));
  const acts = plan.start.length > 0 || going.length > 0;
  if (acts && !(await isFresh(env, gathered.record, told, signal))) return lookAgainSoon;
  const started = await startRuns(env, gathered, { start: plan.start, settings }, signal);
  if (started.refusals.size > 0) {
    await recordRefusals(env, told, withRefusals(plan.entries, started.refusals, now), signal);
  }
  // Promotion waits for outcomes, and nobody for a finalizer: what ended while this was written goes before.
  if (plan.start.length === 0 && hasNews(env, gathered)) return look(env, gathered.record.key, by, signal);
  await letRunsGo(env, gathered.runs, plan.recorded, signal);
  return started.retryAfterMs === undefined
    ? { kind: "settled" }
    : { kind: "lookAgain", afterMs: started.retryAfterMs };
}

/** The plan without the runs that nobody wants any more, or that must wait. */
function affordable(gathered: GatheredSnapshot, plan: TestPlan, turn: Turn, now: string): TestPlan {
  const { entries } = gathered.open;
  if (isPointless(gathered)) return withdrawTestRuns(plan, entries, now);
  const obstacle = obstacleOf(gathered);
  const waits = obstacle === undefined ? waitsOf(gathered, plan, turn) : allWait(plan, obstacle);
  return withholdTestRuns(plan, entries, waits, now);
}

/** What keeps any run that is due from beginning. */
function obstacleOf({ record, owner, problems }: GatheredSnapshot): string | undefined {
  if (problems.length > 0) return `The Snapshot is invalid: ${problems.join("; ")}`;
  return owner?.paused === true ? messages.paused(record.owner.kind, record.owner.name) : undefined;
}

function allWait({ start }: TestPlan, details: string): ReadonlyMap<string, string> {
  return new Map(start.map(({ scenario }) => [scenario, details]));
}

/** What the due runs that get no place wait for, by scenario. */
function waitsOf({ record }: GatheredSnapshot, { entries, start }: TestPlan, turn: Turn): ReadonlyMap<string, string> {
  const optional = new Set(entries.filter((entry) => entry.isOptionalScenario).map(({ scenario }) => scenario));
  const waits = turn.ask(
    record,
    start.map(({ scenario, run }) => ({ run, optional: optional.has(scenario) })),
  );
  return new Map(
    start.flatMap(({ scenario, run }) => {
      const details = waits.get(run);
      return details === undefined ? [] : [[scenario, details]];
    }),
  );
}

/** Whether a run has ended since it was looked at. Where none is started, there are only so many. */
function hasNews(env: Environment, { record, runs }: GatheredSnapshot): boolean {
  const running = new Set(runs.filter(({ state }) => state === "running").map(({ uid }) => uid));
  return testRunsNamed(env, record.key).some(({ uid, state }) => running.has(uid) && state !== "running");
}

/** How long a cache may be behind before it is looked at again. */
const lookAgainSoon: Outcome = { kind: "lookAgain", afterMs: 1000 };

/** Whether what is known of a Snapshot is how it is. A write of ours that went through says so, for it would have been refused
 * otherwise; without one the API server is asked. One that leads too late must not start what another has finished, nor let
 * go what another waits for. */
async function isFresh(env: Environment, record: SnapshotRecord, told: Seen, signal: AbortSignal): Promise<boolean> {
  if (told.resourceVersion !== record.resourceVersion) return true;
  const present = await env.client.get(resources.snapshot, record.key, signal);
  return present?.metadata.resourceVersion === record.resourceVersion;
}

function factsOf({ record, open, scenarios, graph, observed }: GatheredSnapshot, now: string): TestFacts {
  const facts = scenarios.map((scenario) => scenario.facts);
  const { concluded } = record;
  const { rerun } = open;
  const due = rerun === undefined ? undefined : rerunDue({ rerun, concluded }, verdictOf(record, open, facts));
  return {
    snapshot: {
      ...traitsOf(record, open),
      name: record.key.name,
      concluded,
      stopped: open.stopped,
      ...present({ rerun: due }),
    },
    scenarios: facts,
    graph,
    entries: open.entries,
    runs: observed,
    now,
  };
}

/** A run may go when its Snapshot is gone, or when it has ended and its Snapshot has nothing left to do. Runs and Snapshots
 * come by different watches, so the API server is asked whether that is how it is. */
async function letAllGo(env: Environment, key: ObjectKey, signal: AbortSignal): Promise<Outcome> {
  const record = env.caches.snapshots.get(key);
  const isNeeded = (run: TestRunRecord): boolean =>
    record !== undefined && !record.deleting && belongsTo(run, record) && run.state === "running" && !run.deleting;
  const over = testRunsNamed(env, key).filter((run) => run.held && !isNeeded(run));
  if (over.length === 0) return { kind: "settled" };
  // A run that names no Snapshot belongs to none.
  const present = key.name === "" ? undefined : await env.client.get(resources.snapshot, key, signal);
  if (present?.metadata.resourceVersion !== record?.resourceVersion) return lookAgainSoon;
  const names = over.map((run) => run.key.name);
  await letRunsGo(env, over, names, signal);
  return { kind: "settled" };
}
