import { expect, test } from "vitest";
import type { KubeObject } from "./object.ts";
import { controllerReference, isOwnedBy, ownerReference, withOwner } from "./owner-references.ts";

const things = { group: "example.com", version: "v1", plural: "things", kind: "Thing", namespaced: true };
const owner = { name: "a", uid: "u" };
const plain = { apiVersion: "example.com/v1", kind: "Thing", name: "a", uid: "u" };

test("garbage collection finds the owner by kind, name and uid", () => {
  expect(ownerReference(things, owner)).toEqual(plain);
  expect(ownerReference({ ...things, group: "" }, owner).apiVersion).toBe("v1");
  expect(controllerReference(things, owner)).toEqual({ ...plain, controller: true, blockOwnerDeletion: true });
});

test("an object knows its owners by uid, not by name", () => {
  const object: KubeObject = {
    metadata: { name: "b", ownerReferences: [plain] },
  };
  expect(isOwnedBy(object, "u")).toBe(true);
  expect(isOwnedBy(object, "a")).toBe(false);
});

test("an owner is added once", () => {
  const once = withOwner(undefined, plain);
  expect(once).toEqual([plain]);
  expect(withOwner(once, { ...plain, name: "renamed" })).toBe(once);
});
