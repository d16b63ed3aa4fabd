import { annotations, labels } from "../api/labels.ts";
import type { ReleasePlan } from "../api/release-plan.ts";
import type { ReleasePlanFacts } from "../domain/plan-releases.ts";
import { present } from "../domain/present.ts";
import type { KubeObject } from "../kube/object.ts";
import type { CachedObject } from "../runtime/store.ts";
import { identityOf, inNamespace } from "./identity.ts";

/** A ReleasePlan, as far as it is used. */
export interface ReleasePlanRecord extends CachedObject {
  readonly application: string;
  readonly deleting: boolean;
  readonly facts: ReleasePlanFacts;
}

/** What is kept of a ReleasePlan. */
export function projectReleasePlan(raw: KubeObject): ReleasePlanRecord {
  return {
    ...identityOf(raw),
    application: (raw as ReleasePlan).spec?.application ?? "",
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
  byApplication: (plan: ReleasePlanRecord): readonly string[] =>
    plan.application === "" || plan.deleting ? [] : [inNamespace(plan.key.namespace, plan.application)],
};
