import fc from "fast-check";
import { expect, test } from "vitest";
import { readTestOutput } from "./test-output.ts";

const good = { result: "SUCCESS", timestamp: "2024-05-22T06:42:21+00:00", successes: 10, failures: 0, warnings: 0 };

function output(over: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...good, ...over });
}

function read(value: unknown) {
  return readTestOutput("lint", [{ name: "TEST_OUTPUT", value }])?.output;
}

test.each([
  ["SUCCESS", output({ result: "SUCCESS" })],
  ["FAILURE", output({ result: "FAILURE" })],
  ["WARNING", output({ result: "WARNING" })],
  ["SKIPPED", output({ result: "SKIPPED" })],
  ["ERROR", output({ result: "ERROR" })],
])("a task may report %s", (result, text) => {
  expect(read(text)).toEqual({ kind: "valid", result });
});

test.each([
  ["10 digits as its time", output({ timestamp: "1716360141" })],
  ["a time in UTC", output({ timestamp: "2024-05-22T06:42:21Z" })],
  ["a time with an offset", output({ timestamp: "2024-05-22T06:42:21-05:30" })],
  ["a time with a fraction of a second", output({ timestamp: "2024-05-22T06:42:21.123456789Z" })],
  ["counters of zero", output({ successes: 0, failures: 0, warnings: 0 })],
  ["a namespace and a note", output({ namespace: "required_checks", note: "see the log" })],
  ["keys of its own", output({ image: "quay.io/a", details: { more: [1] } })],
  ["a note that mentions a counter", output({ note: '"successes": 1.0' })],
  ["a key that every object has", output({ constructor: "c" })],
  ["blanks and line breaks", JSON.stringify(good, undefined, 2)],
])("a test output may have %s", (_what, text) => {
  expect(read(text)).toEqual({ kind: "valid", result: "SUCCESS" });
});

test.each([
  ["no result", output({ result: undefined }), "result: "],
  ["a result that it does not know", output({ result: "PASSED" }), "result: "],
  ["a result in lower case", output({ result: "success" }), "result: "],
  ["no time", output({ timestamp: undefined }), "timestamp: "],
  ["a time that is a number", output({ timestamp: 1716360141 }), "timestamp: "],
  ["9 digits as its time", output({ timestamp: "171636014" }), "timestamp: is neither 10 digits nor"],
  ["11 digits as its time", output({ timestamp: "17163601410" }), "timestamp: is neither 10 digits nor"],
  ["10 digits and a line break", output({ timestamp: "1716360141\n" }), "timestamp: is neither 10 digits nor"],
  ["a date without a time", output({ timestamp: "2024-05-22" }), "timestamp: is neither 10 digits nor"],
  ["a time with a blank for the T", output({ timestamp: "2024-05-22 06:42:21Z" }), "timestamp: is neither"],
  ["a time without seconds", output({ timestamp: "2024-05-22T06:42Z" }), "timestamp: is neither 10 digits nor"],
  ["no successes", output({ successes: undefined }), "successes: "],
  ["no failures", output({ failures: undefined }), "failures: "],
  ["no warnings", output({ warnings: undefined }), "warnings: "],
  ["a negative counter", output({ failures: -1 }), "failures: "],
  ["a counter that is a text", output({ failures: "0" }), "failures: "],
  ["a counter that is null", output({ failures: null }), "failures: "],
  ["a fraction as a counter", output({ warnings: 0.5 }), "warnings: is not a whole number"],
  ["1.0 as a counter", output({}).replace('"successes":10', '"successes":1.0'), "successes: is not a whole number"],
  ["1e3 as a counter", output({}).replace('"failures":0', '"failures" : 1e3'), "failures: is not a whole number"],
  [
    "a fraction under a key in disguise",
    output({}).replace('"failures":0', String.raw`"f\u0061ilures":0.5`),
    "failures: ",
  ],
  ["-0.0 as a counter", output({}).replace('"warnings":0', '"warnings":-0.0'), "warnings: is not a whole number"],
  ["a namespace that is no text", output({ namespace: 1 }), "namespace: "],
  ["a note that is no text", output({ note: ["a"] }), "note: "],
])("a test output may not have %s", (_what, text, problem) => {
  expect(read(text)).toEqual({ kind: "invalid", problem: expect.stringMatching(/^result TEST_OUTPUT\b/) });
  expect(read(text)).toHaveProperty("problem", expect.stringContaining(problem));
});

