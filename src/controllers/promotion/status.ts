import { conditionTypes, promotedReasons } from "../../api/conditions.ts";
import { messages } from "../../api/messages.ts";
import { ownerResource } from "../../cache/owner.ts";
import type { CandidateList } from "../../domain/candidate-list.ts";
import { findCondition, type ConditionUpdate } from "../../kube/conditions.ts";
import { tell, type Environment } from "../environment.ts";
import { carrierOf } from "./conclude.ts";
import { finished, invalidates, promotedCondition, testSucceeded } from "./conditions.ts";
import type { Concerned, GatheredOwner } from "./gather.ts";
import { updateStatus } from "./update-status.ts";

/** A re-run of a Snapshot whose promotion is decided has ended: its tests' conditions say how, and nothing else changes. */
export async function tellRetested(env: Environment, { snapshots }: GatheredOwner, signal: AbortSignal): Promise<void> {
  const over = [...snapshots.values()].filter(({ open, facts }) => open.retesting && facts.verdict.kind !== "testing");
  for (const concerned of over) {
    const { verdict } = concerned.facts;
    const promoted = findCondition(concerned.open.conditions, conditionTypes.promoted);
    const out = promoted !== undefined && invalidates(promoted.reason);
    const status: ConditionUpdate = out
      ? { ...finished(verdict), status: "False", reason: "Invalid", message: promoted.message }
      : finished(verdict);
    await updateStatus(env, concerned, { updates: [status, ...testSucceeded(verdict)] }, signal);
  }
}

/** A Snapshot that was superseded before its composite could be made learns which one it became. */
export async function nameComposites(
  env: Environment,
  gathered: GatheredOwner,
  list: CandidateList,
  signal: AbortSignal,
): Promise<void> {
  for (const concerned of gathered.snapshots.values()) {
    const { revision } = concerned.record.candidateList;
    const composite =
      concerned.open.awaitsComposite && revision !== undefined ? carrierOf(env, gathered, list, revision) : undefined;
    const said = findCondition(concerned.open.conditions, conditionTypes.promoted);
    if (composite === undefined || revision === undefined || said === undefined) continue;
    const objection = { reason: "SupersededByComposite", message: said.message } as const;
    const conclusion = { kind: "superseded", snapshot: concerned.record.key.name, revision, objection } as const;
    await updateStatus(
      env,
      concerned,
      { updates: [promotedCondition({ conclusion, composite })], candidateList: { composite } },
      signal,
    );
  }
}

/** What waits for a candidate list that nobody can read says so, and so do its owner's Events. */
export async function tellBlocked(
  env: Environment,
  { owner, record, snapshots }: GatheredOwner,
  { problem, concluded }: { readonly problem: string; readonly concluded: ReadonlySet<string> },
  signal: AbortSignal,
): Promise<void> {
  const reason = promotedReasons.candidateListUnreadable;
  tell(env.events, {
    about: { resource: ownerResource(owner), ...record },
    type: "Warning",
    reason,
    message: problem,
  });
  const waiting = tested(snapshots).filter(({ record }) => !concluded.has(record.key.name));
  await tellWaiting(env, waiting, { reason, message: problem }, signal);
}

/** What is tested and waits for a pause to end says so. */
export async function tellPaused(
  env: Environment,
  { owner, snapshots }: GatheredOwner,
  signal: AbortSignal,
): Promise<void> {
  const message = messages.paused(owner.kind, owner.name);
  await tellWaiting(env, tested(snapshots), { reason: promotedReasons.paused, message }, signal);
}

/** Those whose tests are over and who have no verdict yet. */
function tested(snapshots: GatheredOwner["snapshots"]): readonly Concerned[] {
  return [...snapshots.values()].filter(({ record, facts }) => !record.concluded && facts.verdict.kind !== "testing");
}

async function tellWaiting(
  env: Environment,
  waiting: readonly Concerned[],
  why: Pick<ConditionUpdate, "reason" | "message">,
  signal: AbortSignal,
): Promise<void> {
  for (const concerned of waiting) {
    const updates: readonly ConditionUpdate[] = [
      ...testSucceeded(concerned.facts.verdict),
      { type: conditionTypes.promoted, status: "Unknown", ...why },
    ];
    await updateStatus(env, concerned, { updates }, signal);
  }
}
