import {
  conditionTypes,
  integrationStatusReasons,
  promotedReasons,
  testSucceededReasons,
} from "../../api/conditions.ts";
import { resources } from "../../api/group.ts";
import { labels, snapshotTypes } from "../../api/labels.ts";
import { messages } from "../../api/messages.ts";
import type { TestPlan } from "../../domain/plan-test-runs.ts";
import { hasBegun, isFinal, type ScenarioEntry } from "../../domain/test-status.ts";
import type { Successor } from "../../domain/supersede-pull-request.ts";
import { findCondition, mergeConditions, type Condition, type ConditionUpdate } from "../../kube/conditions.ts";
import { patchStatus, type Seen } from "../../kube/guarded-patch.ts";
import type { Outcome } from "../../runtime/controller.ts";
import { isoNow, tell, type Environment } from "../environment.ts";
import type { GatheredSnapshot } from "./gather.ts";

interface Planned {
  readonly plan: TestPlan;
  readonly seen: Seen;
}

/** Says of a concluded Snapshot that it is tested again. That comes before the request is taken away: whoever comes back in
 * between finds both. */
export async function tellRerun(
  env: Environment,
  gathered: GatheredSnapshot,
  plan: TestPlan,
  signal: AbortSignal,
): Promise<Seen> {
  const { record } = gathered;
  if (!plan.rerunTaken || !record.concluded) return record;
  const isBegun = unfinished(plan.entries).some((entry) => hasBegun(entry, plan.entries));
  const begins = isBegun || (plan.rerunPasses && hasFailed(gathered));
  return begins ? write(env, gathered, { seen: record, updates: rerunning(gathered, plan) }, signal) : record;
}

/** Says that a re-run was asked for which runs nothing; the request itself is taken away. */
export function tellRerunProblem(env: Environment, { record }: GatheredSnapshot, { rerunProblem }: TestPlan): void {
  if (rerunProblem === undefined) return;
  const about = { resource: resources.snapshot, ...record };
  tell(env.events, { about, type: "Warning", reason: "NothingToRunAgain", message: rerunProblem });
}

/** Says that tests are running, once they are to; the end of them is told together with what follows from it. */
export async function tellTesting(
  env: Environment,
  gathered: GatheredSnapshot,
  { plan, seen }: Planned,
  signal: AbortSignal,
): Promise<Seen> {
  if (gathered.record.concluded || unfinished(plan.entries).length === 0) return seen;
  const updates = starting(gathered, plan);
  const told = await write(env, gathered, { seen, updates }, signal);
  const buildFinishedAt = Number(gathered.open.labels[labels.buildFinishTime]) * 1000;
  if (told !== seen && gathered.owner?.paused !== true && Number.isFinite(buildFinishedAt)) {
    env.metrics.testingBegan({ buildFinishedAt, now: env.clock.now() });
  }
  return told;
}

function unfinished(entries: readonly ScenarioEntry[]): readonly ScenarioEntry[] {
  return entries.filter(({ status, isOptionalScenario }) => !isFinal(status) && isOptionalScenario !== true);
}

type Refusal =
  | { readonly kind: "ownerMissing" }
  | { readonly kind: "invalid"; readonly problems: readonly string[] }
  | { readonly kind: "canceled"; readonly newer: Successor };

/** Says why a Snapshot is not tested. */
export async function refuse(
  env: Environment,
  gathered: GatheredSnapshot,
  refusal: Refusal,
  signal: AbortSignal,
): Promise<Outcome> {
  const { record } = gathered;
  const { integration, promoted } = explain(record, refusal);
  const { reason, message } = promoted;
  const updates: readonly ConditionUpdate[] = [
    { type: conditionTypes.integrationStatus, ...integration },
    { type: conditionTypes.promoted, ...promoted },
  ];
  const written = await write(env, gathered, { seen: record, updates }, signal);
  if (written !== record) {
    measure(env, gathered, updates);
    tell(env.events, {
      about: { resource: resources.snapshot, ...record },
      type: refusal.kind === "canceled" ? "Normal" : "Warning",
      reason,
      message,
    });
  }
  return { kind: "stuck", reason: message };
}

/** Counts a Snapshot that will not be tested as invalid or cancelled. One whose Application is missing may still be. */
function measure(
  { metrics, clock }: Environment,
  { record }: GatheredSnapshot,
  updates: readonly ConditionUpdate[],
): void {
  const [integration, promoted] = updates;
  if (integration === undefined || promoted?.status !== "False") return;
  const { type, reason } = integration;
  metrics.attemptEnded({ type, reason, durationMs: clock.now() - record.createdAt });
}

type Told = Omit<ConditionUpdate, "type">;

