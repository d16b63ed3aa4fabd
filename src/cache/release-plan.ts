import { annotations, labels } from "../api/labels.ts";
import type { ReleasePlan } from "../api/release-plan.ts";
import type { Owner } from "../domain/owner.ts";
import type { ReleasePlanFacts } from "../domain/plan-releases.ts";
import { present } from "../domain/present.ts";
import type { KubeObject } from "../kube/object.ts";
import type { CachedObject } from "../runtime/store.ts";
import { identityOf } from "./identity.ts";
import { ownerIndex, ownerOf } from "./owner.ts";

/** A ReleasePlan, as far as it is used. */
export interface ReleasePlanRecord extends CachedObject {
  readonly owner: Owner;
  readonly deleting: boolean;
  readonly facts: ReleasePlanFacts;
}

/** What is kept of a ReleasePlan. */
export function projectReleasePlan(raw: KubeObject): ReleasePlanRecord {
  return {
    ...identityOf(raw),
    owner: ownerOf(raw.metadata.namespace ?? "", (raw as ReleasePlan).spec),
    deleting: raw.metadata.deletionTimestamp !== undefined,
    facts: {
      name: raw.metadata.name,
      ...present({
        autoReleaseLabel: raw.metadata.labels?.[labels.autoRelease],
        expression: raw.metadata.annotations?.[annotations.autoRelease],
      }),
    },
  };
}

/** How ReleasePlans are found. */
export const releasePlanIndexes = {
  byOwner: ({ owner, deleting }: ReleasePlanRecord): readonly string[] =>
    owner.name === "" || deleting ? [] : [ownerIndex(owner)],
};
