import { annotations } from "../api/labels.ts";
import type { KubeObject } from "../kube/object.ts";
import type { CachedObject } from "../runtime/store.ts";
import { identityOf } from "./identity.ts";

/** An Application, as far as it is used. */
export interface ApplicationRecord extends CachedObject {
  readonly deleting: boolean;
  /** Whether a composite waits for the one in testing (rule 6). */
  readonly coalesce: boolean;
}

/** What is kept of an Application. */
export function projectApplication(raw: KubeObject): ApplicationRecord {
  return {
    ...identityOf(raw),
    deleting: raw.metadata.deletionTimestamp !== undefined,
    coalesce: raw.metadata.annotations?.[annotations.compositeMode] !== "immediate",
  };
}
