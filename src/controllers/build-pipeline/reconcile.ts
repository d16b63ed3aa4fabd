import { planBuild } from "../../domain/plan-build.ts";
import type { ObjectKey } from "../../kube/object.ts";
import type { Outcome } from "../../runtime/controller.ts";
import type { Environment } from "../environment.ts";
import { act } from "./act.ts";
import { gather } from "./gather.ts";

/** A build PipelineRun: does its component Snapshot exist? */
export async function reconcile(
  env: Environment,
  key: ObjectKey,
  options: { readonly requireSignature: boolean; readonly signal: AbortSignal },
): Promise<Outcome> {
  const gathered = await gather(env, key, options);
  if (gathered === undefined) return { kind: "settled" };
  const decision = planBuild(gathered.world);
  if (decision.kind === "create" && gathered.unreadable !== undefined) {
    return act(env, gathered, { kind: "delay", message: gathered.unreadable }, options.signal);
  }
  return act(env, gathered, decision, options.signal);
}
