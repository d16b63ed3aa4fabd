import type { Resource } from "../api/group.ts";
import type { Caches } from "../cache/caches.ts";
import type { OwnerRecord } from "../cache/owner.ts";
import type { KubeClient } from "../kube/client.ts";
import type { EventRecorder } from "../kube/events.ts";
import type { ObjectKey } from "../kube/object.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Reconcile, Source } from "../runtime/controller.ts";
import type { Logger } from "../runtime/logger.ts";
import type { ServiceMetrics } from "./metrics.ts";

/** What every controller is given: the world as it was seen last, and the means to change it and to speak of it. */
export interface Environment {
  readonly caches: Caches;
  /** Its writes are in the caches as soon as they have succeeded. */
  readonly client: KubeClient;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: ServiceMetrics;
}

/** What a controller does, and who wakes it. */
export interface ControllerDefinition {
  readonly reconcile: Reconcile;
  readonly sources: readonly Source[];
}

/** The same, to work on what belongs to an Application or a ComponentGroup: what is logged is what its annotation asks for,
 * the first that does where there are several. */
export function concerning(env: Environment, ...owners: readonly (OwnerRecord | undefined)[]): Environment {
  const level = owners.find((owner) => owner?.logLevel !== undefined)?.logLevel;
  return level === undefined ? env : { ...env, logger: env.logger.child({}, { level }) };
}

/** Something to be told about an object, in `kubectl describe` and `kubectl get events`. */
export interface Telling {
  readonly about: { readonly resource: Resource; readonly key: ObjectKey; readonly uid: string };
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

/** Records one Kubernetes Event. It never waits and never fails. */
export function tell(events: EventRecorder, { about, type, reason, message }: Telling): void {
  const { resource, key, uid } = about;
  const apiVersion = resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;
  events.record({
    subject: { apiVersion, kind: resource.kind, namespace: key.namespace, name: key.name, uid },
    type,
    reason,
    message,
  });
}

/** The present time as objects carry it. */
export function isoNow(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
