import { resources } from "../../api/group.ts";
import { candidateListKey, configMapResource } from "../../cache/candidate-list.ts";
import { knowsReleases, type OpenedList } from "../../candidate-list/open.ts";
import type { PromotionPlan } from "../../domain/plan-promotion.ts";
import type { Owner } from "../../domain/owner.ts";
import { areGone } from "../are-gone.ts";
import type { Environment } from "../environment.ts";
import type { GatheredOwner } from "./gather.ts";

interface Decided {
  readonly opened: Extract<OpenedList, { readonly kind: "list" }>;
  readonly plan: PromotionPlan;
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
  const absent = restingOnAbsence(decided.plan);
  return (
    (await areGone(env, gathered.owner, goneOf(gathered, decided, absent), signal)) &&
    (await knowsList(env, gathered.owner, { ...decided, told: absent.length > 0 }, signal)) &&
    (await knowsOverrides(env, gathered, decided.plan, signal))
  );
}

/** Objections that a Component which the cache does not know yet would refute. */
const restsOnAbsence: ReadonlySet<string> = new Set(["ComponentRemoved", "OverrideInvalid", "ImageInvalid"]);

/** Names of the Snapshots that are concluded for want of a Component. */
function restingOnAbsence({ conclusions }: PromotionPlan): readonly string[] {
  return conclusions
    .filter((conclusion) => conclusion.kind === "notPromoted" && restsOnAbsence.has(conclusion.objection.reason))
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
 * a Snapshot whose Component has gone since, without hearing that it did. One that has yet to be written must not overlook
 * what was released of the one before. */
async function knowsList(
  env: Environment,
  owner: Owner,
  { opened, plan, told }: Decided & { readonly told: boolean },
  signal: AbortSignal,
): Promise<boolean> {
  const { list, resourceVersion, rebuilt } = opened;
  const isWritten = plan.list !== list || rebuilt;
  if (!isWritten && !told) return true;
  if (resourceVersion === undefined && !(await knowsReleases(env, owner.namespace, signal))) return false;
  if (isWritten) return true;
  const present = await env.client.get(configMapResource, candidateListKey(owner), signal);
  return present?.metadata.resourceVersion === resourceVersion;
}

/** Whether the overrides that enter the list are as the cache has them: evaluated never before. */
async function knowsOverrides(
  { client }: Environment,
  { snapshots }: GatheredOwner,
  { conclusions }: PromotionPlan,
  signal: AbortSignal,
): Promise<boolean> {
  const adopted = conclusions
    .filter(({ kind }) => kind !== "notPromoted")
    .map(({ snapshot }) => snapshots.get(snapshot)?.record);
  for (const override of adopted.filter((record) => record?.type === "override")) {
    const present = override && (await client.get(resources.snapshot, override.key, signal));
    if (present?.metadata.resourceVersion !== override?.resourceVersion) return false;
  }
  return true;
}
