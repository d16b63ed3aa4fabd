import type { Component } from "../api/component.ts";
import { resources } from "../api/group.ts";
import type { ObjectKey } from "../kube/object.ts";
import type { Environment } from "./environment.ts";

/** Asks the API server whether Components are really no part of an Application. The cache may be behind, and what is concluded
 * from their absence is for good; it is rare, so that asking costs nothing that matters. */
export async function areGone(
  { client }: Pick<Environment, "client">,
  application: ObjectKey,
  components: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  // A person may have written anything into a Snapshot. What no object can be called is not there.
  for (const name of components.filter((each) => objectName.test(each))) {
    const present = await client.get<Component>(
      resources.component,
      { namespace: application.namespace, name },
      signal,
    );
    if (present?.spec.application === application.name && present.metadata.deletionTimestamp === undefined)
      return false;
  }
  return true;
}

const objectName = /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/;
