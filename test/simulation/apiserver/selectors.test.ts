import { expect, test } from "vitest";
import { ApiError } from "./api-error.ts";
import { parseLabelSelector } from "./selectors.ts";

const labels = { tier: "web", env: "prod", empty: "", "example.com/name": "a.b" };

test.each<[string, boolean]>([
  ["", true],
  ["tier=web", true],
  ["tier==db", false],
  ["tier != db", true],
  ["none!=x", true],
  ["tier in (db, web)", true],
  ["none in (x)", false],
  ["none notin (x)", true],
  ["tier notin (web)", false],
  ["tier", true],
  ["!tier", false],
  ["! none", true],
  ["empty=", true],
  ["example.com/name=a.b", true],
  ["tier=web,env in (prod,test),!none", true],
  ["tier=web,env=test", false],
])("decides on %j", (selector, expected) => {
  expect(parseLabelSelector(selector)(labels)).toBe(expected);
});

test.each(["a in b", "=x", "a b", "a in (b", "a=(b)"])("refuses %j", (selector) => {
  expect(() => parseLabelSelector(selector)).toThrow(ApiError);
});
