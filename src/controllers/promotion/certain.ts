import { resources } from "../../api/group.ts";
import { candidateListKey, configMapResource } from "../../cache/candidate-list.ts";
import { knowsReleases, type OpenedList } from "../../candidate-list/open.ts";
import type { Conclusion, PromotionPlan } from "../../domain/plan-promotion.ts";
import type { Owner } from "../../domain/owner.ts";
import { isFinal, isPassing } from "../../domain/test-status.ts";
import { areGone } from "../are-gone.ts";
import type { Environment } from "../environment.ts";
import type { Concerned, GatheredOwner } from "./gather.ts";

interface Decided {
  readonly opened: Extract<OpenedList, { readonly kind: "list" }>;
  readonly plan: Pick<PromotionPlan, "list" | "conclusions">;
}

/** The compare-and-swap guards the list, but not what was concluded from kinds that come by other watches: that a Component is
 * gone, that an override has never been evaluated, or that no Release tells of a list that was lost. All are rare, so the API
 * server is asked. */
export async function isCertain(
  env: Environment,
  gathered: GatheredOwner,
  decided: Decided,
  signal: AbortSignal,
): Promise<boolean> {
  const absent = concludedFor(decided.plan.conclusions, restsOnAbsence);
  return (
    (await areGone(env, gathered.owner, goneOf(gathered, decided, absent), signal)) &&
    (await knowsList(env, gathered.owner, decided, signal)) &&
    (await knowsAdopted(env, gathered, decided.plan, signal))
  );
}

/** Objections that a Component which the cache does not know yet would refute. */
const restsOnAbsence: ReadonlySet<string> = new Set(["ComponentRemoved", "OverrideInvalid", "ImageInvalid"]);

/** Objections that may have come after the Snapshot was committed without anybody hearing of it: its Component has gone since, or a
 * scenario was added, or made to be required, and failed. */
const mayComeLater: ReadonlySet<string> = new Set([...restsOnAbsence, "TestsFailed"]);

/** Names of the Snapshots that are not promoted for one of these reasons. */
function concludedFor(conclusions: readonly Conclusion[], reasons: ReadonlySet<string>): readonly string[] {
  return conclusions
    .filter((conclusion) => conclusion.kind === "notPromoted" && reasons.has(conclusion.objection.reason))
    .map(({ snapshot }) => snapshot);
}

/** Keys of the Components that are missing: of those that lose their place in the list, and of what is not promoted. */
function goneOf(
  { snapshots, components }: GatheredOwner,
  { opened, plan }: Decided,
  absent: readonly string[],
): readonly string[] {
  const dropped = [...opened.list.candidates.keys()].filter((component) => !plan.list.candidates.has(component));
  const missed = absent
    .flatMap((snapshot) => [...(snapshots.get(snapshot)?.facts.content.keys() ?? [])])
    .filter((component) => !components.has(component));
  return [...new Set([...dropped, ...missed])];
}

/** Whether the list is the one that the API server holds, where no compare-and-swap says so: an earlier look may have promoted
 * a Snapshot without hearing that it did. One that has yet to be written must not overlook what was released of the one
 * before. */
export async function knowsList(
  env: Environment,
  owner: Owner,
  { opened, plan }: Decided,
  signal: AbortSignal,
): Promise<boolean> {
  const { list, resourceVersion, rebuilt } = opened;
  const isWritten = plan.list !== list || rebuilt;
  if (!isWritten && concludedFor(plan.conclusions, mayComeLater).length === 0) return true;
  // A failed test is common where there is no list yet: that must not cost a look at all Releases.
  const restsOnReleases = isWritten || concludedFor(plan.conclusions, restsOnAbsence).length > 0;
  if (resourceVersion === undefined && restsOnReleases && !(await knowsReleases(env, owner.namespace, signal)))
    return false;
  if (isWritten) return true;
  const present = await env.client.get(configMapResource, candidateListKey(owner), signal);
  return present?.metadata.resourceVersion === resourceVersion;
}

/** Whether what enters the list is as the cache has it, where it may have been told otherwise meanwhile: an override that was
 * evaluated before, and what failed a scenario that has been deleted, or made optional, since. */
async function knowsAdopted(
  { client }: Environment,
  { snapshots }: GatheredOwner,
  { conclusions }: Decided["plan"],
  signal: AbortSignal,
): Promise<boolean> {
  for (const { kind, snapshot } of conclusions) {
    const adopted = kind === "notPromoted" ? undefined : snapshots.get(snapshot);
    if (adopted === undefined || !mayHaveBeenTold(adopted)) continue;
    const present = await client.get(resources.snapshot, adopted.record.key, signal);
    if (present?.metadata.resourceVersion !== adopted.record.resourceVersion) return false;
  }
  return true;
}

function mayHaveBeenTold({ record, open }: Concerned): boolean {
  return record.type === "override" || open.entries.some(({ status }) => isFinal(status) && !isPassing(status));
}