function explain(
  { owner, type }: GatheredSnapshot["record"],
  refusal: Refusal,
): { readonly integration: Told; readonly promoted: Told } {
  const invalid = { status: "False", reason: integrationStatusReasons.invalid } as const;
  switch (refusal.kind) {
    case "ownerMissing": {
      const message = messages.ownerMissing(owner.kind, owner.name);
      const reason =
        owner.kind === "Application" ? promotedReasons.applicationMissing : promotedReasons.componentGroupMissing;
      const promoted = { status: "Unknown", reason, message } as const;
      return { integration: { ...invalid, message }, promoted };
    }
    case "invalid": {
      const message = `The Snapshot is invalid: ${refusal.problems.join("; ")}`;
      const reason = type === snapshotTypes.override ? promotedReasons.overrideInvalid : promotedReasons.imageInvalid;
      return { integration: { ...invalid, message }, promoted: { status: "False", reason, message } };
    }
    case "canceled": {
      const message = supersession(refusal.newer);
      const promoted = { status: "False", reason: promotedReasons.canceled, message } as const;
      return { integration: canceledBy(refusal.newer), promoted };
    }
  }
}

function canceledBy({ kind }: Successor): Told {
  const message = kind === "snapshot" ? messages.canceled : messages.canceledByBuild;
  return { status: "True", reason: integrationStatusReasons.canceled, message };
}

function supersession({ kind, name }: Successor): string {
  return kind === "snapshot"
    ? `A newer build of the same pull request or group is tested by Snapshot ${name}`
    : `A newer build of the same pull request or group is under way: PipelineRun ${name}`;
}

/** Says of a concluded Snapshot that something newer has put it aside; what its tests said, and what was concluded, stays. */
export async function tellPutAside(
  env: Environment,
  seen: Seen,
  { conditions, newer }: { readonly conditions: readonly Condition[]; readonly newer: Successor },
  signal: AbortSignal,
): Promise<void> {
  const update = { type: conditionTypes.integrationStatus, ...canceledBy(newer) };
  const changed = mergeConditions(conditions, [update], isoNow(env.clock));
  await patchStatus({ client: env.client, resource: resources.snapshot, seen }, { conditions: changed }, signal);
  const fields = { namespace: seen.key.namespace, name: seen.key.name, action: "UPDATE" };
  env.logger.info(fields, "put a concluded Snapshot aside");
}

const begun: ConditionUpdate = {
  type: conditionTypes.integrationStatus,
  status: "Unknown",
  reason: integrationStatusReasons.inProgress,
  message: messages.testsStarted,
};

function starting(gathered: GatheredSnapshot, plan: TestPlan): readonly ConditionUpdate[] {
  // One that is in progress already may say that it is a re-run, and goes on saying so.
  const told = findCondition(gathered.open.conditions, conditionTypes.integrationStatus)?.reason;
  return [...(told === integrationStatusReasons.inProgress ? [] : [begun]), undecided(gathered, plan)];
}

/** A re-run re-opens a Snapshot that failed; what was decided of one that passed stays decided. */
function rerunning(gathered: GatheredSnapshot, plan: TestPlan): readonly ConditionUpdate[] {
  const message = messages.testsRerun;
  return [
    { type: conditionTypes.integrationStatus, status: "Unknown", reason: integrationStatusReasons.inProgress, message },
    { type: conditionTypes.testSucceeded, status: "Unknown", reason: testSucceededReasons.inProgress, message },
    ...(hasFailed(gathered) ? [undecided(gathered, plan)] : []),
  ];
}

function hasFailed({ open }: GatheredSnapshot): boolean {
  return findCondition(open.conditions, conditionTypes.promoted)?.reason === promotedReasons.testsFailed;
}

/** What the question of promotion waits for. */
function undecided({ record, owner }: GatheredSnapshot, { entries }: TestPlan): ConditionUpdate {
  const { kind, name } = record.owner;
  const required = entries.filter(({ isOptionalScenario }) => isOptionalScenario !== true);
  const names = required.map(({ scenario }) => scenario).join(", ");
  const message = names === "" ? messages.testsRerun : `Waiting for the required scenarios ${names}`;
  const waits = { reason: promotedReasons.testsRunning, message };
  const paused = { reason: promotedReasons.paused, message: messages.paused(kind, name) };
  return { type: conditionTypes.promoted, status: "Unknown", ...(owner?.paused === true ? paused : waits) };
}

/** Returns the version that this made, or the very one that was seen when there was nothing to write. */
async function write(
  env: Environment,
  { open }: GatheredSnapshot,
  { seen, updates }: { readonly seen: Seen; readonly updates: readonly ConditionUpdate[] },
  signal: AbortSignal,
): Promise<Seen> {
  const conditions = mergeConditions(open.conditions, updates, isoNow(env.clock));
  if (conditions === open.conditions) return seen;
  return patchStatus({ client: env.client, resource: resources.snapshot, seen }, { conditions }, signal);
}
