import { expect, test } from "vitest";
import { scenarioApplies, type SnapshotTraits } from "./scenario-applies.ts";

const componentPush: SnapshotTraits = { type: "component", component: "cart", isPush: true };
const pullRequest: SnapshotTraits = { type: "component", component: "cart", isPush: false };
const composite: SnapshotTraits = { type: "composite", isPush: true, components: new Set(["cart", "shop"]) };
const override: SnapshotTraits = { type: "override", isPush: true };
const group: SnapshotTraits = { type: "group", isPush: false };
const untyped: SnapshotTraits = { type: "", isPush: true };
const all = { componentPush, pullRequest, composite, override, group, untyped };

test.each<[string, readonly string[], string]>([
  ["no contexts", [], "componentPush pullRequest composite override group untyped"],
  ["application", ["application"], "componentPush pullRequest composite override group untyped"],
  ["all", ["all"], "componentPush pullRequest composite override group untyped"],
  ["component", ["component"], "componentPush pullRequest"],
  ["composite", ["composite"], "composite"],
  ["override", ["override"], "override"],
  ["group", ["group"], "group"],
  ["push", ["push"], "componentPush composite override untyped"],
  ["pull_request", ["pull_request"], "pullRequest group"],
  ["its Component, and every combination that holds it", ["component_cart"], "componentPush pullRequest composite"],
  ["another Component of a combination", ["component_shop"], "composite"],
  ["a Component that nothing holds", ["component_web"], ""],
  ["a Component without a name", ["component_"], ""],
  ["several, of which one is enough", ["nosuch", "group", "override"], "override group"],
  ["an unknown name", ["nosuch"], ""],
  ["a name in other capitals", ["Push"], ""],
  ["names that objects know", ["constructor", "__proto__", "toString", "hasOwnProperty"], ""],
])("a scenario for %s tests what it names", (_names, contexts, expected) => {
  const tested = Object.entries(all).filter(([, snapshot]) => scenarioApplies(contexts, snapshot));
  expect(tested.map(([name]) => name).join(" ")).toBe(expected);
});
