import { logged } from "../log-fields.ts";
import { resources } from "../../api/group.ts";
import { ownerResource } from "../../cache/owner.ts";
import { planBuild } from "../../domain/plan-build.ts";
import type { ObjectKey } from "../../kube/object.ts";
import type { Outcome } from "../../runtime/controller.ts";
import { concerning, type Environment } from "../environment.ts";
import { act } from "./act.ts";
import { gather, type GatheredBuild } from "./gather.ts";

/** A build PipelineRun: does its component Snapshot exist? */
export async function reconcile(
  every: Environment,
  key: ObjectKey,
  options: { readonly requireSignature: boolean; readonly signal: AbortSignal },
): Promise<Outcome> {
  const gathered = await gather(every, key, options);
  if (gathered === undefined) return { kind: "settled" };
  const env = concerning(every, ...gathered.owners.map(({ record }) => record));
  const decision = planBuild(gathered.world);
  const { namespace, name } = key;
  const { component } = gathered.build;
  const about = component === undefined ? {} : { component: logged({ namespace, name: component }) };
  env.logger.debug({ namespace, name, ...about, decision }, "looked at build");
  if (decision.kind === "refuse" && !(await isCertain(env, gathered, options.signal))) return lookAgainSoon;
  return act(env, gathered, decision, options.signal);
}

/** How long a cache may be behind before it is looked at again. */
const lookAgainSoon: Outcome = { kind: "lookAgain", afterMs: 1000 };

/** Whether what is missing really is: a build that is refused may be pruned. Which ComponentGroups there are only a list
 * tells; it is asked for no more than once a build that belongs to none. */
async function isCertain(
  { caches, client }: Environment,
  { build, facts, world }: GatheredBuild,
  signal: AbortSignal,
): Promise<boolean> {
  const { namespace } = build.key;
  if (world.component === undefined && build.component !== undefined) {
    return (await client.get(resources.component, { namespace, name: build.component }, signal)) === undefined;
  }
  if (facts.version !== undefined && world.owners.length === 0) {
    const { items } = await client.list(resources.componentGroup, { namespace }, signal);
    return items.every(({ metadata }) => {
      const known = caches.componentGroups.get({ namespace, name: metadata.name });
      return known?.resourceVersion === metadata.resourceVersion;
    });
  }
  const missing = world.owners.find(({ exists }) => !exists);
  if (missing === undefined) return true;
  return (await client.get(ownerResource(missing.owner), missing.owner, signal)) === undefined;
}