test("everything that is wrong with a test output is said at once", () => {
  const problem = expect.stringMatching(/^result TEST_OUTPUT: result: .*, timestamp: .*, failures: /);
  expect(read('{"successes":1,"warnings":0}')).toEqual({ kind: "invalid", problem });
});

test.each([
  ["empty", "", "is not JSON"],
  ["cut short", output({}).slice(0, -1), "is not JSON"],
  ["a sentence", "all tests passed", "is not JSON"],
  ["a list", `[${output({})}]`, ": it: "],
  ["null", "null", ": it: "],
  ["a text in quotes", '"SUCCESS"', ": it: "],
  ["hidden in the prototype", `{"__proto__":${output({})}}`, ": result: "],
  ["hidden in a constructor", `{"constructor":{"prototype":${output({})}}}`, ": result: "],
])("a test output that is %s is invalid", (_what, text, problem) => {
  expect(read(text)).toEqual({
    kind: "invalid",
    problem: expect.stringContaining(`result TEST_OUTPUT${problem.startsWith(":") ? "" : " "}${problem}`),
  });
});

test.each([
  ["a list", ["SUCCESS"]],
  ["an object", good],
  ["missing", undefined],
  ["null", null],
])("a test output whose value is %s is invalid: it must be a text", (_what, value) => {
  expect(read(value)).toEqual({ kind: "invalid", problem: "result TEST_OUTPUT is not a text" });
});

test.each<[string, Parameters<typeof readTestOutput>[1], string | undefined]>([
  ["nothing when the task has no results", undefined, undefined],
  [
    "nothing when no result is a test output",
    [{ name: "IMAGE_URL", value: output({}) }, { value: output({}) }],
    undefined,
  ],
  ["nothing for a name in lower case", [{ name: "test_output", value: output({}) }], undefined],
  ["what stands under the old name", [{ name: "HACBS_TEST_OUTPUT", value: output({ result: "ERROR" }) }], "ERROR"],
  [
    "the first one: the new name before the old",
    [
      { name: "IMAGE_URL", value: "quay.io/a" },
      { name: "TEST_OUTPUT", value: output({ result: "FAILURE" }) },
      { name: "HACBS_TEST_OUTPUT", value: output({}) },
    ],
    "FAILURE",
  ],
  [
    "the first one: the old name before the new",
    [
      { name: "HACBS_TEST_OUTPUT", value: output({ result: "WARNING" }) },
      { name: "TEST_OUTPUT", value: output({}) },
    ],
    "WARNING",
  ],
])("a task reports %s", (_what, results, expected) => {
  const found = readTestOutput("lint", results);
  const task = { task: "lint", output: { kind: "valid", result: expected } };
  expect(found).toEqual(expected === undefined ? undefined : task);
});

test("a first output that is invalid is not made up for by a valid second one", () => {
  const results = [
    { name: "HACBS_TEST_OUTPUT", value: "broken" },
    { name: "TEST_OUTPUT", value: output({}) },
  ];
  const problem = expect.stringMatching(/^result HACBS_TEST_OUTPUT is not JSON: /);
  expect(readTestOutput("lint", results)).toEqual({ task: "lint", output: { kind: "invalid", problem } });
});

test("whatever a task writes that is no test output is invalid, and nothing it writes makes reading fail", () => {
  const results = fc.record({ result: fc.string(), successes: fc.double() }).map((each) => JSON.stringify(each));
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), results), (text) => {
      expect(read(text)?.kind).toBe("invalid");
    }),
  );
});

test("whatever else a task writes beside a test output, and whatever it counts, the output is valid", () => {
  fc.assert(
    fc.property(
      fc.record({ successes: fc.nat(), failures: fc.nat(), warnings: fc.nat() }),
      fc.jsonValue(),
      (counters, more) => {
        expect(read(output({ ...counters, more }))?.kind).toBe("valid");
      },
    ),
  );
});
