import { expect, test } from "vitest";
import { planReleases, type ReleasePlanFacts, type ReleaseWishes } from "./plan-releases.ts";

const plan = (name: string, autoReleaseLabel?: string): ReleasePlanFacts => ({
  name,
  ...(autoReleaseLabel === undefined ? {} : { autoReleaseLabel }),
});

// prettier-ignore
test.each<[string, readonly ReleasePlanFacts[], ReleaseWishes, string]>([
  ["is released through every plan, in name order", [plan("b"), plan("a", "true")], {}, "release a b"],
  ["is released through a plan whose label is anything but false", [plan("a", "False"), plan("b", "")], {}, "release a b"],
  ["is not released through a plan that is held back", [plan("a", "false"), plan("b")], {}, "release b"],
  ["is not released when every plan is held back", [plan("a", "false")], {}, "skip NoReleasePlan"],
  ["is not released without a plan", [], {}, "skip NoReleasePlan"],
  ["is not released when its own label says false", [plan("a")], { autoReleaseLabel: "false" }, "skip HeldBack"],
  ["is released when its own label says anything else", [plan("a")], { autoReleaseLabel: "no" }, "release a"],
  ["is not released when its build says false", [plan("a")], { shouldRelease: "false", autoReleaseLabel: "true" }, "skip HeldBack"],
  ["is released when its build says anything else", [plan("a")], { shouldRelease: "False" }, "release a"],
  ["is held back rather than without a plan, when it is both", [], { shouldRelease: "false" }, "skip HeldBack"],
])("a promoted Snapshot %s", (_sentence, plans, wishes, expected) => {
  const decision = planReleases(plans, wishes);
  expect(decision.kind === "skip" ? `skip ${decision.reason}` : `release ${decision.plans.join(" ")}`).toBe(expected);
});
