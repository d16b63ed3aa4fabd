import { expect, test } from "vitest";
import { interned, internedIfAny } from "./interned.ts";

test("a text comes back as it is", () => {
  expect([interned("shop"), interned("shop"), interned(""), internedIfAny("shop"), internedIfAny(undefined)]).toEqual([
    "shop",
    "shop",
    "",
    "shop",
    undefined,
  ]);
});

test("more different texts than are remembered come back all the same", () => {
  const texts = Array.from({ length: 120_000 }, (_, index) => `name-${String(index)}`);
  expect(texts.map(interned)).toEqual(texts);
});
