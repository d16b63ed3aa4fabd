import { expect, test } from "vitest";
import * as z from "zod";
import { customResourceDefinition, fieldSchema } from "./crd.ts";
import type { KindDefinition } from "./definition.ts";
import { group } from "./group.ts";
import { rules } from "./schema.ts";

const field = (schema: z.ZodType): unknown =>
  fieldSchema(z.object({ it: schema.describe("It.") }).describe("Them."), "spec")["properties"];

const definition: KindDefinition = {
  resource: { group, version: "v2", plural: "things", kind: "Thing", namespaced: true },
  shortNames: ["th", "thing"],
  description: "A Thing.",
  spec: z.object({ text: z.string().describe("A text.") }).describe("What it is."),
  status: z.looseObject({}).describe("How it is."),
  specPresence: "required",
  columns: [{ name: "Text", type: "string", jsonPath: ".spec.text", description: "Its text.", wide: true }],
  deprecatedVersions: [{ name: "v1", warning: "use v2" }],
};

test.each<[string, z.ZodType, unknown]>([
  [
    "a loose object keeps unknown fields",
    z.looseObject({}),
    { type: "object", "x-kubernetes-preserve-unknown-fields": true },
  ],
  ["anything at all is kept", z.unknown(), { "x-kubernetes-preserve-unknown-fields": true }],
  ["a record is a map", z.record(z.string(), z.string()), { type: "object", additionalProperties: { type: "string" } }],
  ["an integer loses the bounds of JavaScript", z.int(), { type: "integer" }],
  ["an integer keeps its own bounds", z.int().min(0).max(7), { type: "integer", minimum: 0, maximum: 7 }],
  ["a default reaches the API server", z.string().meta({ default: "a" }), { type: "string", default: "a" }],
  [
    "rules reach the API server",
    z.string().meta(rules({ rule: "true", message: "no" })),
    { type: "string", "x-kubernetes-validations": [{ rule: "true", message: "no" }] },
  ],
])("%s", (_sentence, schema, expected) => {
  expect(field(schema)).toEqual({ it: { ...(expected as object), description: "It." } });
});

test.each<[string, z.ZodType]>([
  ["a union", z.union([z.string(), z.int()])],
  [
    "a discriminated union",
    z.discriminatedUnion("kind", [z.object({ kind: z.literal("a") }), z.object({ kind: z.literal("b") })]),
  ],
  ["a strict object", z.strictObject({ text: z.string().describe("A text.") })],
])("refuses %s, which no API server would take", (_what, schema) => {
  expect(() => field(schema)).toThrow(/^spec\.it: /);
});

test("refuses a field that is not described", () => {
  expect(() => fieldSchema(z.object({ text: z.string() }).describe("Them."), "spec")).toThrow(
    "spec.text: has no description",
  );
});

test("serves old versions with a warning, and stores the newest", () => {
  expect(customResourceDefinition(definition).spec["versions"]).toMatchObject([
    { name: "v1", served: true, storage: false, deprecated: true, deprecationWarning: "use v2" },
    { name: "v2", served: true, storage: true, subresources: { status: {} } },
  ]);
});

test("a short name that is the singular name anyway is left out, for the API server would refuse it", () => {
  expect(customResourceDefinition(definition).spec["names"]).toMatchObject({ shortNames: ["th"], singular: "thing" });
});

test("a wide column has a lower priority", () => {
  expect(customResourceDefinition(definition).spec["versions"]).toMatchObject([
    {},
    { additionalPrinterColumns: [{ name: "Text", priority: 1 }] },
  ]);
});

test("a spec is required, or defaulted to an empty one", () => {
  const schemaOf = (presence: KindDefinition["specPresence"]): string =>
    JSON.stringify(customResourceDefinition({ ...definition, specPresence: presence }));
  expect(schemaOf("required")).toContain('"required":["spec"]');
  expect(schemaOf("defaulted")).toContain('"default":{}');
});
