import { resources } from "../../api/group.ts";
import { groupStatus, planPullRequestGroup, type GroupMember } from "../../domain/plan-pull-request-group.ts";
import type { ObjectKey } from "../../kube/object.ts";
import type { Outcome } from "../../runtime/controller.ts";
import type { Environment } from "../environment.ts";
import { create, markMerged, tellMembers } from "./act.ts";
import { gather, type GatheredGroup } from "./gather.ts";

/** A pull-request group of an Application: are its newest builds tested together? */
export async function reconcile(env: Environment, key: ObjectKey, signal: AbortSignal): Promise<Outcome> {
  const gathered = gather(env, key);
  if (gathered === undefined) return { kind: "settled" };
  await markMerged(env, gathered, signal);
  const plan = planPullRequestGroup(gathered.world);
  const { decision, members, absent } = plan;
  const textFor = ({ said }: GroupMember): string | undefined => groupStatus(gathered.world, plan, said);
  const isNews = members.some((member) => ![undefined, member.said].includes(textFor(member)));
  if (decision.kind !== "due" && !isNews) return { kind: "settled" };
  if (await areComing(env, gathered, absent, signal)) return { kind: "lookAgain", afterMs: staleMs };
  if (decision.kind === "due") return create(env, gathered, { ...plan, decision }, signal);
  await tellMembers(env, gathered, { members, textFor }, signal);
  return { kind: "settled" };
}

/** How long a cache may be behind before it is looked at again. */
const staleMs = 1000;

/** Whether a newest build's Snapshot is there and the cache does not know it yet: builds and Snapshots come by different
 * watches. One that is known and does not stand for its request was put aside, and one that is gone takes its request out
 * of the group. */
async function areComing(
  { caches, client }: Environment,
  { builds, world: { namespace } }: GatheredGroup,
  absent: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  for (const build of absent) {
    const name = builds.get(build)?.snapshot;
    if (name === undefined || caches.snapshots.get({ namespace, name }) !== undefined) continue;
    if ((await client.get(resources.snapshot, { namespace, name }, signal)) !== undefined) return true;
  }
  return false;
}
