import { expect, test } from "vitest";
import { present } from "./present.ts";

test("a field without a value is no field", () => {
  expect(Object.keys(present({ a: 1, b: undefined, c: "" }))).toEqual(["a", "c"]);
});

test("every other value stays, whatever its truth", () => {
  expect(present({ zero: 0, no: false, empty: "", nothing: null })).toStrictEqual({
    zero: 0,
    no: false,
    empty: "",
    nothing: null,
  });
});
