import { expect, test } from "vitest";
import { assertStructural, UnstructuralSchema, type SchemaNode } from "./structural.ts";

const text = { type: "string", description: "A text." };
const object = (properties: SchemaNode): SchemaNode => ({ type: "object", description: "An object.", properties });

test("accepts what Kubernetes accepts", () => {
  const node = object({
    text,
    list: { type: "array", description: "A list.", items: { type: "string" } },
    map: { type: "object", description: "A map.", additionalProperties: { type: "string" } },
    anything: { description: "Anything.", "x-kubernetes-preserve-unknown-fields": true },
    loose: { ...object({ text }), "x-kubernetes-preserve-unknown-fields": true },
  });
  expect(() => assertStructural(node, "spec")).not.toThrow();
});

test.each<[string, SchemaNode, string]>([
  ["a reference", { $ref: "#/x", description: "" }, "refers to another schema"],
  ["oneOf with types inside", { oneOf: [{ type: "string" }], description: "" }, "choice between shapes"],
  ["anyOf with types inside", { anyOf: [{ type: "string" }], description: "" }, "choice between shapes"],
  ["allOf", { allOf: [object({})], description: "" }, "choice between shapes"],
  ["not", { not: { type: "string" }, description: "" }, "choice between shapes"],
  [
    "additionalProperties beside properties",
    { ...object({ text }), additionalProperties: false },
    "both properties and additionalProperties",
  ],
  ["additionalProperties as a flag", { type: "object", description: "", additionalProperties: true }, "flag"],
  ["a keyword from another draft", { type: "string", const: "a", description: "" }, "does not know"],
  ["unique items", { type: "array", uniqueItems: true, items: text, description: "" }, "unique items"],
  ["a numeric exclusive bound", { type: "integer", exclusiveMinimum: 0, description: "" }, "exclusive bound"],
  ["no type", { description: "What?" }, "has no type"],
  ["an array without items", { type: "array", description: "" }, "nobody knows what"],
  ["an object that keeps nothing", { type: "object", description: "" }, "would be dropped"],
  ["no description", { type: "string" }, "has no description"],
])("refuses %s, and names the place", (_what, node, problem) => {
  const inside = object({ field: node });
  expect(() => assertStructural(inside, "spec")).toThrow(UnstructuralSchema);
  expect(() => assertStructural(inside, "spec")).toThrow(new RegExp(`^spec\\.field: .*${problem}`));
});

test("looks into lists and maps", () => {
  const bad = { oneOf: [] };
  const inList = object({ list: { type: "array", description: "A list.", items: object({ bad }) } });
  const inMap = object({ map: { type: "object", description: "A map.", additionalProperties: object({ bad }) } });
  expect(() => assertStructural(inList, "spec")).toThrow(/^spec\.list\[\]\.bad: /);
  expect(() => assertStructural(inMap, "spec")).toThrow(/^spec\.map\{\}\.bad: /);
});
