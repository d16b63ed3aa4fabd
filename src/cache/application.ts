import type { KubeObject } from "../kube/object.ts";
import { readControls } from "./controls.ts";
import { identityOf } from "./identity.ts";
import type { OwnerRecord } from "./owner.ts";

/** What is kept of an Application. */
export function projectApplication(raw: KubeObject): OwnerRecord {
  return { ...identityOf(raw), deleting: raw.metadata.deletionTimestamp !== undefined, ...readControls(raw) };
}
