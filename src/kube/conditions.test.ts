import { array, assert, constantFrom, option, property, record } from "fast-check";
import { expect, test } from "vitest";
import { type Condition, type ConditionUpdate, findCondition, mergeConditions } from "./conditions.ts";

const earlier = "2026-11-01T10:00:00Z";
const now = "2026-11-01T12:00:00.500Z";
const nowWhole = "2026-11-01T12:00:00Z";
const condition = (over: Partial<Condition> = {}): Condition => ({
  type: "Ready",
  status: "True",
  reason: "Fine",
  message: "all is well",
  lastTransitionTime: earlier,
  ...over,
});
const { lastTransitionTime: _unused, ...update } = condition();

test("a new condition begins now, in whole seconds", () => {
  expect(mergeConditions([], [update], now)).toEqual([condition({ lastTransitionTime: nowWhole })]);
});

test("a new status begins now", () => {
  const [merged] = mergeConditions([condition()], [{ ...update, status: "False" }], now);
  expect(merged?.lastTransitionTime).toBe(nowWhole);
});

test("a new reason or message of the same status does not move the time", () => {
  const [merged] = mergeConditions([condition()], [{ ...update, reason: "Other", message: "other" }], now);
  expect(merged).toEqual(condition({ reason: "Other", message: "other" }));
});

test("the very same array comes back when nothing changed", () => {
  const existing = [condition(), condition({ type: "Other" })];
  expect(mergeConditions(existing, [update], now)).toBe(existing);
});

test("types that are not named stay as they are and where they are", () => {
  const existing = [condition({ type: "Z" }), condition(), condition({ type: "A" })];
  const merged = mergeConditions(
    existing,
    [
      { ...update, status: "False" },
      { ...update, type: "New" },
    ],
    now,
  );
  expect(merged.map(({ type }) => type)).toEqual(["Z", "Ready", "A", "New"]);
  expect(merged[0]).toBe(existing[0]);
});

test("an observed generation is kept until a newer one is given", () => {
  const existing = [condition({ observedGeneration: 3 })];
  expect(mergeConditions(existing, [update], now)).toBe(existing);
  expect(mergeConditions(existing, [{ ...update, observedGeneration: 4 }], now)).toMatchObject([
    { observedGeneration: 4, lastTransitionTime: earlier },
  ]);
});

test("a message that is too long is cut, and never in the middle of a character", () => {
  const [merged] = mergeConditions([], [{ ...update, message: `${"x".repeat(32_767)}🚀` }], now);
  expect(merged?.message).toBe("x".repeat(32_767));
});

test("finds a condition by type", () => {
  expect(findCondition([condition()], "Ready")?.status).toBe("True");
  expect(findCondition(undefined, "Ready")).toBeUndefined();
});

test("merging twice is merging once", () => {
  const anUpdate = record({
    type: constantFrom("A", "B", "C"),
    status: constantFrom("True" as const, "False" as const, "Unknown" as const),
    reason: constantFrom("R1", "R2"),
    message: constantFrom("", "m"),
    observedGeneration: option(constantFrom(1, 2), { nil: undefined }),
  }).map(({ observedGeneration, ...rest }): ConditionUpdate =>
    observedGeneration === undefined ? rest : { ...rest, observedGeneration },
  );
  const distinct = array(anUpdate).map((updates) => [...new Map(updates.map((each) => [each.type, each])).values()]);
  assert(
    property(distinct, distinct, (first, second) => {
      const before = mergeConditions([], first, earlier);
      const once = mergeConditions(before, second, now);
      expect(mergeConditions(once, second, "2027-01-01T00:00:00Z")).toBe(once);
      expect(new Set(once.map(({ type }) => type)).size).toBe(once.length);
    }),
  );
});
