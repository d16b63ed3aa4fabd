import { expect, test } from "vitest";
import { componentKey, readComponentKey } from "./component-key.ts";

test.each([
  ["cart", undefined, "cart"],
  ["cart", "v1", "cart@v1"],
  ["cart", "release@next", "cart@release@next"],
])("Component %s in version %s is called %s, and read back", (name, version, key) => {
  expect(componentKey(name, version)).toBe(key);
  expect(readComponentKey(key)).toEqual(version === undefined ? { name } : { name, version });
});
