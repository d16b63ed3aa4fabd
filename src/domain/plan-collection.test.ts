import { expect, test } from "vitest";
import { planCollection, type Budgets, type SettledSnapshot } from "./plan-collection.ts";

const hourMs = 3600 * 1000;
const now = 1000 * hourMs;

/** A Snapshot that was made so many hours ago. */
const aged = (hours: number, over: Partial<SettledSnapshot> = {}): SettledSnapshot => ({
  name: `s${String(hours)}`,
  isPullRequest: false,
  createdAt: now - hours * hourMs,
  isOutdated: false,
  awaitsGroup: false,
  isReleased: false,
  isNeeded: false,
  ...over,
});
const pr = (hours: number, over: Partial<SettledSnapshot> = {}): SettledSnapshot =>
  aged(hours, { isPullRequest: true, name: `p${String(hours)}`, ...over });
const push = (hours: number, of: string): SettledSnapshot => aged(hours, { pushOf: of });

const none: Budgets = { pullRequests: 0, others: 0, perComponent: 0 };

// prettier-ignore
test.each<[string, readonly SettledSnapshot[], Partial<Budgets>, string]>([
  ["nothing while the budgets are kept", [aged(1), aged(2), pr(1), pr(2)], { others: 2, pullRequests: 2 }, ""],
  ["the oldest, the very oldest first", [aged(3), aged(1), aged(4), aged(2)], { others: 2 }, "s4 s3"],
  ["of Snapshots of one second those with the smaller names", [aged(1, { name: "b" }), aged(1, { name: "a" }), aged(1, { name: "c" })], { others: 1 }, "a b"],
  ["each class by its own budget, pull requests first", [aged(1), aged(2), pr(1), pr(2), pr(3)], { others: 1, pullRequests: 2 }, "p3 s2"],
  ["everything that may go where nothing is to be kept", [aged(1), pr(1)], {}, "p1 s1"],
  ["never one that a Release names", [aged(9, { isReleased: true }), aged(1)], {}, "s1"],
  ["what is left of the pushes' budget when Releases take their part", [aged(9, { isReleased: true }), aged(1), aged(2)], { others: 2 }, "s2"],
  ["what is left of the pushes' budget also when a pull request's was released", [pr(9, { isReleased: true }), aged(1), aged(2), pr(1)], { others: 2, pullRequests: 1 }, "s2"],
  ["all that may go when what must be kept is more than the budget", [aged(8, { isReleased: true }), aged(9, { isReleased: true }), aged(1)], { others: 1 }, "s1"],
  ["never one that the candidate list needs", [aged(9, { isNeeded: true }), aged(1), aged(2)], { others: 1 }, "s2 s1"],
  ["never one that a person wants kept for good", [aged(9, { keptUntil: Infinity }), aged(8)], {}, "s8"],
  ["one that was to be kept until now", [aged(9, { keptUntil: now }), aged(8, { keptUntil: now + 1 })], {}, "s9"],
  ["a pull request's that a person wants kept not", [pr(9, { keptUntil: Infinity }), pr(1)], { pullRequests: 1 }, "p1"],
  ["never the newest pushes of a Component", [push(1, "a"), push(2, "b"), push(3, "a"), push(4, "a"), push(9, "c")], { perComponent: 2 }, "s4"],
  ["pushes beyond these by the budget", [push(1, "a"), push(2, "a"), push(3, "a"), push(4, "a")], { perComponent: 1, others: 3 }, "s4"],
  ["cancelled and merged pull requests before the others, however new", [pr(1, { isOutdated: true }), pr(3), pr(2, { isOutdated: true }), pr(4)], { pullRequests: 2 }, "p2 p1"],
  ["the oldest pull requests after those", [pr(1, { isOutdated: true }), pr(3), pr(4)], { pullRequests: 1 }, "p1 p4"],
  ["not one that waits for its group, for a day", [pr(23, { awaitsGroup: true }), pr(24, { awaitsGroup: true })], {}, "p24"],
])("deletes %s", (_what, snapshots, budgets, expected) => {
  expect(planCollection(snapshots, { ...none, ...budgets }, now).join(" ")).toBe(expected);
  expect(planCollection(snapshots.toReversed(), { ...none, ...budgets }, now).join(" ")).toBe(expected);
});
