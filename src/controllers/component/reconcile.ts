import { resources } from "../../api/group.ts";
import { finalizers } from "../../api/labels.ts";
import { patchMetadata } from "../../kube/guarded-patch.ts";
import type { ObjectKey } from "../../kube/object.ts";
import type { Outcome } from "../../runtime/controller.ts";
import { tell, type Environment } from "../environment.ts";

/** A Component: may it go, and is there an Application that it belongs to? Its candidate goes with the Application's next
 * promotion reconcile, which sees that the Component is gone without having to be there when it went. */
export async function reconcile(
  { caches, client, events }: Environment,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const component = caches.components.get(key);
  if (component === undefined) return { kind: "settled" };
  if (component.deleting) {
    const change = { finalizers: component.finalizers.filter((name) => name !== finalizers.component) };
    if (component.held) await patchMetadata({ client, resource: resources.component, seen: component }, change, signal);
    return { kind: "settled" };
  }
  // What belongs to ComponentGroups only has no Application.
  if (component.application === "") return { kind: "settled" };
  if (caches.applications.get({ namespace: key.namespace, name: component.application }) !== undefined)
    return { kind: "settled" };
  const message = `Application ${component.application} does not exist: builds of this Component are not tested`;
  tell(events, {
    about: { resource: resources.component, ...component },
    type: "Warning",
    reason: "ApplicationMissing",
    message,
  });
  return { kind: "stuck", reason: message };
}
