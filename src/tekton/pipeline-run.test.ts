import { expect, test } from "vitest";
import { progressOf, textResults, timeOf, type RawPipelineRun } from "./pipeline-run.ts";

const run = (status?: RawPipelineRun["status"]): RawPipelineRun => ({
  metadata: { name: "run" },
  ...(status === undefined ? {} : { status }),
});
const succeeded = (status: string, reason: string): RawPipelineRun =>
  run({ conditions: [{ type: "Succeeded", status, reason }] });

test.each<[string, RawPipelineRun, ReturnType<typeof progressOf>]>([
  ["has no status yet", run(), "running"],
  ["has no conditions yet", run({}), "running"],
  ["has an empty list of conditions", run({ conditions: [] }), "running"],
  ["only has some other condition", run({ conditions: [{ type: "Ready", status: "True" }] }), "running"],
  ["has a condition without a type", run({ conditions: [{ status: "True" }] }), "running"],
  ["has just started", succeeded("Unknown", "Started"), "running"],
  ["is stopping after a failure", succeeded("Unknown", "PipelineRunStopping"), "running"],
  ["is being cancelled", succeeded("Unknown", "CancelledRunningFinally"), "running"],
  ["has a condition without a status", run({ conditions: [{ type: "Succeeded" }] }), "running"],
  ["has a status that means nothing", succeeded("true", "Succeeded"), "running"],
  ["succeeded", succeeded("True", "Succeeded"), "succeeded"],
  ["succeeded with tasks skipped", succeeded("True", "Completed"), "succeeded"],
  ["succeeded for a reason that sounds like failure", succeeded("True", "Failed"), "succeeded"],
  ["failed", succeeded("False", "Failed"), "failed"],
  ["was cancelled", succeeded("False", "Cancelled"), "failed"],
  ["ran into its timeout", succeeded("False", "PipelineRunTimeout"), "failed"],
  ["could not be fetched", succeeded("False", "CouldntGetPipeline"), "failed"],
  ["failed for a reason that sounds like success", succeeded("False", "Succeeded"), "failed"],
])("a run that %s: only its condition Succeeded counts", (_what, given, expected) => {
  expect(progressOf(given)).toBe(expected);
});

test.each<[string, Parameters<typeof textResults>[0], Record<string, string>]>([
  ["there are none yet", undefined, {}],
  ["there are none", [], {}],
  [
    "all are texts",
    [
      { name: "A", value: "1" },
      { name: "B", value: "2" },
    ],
    { A: "1", B: "2" },
  ],
  [
    "one name comes twice: the first counts",
    [
      { name: "A", value: "1" },
      { name: "A", value: "2" },
    ],
    { A: "1" },
  ],
  [
    "some are arrays, objects or null",
    [
      { name: "A", value: ["1"] },
      { name: "B", value: {} },
      { name: "C", value: null },
    ],
    {},
  ],
  ["one is empty, which is as good as missing", [{ name: "A", value: "" }], {}],
  ["one has no value or no name", [{ name: "A" }, { value: "1" }], {}],
])("text results, when %s", (_when, results, expected) => {
  expect(Object.fromEntries(textResults(results))).toEqual(expected);
});

test("a result may be called like what every object has", () => {
  const results = textResults([{ name: "__proto__", value: "1" }]);
  expect([results.get("__proto__"), results.get("constructor"), results.size]).toEqual(["1", undefined, 1]);
});

test.each([
  ["1970-01-01T00:00:01Z", 1000],
  ["1970-01-01T01:00:01+01:00", 1000],
  ["1970-01-01T00:00:00.25Z", 250],
  ["yesterday", undefined],
  ["", undefined],
  [undefined, undefined],
])("the time %o is %o", (text, expected) => {
  expect(timeOf(text)).toBe(expected);
});

test.each([[{ toString: "no", valueOf: "no" }], [Object.create(null)], [["2026-01-01T00:00:00Z"]], [null], [7]])(
  "what is no text is no time: %o",
  (value) => {
    expect(timeOf(value)).toBeUndefined();
  },
);
