import { conditionTypes, integrationStatusReasons, promotedReasons } from "../../api/conditions.ts";
import { resources } from "../../api/group.ts";
import { ownerResource } from "../../cache/owner.ts";
import type { CandidateList } from "../../domain/candidate-list.ts";
import { compositeSnapshotName } from "../../domain/names.ts";
import type { Conclusion } from "../../domain/plan-promotion.ts";
import { present } from "../../domain/present.ts";
import type { ConditionUpdate } from "../../kube/conditions.ts";
import { tell, type Environment } from "../environment.ts";
import { loggedOwner } from "../log-fields.ts";
import { conditionsOf, promotedCondition } from "./conditions.ts";
import type { ReleaseMoment } from "./decide-releases.ts";
import { testsFinishedAt, type Concerned, type GatheredOwner } from "./gather.ts";
import { release, type Released } from "./release.ts";
import { updateStatus } from "./update-status.ts";

export type Announced = { readonly kind: "told" } | { readonly kind: "waiting"; readonly afterMs: number };

export interface Concluding {
  readonly conclusion: Conclusion;
  /** Absent when the list cannot be read. */
  readonly list?: CandidateList;
}

const told: Announced = { kind: "told" };
const releaseRetryMs = 15_000;

/** Makes a conclusion come true: a promoted Snapshot's Releases first, then one write that tells everything. Doing it again
 * changes nothing, so that whoever comes back after a crash may begin at the beginning. */
export async function conclude(
  env: Environment,
  gathered: GatheredOwner,
  { conclusion, list }: Concluding,
  signal: AbortSignal,
): Promise<Announced> {
  const concerned = gathered.snapshots.get(conclusion.snapshot);
  if (concerned === undefined || concerned.record.concluded) return told;
  const released = await releaseIfDue(env, concerned, { conclusion, ...present({ list }) }, signal);
  const composite =
    list !== undefined && conclusion.kind === "superseded" && conclusion.objection.reason === "SupersededByComposite"
      ? carrierOf(env, gathered, list, conclusion.revision)
      : undefined;
  await write(env, concerned, { gathered, conclusion, ...present({ released, composite }) }, signal);
  return released?.kind === "waiting" ? { kind: "waiting", afterMs: releaseRetryMs } : told;
}

/** How many revisions back a superseded Snapshot's composite is looked for. */
const revisionsMax = 1000;

/** The Snapshot that carries on what became candidate at a revision: the first composite made since, or what was promoted since. */
export function carrierOf(
  { caches }: Environment,
  { owner }: GatheredOwner,
  list: CandidateList,
  revision: number,
): string | undefined {
  for (let since = revision; since <= Math.min(list.revision, revision + revisionsMax); since++) {
    const composite = compositeSnapshotName(owner, since);
    if (caches.snapshots.get({ namespace: owner.namespace, name: composite }) !== undefined) return composite;
  }
  return list.ledger.revision >= revision ? list.ledger.snapshot : undefined;
}

async function releaseIfDue(
  env: Environment,
  concerned: Concerned,
  { conclusion, list }: Concluding,
  signal: AbortSignal,
): Promise<Released | undefined> {
  const updates = conditionsOf({ conclusion, type: concerned.record.type, verdict: concerned.facts.verdict });
  const moment = (when: number): ReleaseMoment => ({ when, updates });
  if (conclusion.kind === "promoted")
    return release(env, concerned, moment(list?.ledger.when ?? env.clock.now()), signal);
  const isReleased = conclusion.kind === "notPromoted" && conclusion.objection.reason === "Untyped";
  return isReleased ? release(env, concerned, moment(testsFinishedAt(concerned)), signal) : undefined;
}

/** Reasons after which somebody has to mend something. */
const needsSomebody: ReadonlySet<string> = new Set([
  promotedReasons.testsFailed,
  promotedReasons.overrideInvalid,
  promotedReasons.imageInvalid,
]);

interface Told {
  readonly gathered: GatheredOwner;
  readonly conclusion: Conclusion;
  readonly released?: Released;
  readonly composite?: string;
}

async function write(env: Environment, concerned: Concerned, said: Told, signal: AbortSignal): Promise<void> {
  const { gathered, conclusion, composite } = said;
  const { record, facts } = concerned;
  const updates = conditionsOf({ ...said, type: record.type, verdict: facts.verdict });
  const revision = conclusion.kind === "notPromoted" ? undefined : conclusion.revision;
  const candidateList = revision === undefined ? undefined : { revision, ...present({ composite }) };
  if (!(await updateStatus(env, concerned, { updates, ...present({ candidateList }) }, signal))) return;
  measure(env, concerned, updates);
  const { reason, message } = promotedCondition(said);
  env.metrics.concluded({ snapshotType: record.type, reason });
  const fields = {
    namespace: record.key.namespace,
    name: record.key.name,
    ...loggedOwner(record.owner),
    type: record.type,
    reason,
  };
  env.logger.info({ ...fields, action: "UPDATE", audit: "true" }, "concluded Snapshot");
  const type = needsSomebody.has(reason) ? "Warning" : "Normal";
  tell(env.events, { about: { resource: resources.snapshot, ...record }, type, reason, message });
  tell(env.events, {
    about: { resource: ownerResource(gathered.owner), ...gathered.record },
    type,
    reason,
    message: `Snapshot ${record.key.name}: ${message}`,
  });
}

/** Counts a verdict: as invalid, else as passed or failed. */
function measure({ metrics, clock }: Environment, { record }: Concerned, updates: readonly ConditionUpdate[]): void {
  const invalid = updates.find(({ reason }) => reason === integrationStatusReasons.invalid);
  const tested = updates.find(({ type }) => type === conditionTypes.testSucceeded);
  const { type, reason } = invalid ?? tested ?? { type: conditionTypes.promoted, reason: promotedReasons.promoted };
  metrics.attemptEnded({ type, reason, durationMs: clock.now() - record.createdAt });
}
