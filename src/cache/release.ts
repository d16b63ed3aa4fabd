import { labels } from "../api/labels.ts";
import type { Release } from "../api/release.ts";
import type { KubeObject } from "../kube/object.ts";
import type { CachedObject } from "../runtime/store.ts";
import { identityOf, inNamespace } from "./identity.ts";
import { interned } from "./interned.ts";

/** A Release, as far as it is used. */
export interface ReleaseRecord extends CachedObject {
  readonly snapshot: string;
  readonly releasePlan: string;
  /** It was born with our label. */
  readonly ours: boolean;
  /** Its status says that no person made it. */
  readonly automated: boolean;
}

/** What is kept of a Release. */
export function projectRelease(raw: KubeObject): ReleaseRecord {
  const { spec, status } = raw as Release;
  return {
    ...identityOf(raw),
    snapshot: spec?.snapshot ?? "",
    releasePlan: interned(spec?.releasePlan ?? ""),
    ours: raw.metadata.labels?.[labels.automated] === "true",
    automated: status?.automated === true,
  };
}

/** How Releases are found. */
export const releaseIndexes = {
  bySnapshot: (release: ReleaseRecord): readonly string[] => [inNamespace(release.key.namespace, release.snapshot)],
};
