import { autoReleasedReasons } from "../../api/conditions.ts";
import { resources } from "../../api/group.ts";
import { problemOf } from "../../cel/auto-release.ts";
import type { ObjectKey } from "../../kube/object.ts";
import type { Outcome } from "../../runtime/controller.ts";
import { tell, type Environment } from "../environment.ts";

/** A ReleasePlan: can its auto-release expression be read? Its author learns it at once, and not from the first Snapshot that
 * is not released. What only shows with a Snapshot at hand is told then. */
export async function reconcile({ caches, events }: Environment, key: ObjectKey): Promise<Outcome> {
  const plan = caches.releasePlans.get(key);
  const { expression = "" } = plan?.facts ?? {};
  const problem = expression.trim() === "" ? undefined : problemOf(expression);
  if (plan === undefined || problem === undefined) return { kind: "settled" };
  const message = `Nothing is released automatically through this plan: its auto-release expression cannot be read: ${problem}`;
  tell(events, {
    about: { resource: resources.releasePlan, ...plan },
    type: "Warning",
    reason: autoReleasedReasons.expressionInvalid,
    message,
  });
  return { kind: "stuck", reason: message };
}
