import { resources } from "../../api/group.ts";
import { planBuild } from "../../domain/plan-build.ts";
import type { ObjectKey } from "../../kube/object.ts";
import type { Outcome } from "../../runtime/controller.ts";
import type { Environment } from "../environment.ts";
import { act } from "./act.ts";
import { gather, type GatheredBuild } from "./gather.ts";

/** A build PipelineRun: does its component Snapshot exist? */
export async function reconcile(
  env: Environment,
  key: ObjectKey,
  options: { readonly requireSignature: boolean; readonly signal: AbortSignal },
): Promise<Outcome> {
  const gathered = await gather(env, key, options);
  if (gathered === undefined) return { kind: "settled" };
  const decision = planBuild(gathered.world);
  if (decision.kind === "refuse" && !(await isCertain(env, gathered, options.signal))) return lookAgainSoon;
  if (decision.kind === "create" && gathered.unreadable !== undefined) {
    return act(env, gathered, { kind: "delay", message: gathered.unreadable }, options.signal);
  }
  return act(env, gathered, decision, options.signal);
}

/** How long a cache may be behind before it is looked at again. */
const lookAgainSoon: Outcome = { kind: "lookAgain", afterMs: 1000 };

/** Whether the Component or the Application that is missing really is: a build that is refused may be pruned. */
async function isCertain(
  { client }: Environment,
  { build, world }: GatheredBuild,
  signal: AbortSignal,
): Promise<boolean> {
  const { namespace } = build.key;
  if (world.component === undefined && build.component !== undefined) {
    return (await client.get(resources.component, { namespace, name: build.component }, signal)) === undefined;
  }
  if (world.component === undefined || world.applicationExists) return true;
  const application = { namespace, name: world.component.application };
  return (await client.get(resources.application, application, signal)) === undefined;
}
