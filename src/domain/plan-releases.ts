/** A ReleasePlan as far as releasing through it is concerned. */
export interface ReleasePlanFacts {
  readonly name: string;
  /** The label `release.appstudio.openshift.io/auto-release`: only the value `false` holds back. */
  readonly autoReleaseLabel?: string;
}

/** What a Snapshot says of its own release. */
export interface ReleaseWishes {
  /** The Snapshot's label `release.appstudio.openshift.io/auto-release`. */
  readonly autoReleaseLabel?: string;
  /** The build's result SHOULD_RELEASE. */
  readonly shouldRelease?: string;
}

export type ReleaseDecision =
  | { readonly kind: "release"; readonly plans: readonly string[] }
  | { readonly kind: "skip"; readonly reason: "HeldBack" | "NoReleasePlan"; readonly message: string };

/** Through which ReleasePlans a promoted Snapshot is released. */
export function planReleases(plans: readonly ReleasePlanFacts[], wishes: ReleaseWishes): ReleaseDecision {
  if (wishes.shouldRelease === "false") {
    return {
      kind: "skip",
      reason: "HeldBack",
      message: "Skipping auto-release because the build pipeline's SHOULD_RELEASE result is 'false'",
    };
  }
  if (wishes.autoReleaseLabel === "false") {
    return {
      kind: "skip",
      reason: "HeldBack",
      message: "Skipping auto-release because the Snapshot's 'auto-release' label is set to 'false'",
    };
  }
  const willing = plans.filter(({ autoReleaseLabel }) => autoReleaseLabel !== "false");
  if (willing.length > 0) return { kind: "release", plans: willing.map(({ name }) => name).sort() };
  return {
    kind: "skip",
    reason: "NoReleasePlan",
    message:
      "Skipping auto-release of the Snapshot because no ReleasePlans have the 'auto-release' label set to 'true'",
  };
}
