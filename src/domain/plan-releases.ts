/** A ReleasePlan as far as releasing through it is concerned. */
export interface ReleasePlanFacts {
  readonly name: string;
  /** The label `release.appstudio.openshift.io/auto-release`: only the value `false` holds back. */
  readonly autoReleaseLabel?: string;
  /** The annotation of the same name: an expression that decides, whatever the label says. */
  readonly expression?: string;
}

/** What a Snapshot says of its own release. */
export interface ReleaseWishes {
  /** The Snapshot's label `release.appstudio.openshift.io/auto-release`. */
  readonly autoReleaseLabel?: string;
  /** The build's result SHOULD_RELEASE. */
  readonly shouldRelease?: string;
}

/** What a ReleasePlan's expression says of one Snapshot. */
export type Evaluation =
  | { readonly kind: "value"; readonly value: boolean }
  /** It says neither yes nor no; the problem is for the plan's author. */
  | { readonly kind: "invalid"; readonly problem: string };

/** A ReleasePlan whose expression could not be followed, so that nothing is released through it. */
export interface ExpressionProblem {
  readonly plan: string;
  readonly problem: string;
}

export interface ReleaseDecision {
  /** The plans to release through, in name order. */
  readonly plans: readonly string[];
  /** In name order. They hold up no other plan. */
  readonly problems: readonly ExpressionProblem[];
  /** When no plan is left: why. */
  readonly message: string;
}

const messages = {
  shouldRelease: "Skipping auto-release because the build pipeline's SHOULD_RELEASE result is 'false'",
  label: "Skipping auto-release because the Snapshot's 'auto-release' label is set to 'false'",
  noPlan: "Skipping auto-release of the Snapshot because no ReleasePlans have the 'auto-release' label set to 'true'",
} as const;

/** Through which ReleasePlans a promoted Snapshot is released. The Snapshot's label comes first, then each plan's expression,
 * then its label together with what the build said (upstream's order). */
export function planReleases(
  plans: readonly ReleasePlanFacts[],
  wishes: ReleaseWishes,
  evaluate: (expression: string) => Evaluation,
): ReleaseDecision {
  if (wishes.autoReleaseLabel === "false") return { plans: [], problems: [], message: messages.label };
  const buildAgrees = wishes.shouldRelease !== "false";
  const said = plans.map((plan) => ({ plan: plan.name, ...wishOf(plan, buildAgrees, evaluate) }));
  return {
    plans: said.flatMap((each) => (each.kind === "value" && each.value ? [each.plan] : [])).sort(),
    problems: said
      .flatMap((each) => (each.kind === "invalid" ? [{ plan: each.plan, problem: each.problem }] : []))
      .sort((a, b) => (a.plan < b.plan ? -1 : 1)),
    message: buildAgrees ? messages.noPlan : messages.shouldRelease,
  };
}

function wishOf(
  { autoReleaseLabel, expression = "" }: ReleasePlanFacts,
  buildAgrees: boolean,
  evaluate: (expression: string) => Evaluation,
): Evaluation {
  if (expression.trim() !== "") return evaluate(expression);
  return { kind: "value", value: buildAgrees && autoReleaseLabel !== "false" };
}

/** Why a Snapshot may keep the builds in it from being released. */
export type HeldBack = "label" | "result";

/** Whether a composite is held back: only when each build that is new in it is. It then is as they are. */
export function compositeHeldBack(updated: readonly (HeldBack | undefined)[]): HeldBack | undefined {
  if (updated.length === 0 || updated.includes(undefined)) return undefined;
  return updated.every((each) => each === "label") ? "label" : "result";
}
