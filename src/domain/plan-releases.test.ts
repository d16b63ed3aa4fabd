import { expect, test } from "vitest";
import {
  compositeHeldBack,
  planReleases,
  type Evaluation,
  type HeldBack,
  type ReleasePlanFacts,
  type ReleaseWishes,
} from "./plan-releases.ts";

const plan = (name: string, autoReleaseLabel?: string): ReleasePlanFacts => ({
  name,
  ...(autoReleaseLabel === undefined ? {} : { autoReleaseLabel }),
});
const celPlan = (name: string, expression: string, autoReleaseLabel?: string): ReleasePlanFacts => ({
  ...plan(name, autoReleaseLabel),
  expression,
});

const evaluate = (expression: string): Evaluation =>
  expression === "yes" || expression === "no"
    ? { kind: "value", value: expression === "yes" }
    : { kind: "invalid", problem: `${expression} is no answer` };

// prettier-ignore
test.each<[string, readonly ReleasePlanFacts[], ReleaseWishes, string]>([
  ["is released through every plan, in name order", [plan("b"), plan("a", "true")], {}, "a b"],
  ["is released through a plan whose label is anything but false", [plan("a", "False"), plan("b", "")], {}, "a b"],
  ["is not released through a plan that is held back", [plan("a", "false"), plan("b")], {}, "b"],
  ["is not released when every plan is held back", [plan("a", "false")], {}, "no ReleasePlans"],
  ["is not released without a plan", [], {}, "no ReleasePlans"],
  ["is not released when its own label says false", [plan("a")], { autoReleaseLabel: "false" }, "'auto-release' label is set to 'false'"],
  ["is released when its own label says anything else", [plan("a")], { autoReleaseLabel: "no" }, "a"],
  ["is not released when its build says false", [plan("a")], { shouldRelease: "false", autoReleaseLabel: "true" }, "SHOULD_RELEASE"],
  ["is released when its build says anything else", [plan("a")], { shouldRelease: "False" }, "a"],
  ["is held back rather than without a plan, when it is both", [], { shouldRelease: "false" }, "SHOULD_RELEASE"],
  ["is released through a plan whose expression says so, whatever the label says", [celPlan("a", "yes", "false")], {}, "a"],
  ["is not released through a plan whose expression says no, whatever the label says", [celPlan("a", "no", "true"), plan("b")], {}, "b"],
  ["is released through a plan whose expression says so, whatever the build says", [celPlan("a", "yes"), plan("b")], { shouldRelease: "false" }, "a"],
  ["is not released when its own label says false, whatever an expression says", [celPlan("a", "yes")], { autoReleaseLabel: "false" }, "'auto-release' label is set to 'false'"],
  ["is released through a plan with an empty expression as if it had none", [celPlan("a", ""), celPlan("b", "  ", "false")], {}, "a"],
  ["is released through the others when one expression cannot be followed", [celPlan("b", "what?"), plan("c"), celPlan("a", "how?"), celPlan("d", "yes")], {}, "c d, but a: how? is no answer, but b: what? is no answer"],
])("a promoted Snapshot %s", (_sentence, plans, wishes, expected) => {
  const { plans: through, problems, message } = planReleases(plans, wishes, evaluate);
  const told = [through.join(" "), ...problems.map((each) => `but ${each.plan}: ${each.problem}`)].join(", ");
  expect(told === "" ? message : told).toContain(expected);
});

test.each<[string, readonly (HeldBack | undefined)[], HeldBack | undefined]>([
  ["nothing is new in it", [], undefined],
  ["one of its new builds is to be released", ["result", undefined], undefined],
  ["every new build's label holds it back", ["label", "label"], "label"],
  ["every new build is held back in some way", ["label", "result"], "result"],
])("a composite is held back as it should when %s", (_sentence, updated, expected) => {
  expect(compositeHeldBack(updated)).toBe(expected);
});
