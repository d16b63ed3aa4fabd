import { expect, test } from "vitest";
import { planResolution, resolutionLimitMs, type ResolutionFacts } from "./plan-resolution.ts";

type Request = NonNullable<ResolutionFacts["request"]>;
const pending: Request["answer"] = { kind: "pending" };
const request = (over: Partial<Request> = {}): ResolutionFacts => ({
  resolver: "git",
  request: { ours: true, ageMs: 0, answer: pending, ...over },
});

test.each<[string, ResolutionFacts, ReturnType<typeof planResolution>]>([
  ["without a request, one is made", { resolver: "git" }, { kind: "ask" }],
  ["an unanswered one is waited for", request(), { kind: "wait" }],
  ["up to the limit", request({ ageMs: resolutionLimitMs - 1 }), { kind: "wait" }],
  [
    "and no longer",
    request({ ageMs: resolutionLimitMs }),
    { kind: "giveUp", message: "resolver git did not answer within 120 s: is there one of this name?" },
  ],
  [
    "what failed is for the author to know",
    request({ answer: { kind: "failed", message: "no such file" } }),
    { kind: "giveUp", message: "resolver git failed: no such file" },
  ],
  [
    "a late answer counts like an early one",
    request({ ageMs: 2 * resolutionLimitMs, answer: { kind: "resolved", data: "eA==" } }),
    { kind: "use", data: "eA==" },
  ],
  [
    "a namesake's answer is not ours",
    request({ ours: false, answer: { kind: "resolved", data: "eA==" } }),
    { kind: "wait" },
  ],
])("%s", (_what, facts, decision) => {
  expect(planResolution(facts)).toEqual(decision);
});
