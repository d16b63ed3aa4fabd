import { expect, test } from "vitest";
import { bearerTokenOf, holdsForMs, refusalOf, type Standing } from "./admit-metrics-reader.ts";

test.each<[string | undefined, string | undefined]>([
  ["Bearer abc.def-123", "abc.def-123"],
  ["bearer abc", "abc"],
  ["BEARER   abc  ", "abc"],
  [undefined, undefined],
  ["", undefined],
  ["Bearer", undefined],
  ["Bearer ", undefined],
  ["Bearer abc def", undefined],
  ["Bearer abc, Basic ZGVm", undefined],
  ["Basic YWJjOmRlZg==", undefined],
  ["abc", undefined],
  ["NotBearer abc", undefined],
])("in the header %o the token is %o", (header, token) => {
  expect(bearerTokenOf(header)).toBe(token);
});

test.each<[Standing, number | undefined, string | undefined]>([
  [{ kind: "allowed" }, undefined, undefined],
  [{ kind: "unauthenticated" }, 401, "show a bearer token that the API server knows"],
  [{ kind: "forbidden", user: "jane" }, 403, "jane may not get the path /metrics"],
  [{ kind: "postponed" }, 429, "too many unknown tokens at once"],
  [{ kind: "unanswered" }, 503, "the API server did not say who may read this"],
])("who is %o is answered with %o", (standing, status, text) => {
  const refusal = refusalOf(standing);
  expect([refusal?.status, refusal?.text]).toEqual([status, text]);
});

test("who shows no token is told how to, and who comes at a bad moment when to come again", () => {
  expect(refusalOf({ kind: "unauthenticated" })?.headers).toEqual({ "www-authenticate": "Bearer" });
  expect(refusalOf({ kind: "postponed" })?.headers).toEqual({ "retry-after": "1" });
  expect(refusalOf({ kind: "unanswered" })?.headers).toEqual({ "retry-after": "1" });
});

test("a yes is relied on longer than a no, and no answer not at all", () => {
  const [yes, no, unknown, silence, crowd] = (
    [
      { kind: "allowed" },
      { kind: "forbidden", user: "jane" },
      { kind: "unauthenticated" },
      { kind: "unanswered" },
      { kind: "postponed" },
    ] as const
  ).map(holdsForMs);
  expect([yes, no, unknown, silence, crowd]).toEqual([60_000, 10_000, 10_000, 0, 0]);
});
