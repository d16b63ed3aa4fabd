import { expect, test } from "vitest";
import { readValues } from "../../scripts/chart-values.ts";
import { withValues } from "../../scripts/generate-chart.ts";

const text = `# About the file, and so about no value.

outer:
  # How many.
  # @schema {minimum: 1}
  count: 2
  # Any labels,
  # by name.
  # @schema {additionalProperties: {type: string}}
  labels: { a: b }
# One value, whatever is in it.
# @schema {freeform: true}
probe:
  path: /healthz
`;

test("a value's comment becomes its description, and what it narrows down becomes its schema", () => {
  const { schema, values } = readValues(text);
  expect(values).toEqual([
    { path: "outer.count", description: "How many.", byDefault: 2 },
    { path: "outer.labels", description: "Any labels, by name.", byDefault: { a: "b" } },
    { path: "probe", description: "One value, whatever is in it.", byDefault: { path: "/healthz" } },
  ]);
  expect(schema).toMatchObject({
    type: "object",
    additionalProperties: false,
    properties: {
      outer: {
        additionalProperties: false,
        properties: {
          count: { type: "integer", minimum: 1, description: "How many." },
          labels: { type: "object", additionalProperties: { type: "string" } },
        },
      },
      probe: { type: "object", description: "One value, whatever is in it." },
    },
  });
});

test.each([
  ["a value without a comment", "outer:\n  count: 2\n", "outer.count has no comment"],
  ["a default that shows no type", "# What?\nnothing: null\n", "nothing needs a default that shows its type"],
  ["what is no map", "- 1\n", "has to be a map"],
])("refuses %s", (_, values, problem) => {
  expect(() => readValues(values)).toThrow(problem);
});

test("the table replaces what was between its marks, and nothing else", () => {
  const [begin, end] = ["<!-- values: generated from values.yaml by `make generate` -->", "<!-- end of values -->"];
  const value = { path: "a", description: "Either | or.", byDefault: "x" };
  expect(withValues(`before\n${begin}\nold\n${end}\nafter`, [value])).toBe(
    `before\n${begin}\n\n| value | default | meaning |\n| --- | --- | --- |\n| \`a\` | \`"x"\` | Either \\| or. |\n\n${end}\nafter`,
  );
  expect(() => withValues("no marks", [value])).toThrow("needs the lines");
});
