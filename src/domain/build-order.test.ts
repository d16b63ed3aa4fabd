import fc from "fast-check";
import { expect, test } from "vitest";
import { compareBuilds, compareText, newestOrder, type BuildOrder } from "./build-order.ts";

const build = (over: Partial<BuildOrder> = {}): BuildOrder => ({ createdAt: 5, name: "build", ...over });

test.each<[string, BuildOrder, BuildOrder]>([
  ["was created earlier", build({ createdAt: 4 }), build({ createdAt: 5 })],
  ["has the lower sequence, though created later", build({ sequence: 1, createdAt: 9 }), build({ sequence: 2 })],
  ["has a negative sequence", build({ sequence: -1 }), build({ sequence: 0 })],
  ["shares the sequence and was created earlier", build({ sequence: 1, createdAt: 4 }), build({ sequence: 1 })],
  ["was created earlier, when only the other is numbered", build({ createdAt: 4 }), build({ sequence: 1 })],
  ["was created in the same second and started earlier", build({ startedAt: 6 }), build({ startedAt: 7 })],
  ["has no start, which then counts as its creation", build(), build({ startedAt: 6 })],
  ["has the lower name, when all times are the same", build({ name: "a" }), build({ name: "b" })],
  ["has the lower name in bytes, not in a language's order", build({ name: "build-10" }), build({ name: "build-9" })],
])("the older build %s", (_why, older, newer) => {
  expect(compareBuilds(older, newer)).toBeLessThan(0);
  expect(compareBuilds(newer, older)).toBeGreaterThan(0);
});

test("a build is neither older nor newer than itself", () => {
  expect(compareBuilds(build({ sequence: 3, startedAt: 6 }), build({ sequence: 3, startedAt: 6 }))).toBe(0);
});

const few = fc.integer({ min: 0, max: 2 });
const unnumbered = fc.record(
  { createdAt: few, name: fc.constantFrom("a", "b", "c") },
  { requiredKeys: ["createdAt", "name"] },
);
const maybeStarted = fc
  .tuple(unnumbered, fc.option(few))
  .map(([order, startedAt]): BuildOrder => ({ ...order, ...(startedAt === null ? {} : { startedAt }) }));
const numbered = fc.tuple(maybeStarted, few).map(([order, sequence]): BuildOrder => ({ ...order, sequence }));

test.each([
  ["none is numbered", maybeStarted],
  ["all are numbered", numbered],
])("any builds of a Component can be put in one order when %s", (_when, order) => {
  fc.assert(
    fc.property(order, order, order, (a, b, c) => {
      expect(Math.sign(compareBuilds(a, b)) + Math.sign(compareBuilds(b, a))).toBe(0);
      expect(compareBuilds(a, b) > 0 || compareBuilds(b, c) > 0 || compareBuilds(a, c) <= 0).toBe(true);
      expect(compareBuilds(a, b) !== 0 || a.name === b.name).toBe(true);
    }),
  );
});

test.each([
  ["equal texts are equal", "a", "a", 0],
  ["capitals come first", "Z", "a", -1],
  ["a text comes after its beginning", "ab", "a", 1],
  ["the empty text comes first", "", "a", -1],
])("%s", (_sentence, a, b, expected) => {
  expect(compareText(a, b)).toBe(expected);
});

test("the newest of several Components' builds is the one made last, whatever numbers they give themselves", () => {
  const [early, late] = [build({ sequence: 900, createdAt: 4 }), build({ sequence: 1, createdAt: 5, name: "late" })];
  expect(newestOrder([early, late])).toEqual({ createdAt: 5, name: "late" });
  expect(newestOrder([late, early])).toEqual({ createdAt: 5, name: "late" });
  expect(newestOrder([])).toBeUndefined();
});
