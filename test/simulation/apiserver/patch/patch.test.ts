import fc from "fast-check";
import { expect, test } from "vitest";
import { ApiError } from "../api-error.ts";
import type { Json } from "../json.ts";
import type { Schema } from "../schema.ts";
import { fieldsOf, fromFieldsV1, toFieldsV1 } from "./field-set.ts";
import { applyJsonPatch } from "./json-patch.ts";
import { applyMergePatch } from "./merge-patch.ts";

test.each<[string, Json, Json, Json]>([
  ["adds and replaces", { a: "b" }, { a: "c", d: 1 }, { a: "c", d: 1 }],
  ["removes by null", { a: "b", b: "c" }, { a: null }, { b: "c" }],
  ["replaces lists", { a: ["b"] }, { a: ["c"] }, { a: ["c"] }],
  ["merges objects within", { a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  ["puts an object in place of a text", { a: "foo" }, { a: { b: { c: null } } }, { a: { b: {} } }],
  ["replaces what is no object", ["a"], { a: "b" }, { a: "b" }],
])("a merge patch %s", (_sentence, target, patch, expected) => {
  expect(applyMergePatch(target, patch)).toEqual(expected);
});

test.each<[string, Json, Json[], Json]>([
  ["inserts into a list", { a: [1, 3] }, [{ op: "add", path: "/a/1", value: 2 }], { a: [1, 2, 3] }],
  ["appends to a list", { a: [1] }, [{ op: "add", path: "/a/-", value: 2 }], { a: [1, 2] }],
  ["removes from a list", { a: [1, 2] }, [{ op: "remove", path: "/a/0" }], { a: [2] }],
  ["reads escapes", { "a/b~c": 1 }, [{ op: "replace", path: "/a~1b~0c", value: 2 }], { "a/b~c": 2 }],
  ["moves", { a: 1 }, [{ op: "move", from: "/a", path: "/b" }], { b: 1 }],
  ["replaces the whole", { a: 1 }, [{ op: "add", path: "", value: { b: 2 } }], { b: 2 }],
])("a JSON patch %s", (_sentence, target, patch, expected) => {
  expect(applyJsonPatch(target, patch)).toEqual(expected);
});

test("a JSON patch that fails half way leaves the original alone", () => {
  const target = { a: 1 };
  const patch = [
    { op: "replace", path: "/a", value: 2 },
    { op: "test", path: "/a", value: 3 },
  ];
  expect(() => applyJsonPatch(target, patch)).toThrow(ApiError);
  expect(target).toEqual({ a: 1 });
});

const schema: Schema = {
  type: "object",
  additionalProperties: true,
  properties: {
    list: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
      items: { type: "object", properties: { name: { type: "string" } } },
    },
    set: { type: "array", "x-kubernetes-list-type": "set" },
  },
};

test("managedFields say the same when written and read again", () => {
  const name = fc.string({ minLength: 1, unit: fc.constantFrom("a", "b", ".", "-") });
  const value = fc.record(
    {
      list: fc.uniqueArray(fc.record({ name, n: fc.nat() }), { selector: (item) => item.name }),
      set: fc.uniqueArray(name),
      more: fc.dictionary(name, fc.dictionary(name, fc.nat())),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(value, (object) => {
      const fields = fieldsOf(object as Json, schema);
      expect(fromFieldsV1(toFieldsV1(fields))).toEqual(fields);
    }),
  );
});
