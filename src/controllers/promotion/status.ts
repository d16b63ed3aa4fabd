import { conditionTypes, promotedReasons } from "../../api/conditions.ts";
import { resources } from "../../api/group.ts";
import type { CandidateList } from "../../domain/candidate-list.ts";
import { findCondition, mergeConditions, type ConditionUpdate } from "../../kube/conditions.ts";
import { patchStatus } from "../../kube/guarded-patch.ts";
import { isoNow, tell, type Environment } from "../environment.ts";
import { carrierOf } from "./conclude.ts";
import { finished, invalidates, promotedCondition, testSucceeded } from "./conditions.ts";
import type { Concerned, GatheredApplication } from "./gather.ts";

/** A re-run of a Snapshot whose promotion is decided has ended: its tests' conditions say how, and nothing else changes. */
export async function tellRetested(
  env: Environment,
  { snapshots }: GatheredApplication,
  signal: AbortSignal,
): Promise<void> {
  const over = [...snapshots.values()].filter(({ open, facts }) => open.retesting && facts.verdict.kind !== "testing");
  for (const concerned of over) {
    const { verdict } = concerned.facts;
    const promoted = findCondition(concerned.open.conditions, conditionTypes.promoted);
    const out = promoted !== undefined && invalidates(promoted.reason);
    const status: ConditionUpdate = out
      ? { ...finished(verdict), status: "False", reason: "Invalid", message: promoted.message }
      : finished(verdict);
    await update(env, concerned, { updates: [status, ...testSucceeded(verdict)] }, signal);
  }
}

/** A Snapshot that was superseded before its composite could be made learns which one it became. */
export async function nameComposites(
  env: Environment,
  gathered: GatheredApplication,
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
    await update(
      env,
      concerned,
      { updates: [promotedCondition({ conclusion, composite })], candidateList: { composite } },
      signal,
    );
  }
}

/** What waits for a candidate list that nobody can read says so, and so do the Application's Events. */
export async function tellBlocked(
  env: Environment,
  { application, snapshots }: GatheredApplication,
  { problem, concluded }: { readonly problem: string; readonly concluded: ReadonlySet<string> },
  signal: AbortSignal,
): Promise<void> {
  const reason = promotedReasons.candidateListUnreadable;
  tell(env.events, {
    about: { resource: resources.application, ...application },
    type: "Warning",
    reason,
    message: problem,
  });
  const waiting = [...snapshots.values()].filter(
    ({ record, facts }) => !record.concluded && facts.verdict.kind !== "testing" && !concluded.has(record.key.name),
  );
  for (const concerned of waiting) {
    const updates: readonly ConditionUpdate[] = [
      ...testSucceeded(concerned.facts.verdict),
      { type: conditionTypes.promoted, status: "Unknown", reason, message: problem },
    ];
    await update(env, concerned, { updates }, signal);
  }
}

async function update(
  { client, clock }: Environment,
  { record, open }: Concerned,
  change: { readonly updates: readonly ConditionUpdate[]; readonly candidateList?: object },
  signal: AbortSignal,
): Promise<void> {
  const conditions = mergeConditions(open.conditions, change.updates, isoNow(clock));
  if (conditions === open.conditions) return;
  const { candidateList } = change;
  await patchStatus(
    { client, resource: resources.snapshot, seen: record },
    { conditions, ...(candidateList === undefined ? {} : { candidateList }) },
    signal,
  );
}
