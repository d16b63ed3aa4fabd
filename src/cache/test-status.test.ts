import fc from "fast-check";
import { expect, test } from "vitest";
import { entryStatuses, type ScenarioEntry } from "../domain/test-status.ts";
import { formatTestStatus, parseTestStatus } from "./test-status.ts";

const entry = {
  scenario: "e2e",
  status: "TestPassed",
  lastUpdateTime: "2024-07-01T10:00:00.123456789Z",
  details: "Integration test passed",
};
const list = (...items: readonly unknown[]): string => JSON.stringify(items);

test.each([
  ["there is none", undefined],
  ["it is empty", ""],
  ["it is not JSON", "[{"],
  ["it is an object", JSON.stringify(entry)],
  ["it is null", "null"],
  ["it is a text", '"[]"'],
  ["it is an empty list", "[]"],
])("nothing is known of any scenario when %s", (_when, annotation) => {
  expect(parseTestStatus(annotation)).toEqual([]);
});

test.each<[string, unknown, object]>([
  [
    "all that is known",
    { ...entry, startTime: "a", completionTime: "b", testPipelineRunName: "run", isOptionalScenario: true, attempt: 2 },
    { ...entry, startTime: "a", completionTime: "b", testPipelineRunName: "run", isOptionalScenario: true, attempt: 2 },
  ],
  ["no details", { ...entry, details: undefined }, { ...entry, details: "" }],
  ["the scenarios that it runs after", { ...entry, runAfter: ["unit"] }, { ...entry, runAfter: ["unit"] }],
  ["keys that only others know", { ...entry, __more: 1 }, entry],
  ["upstream's word for a warning", { ...entry, status: "BuildPLRInProgress" }, { ...entry, status: "TestWarning" }],
  ["our word for a warning", { ...entry, status: "TestWarning" }, { ...entry, status: "TestWarning" }],
  [
    "a scenario called like what every object has",
    { ...entry, scenario: "constructor" },
    { ...entry, scenario: "constructor" },
  ],
])("an entry may have %s", (_what, item, expected) => {
  expect(parseTestStatus(list(item))).toEqual([expected]);
});

test.each<[string, unknown]>([
  ["has a status that nobody knows", { ...entry, status: "Flaky" }],
  ["has a status that every object has", { ...entry, status: "constructor" }],
  ["has a status that upstream only uses for git", { ...entry, status: "SnapshotCreationFailed" }],
  ["has no status", { ...entry, status: undefined }],
  ["names no scenario", { ...entry, scenario: undefined }],
  ["names an empty scenario", { ...entry, scenario: "" }],
  ["has no time", { ...entry, lastUpdateTime: undefined }],
  ["has details that are no text", { ...entry, details: null }],
  ["has an attempt that is no count", { ...entry, attempt: 0 }],
  ["is null", null],
  ["is a text", "e2e"],
  ["is a list", [entry]],
])("an entry that %s is left out, and the others are read", (_what, item) => {
  const other = { ...entry, scenario: "unit" };
  expect(parseTestStatus(list(item, other))).toEqual([other]);
});

test("an entry in the prototype is no entry", () => {
  expect(parseTestStatus(`[{"__proto__":${JSON.stringify(entry)}}]`)).toEqual([]);
});

test("the first entry of a scenario counts", () => {
  const second = { ...entry, status: "TestFail" };
  expect(parseTestStatus(list(entry, second))).toEqual([entry]);
});

test("the first entry of a scenario that can be read counts", () => {
  expect(parseTestStatus(list({ ...entry, status: "Flaky" }, entry))).toEqual([entry]);
});

test("what is written is read again, in the same order", () => {
  // Any UTF-16, also halves of pairs. The unit "binary" is none of that, and takes seconds to be set up on a busy machine.
  const unit = fc.nat(0xffff).map((code) => String.fromCharCode(code));
  const text = fc.string({ unit });
  const arbitrary: fc.Arbitrary<ScenarioEntry> = fc.record(
    {
      scenario: fc.string({ minLength: 1 }),
      status: fc.constantFrom(...entryStatuses),
      lastUpdateTime: text,
      details: text,
      startTime: text,
      completionTime: text,
      testPipelineRunName: text,
      isOptionalScenario: fc.boolean(),
      attempt: fc.integer({ min: 1 }),
    },
    { requiredKeys: ["scenario", "status", "lastUpdateTime", "details"], noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.uniqueArray(arbitrary, { selector: ({ scenario }) => scenario }), (entries) => {
      expect(parseTestStatus(formatTestStatus(entries))).toEqual(entries);
    }),
  );
});
