import { expect, test } from "vitest";
import { gitOverride, overrideRun } from "./git-override.ts";
import type { ResolvedRef, ResolvedRun } from "./resolved-run.ts";

type Refs = { readonly target: ResolvedRef; readonly elsewhere: ResolvedRef };

const pac = "pac.test.appstudio.openshift.io";
const request = {
  [`${pac}/repo-url`]: "https://git/shop/cart/",
  [`${pac}/branch`]: "main",
  [`${pac}/source-repo-url`]: "https://git/ada/cart",
  [`${pac}/sha`]: "0123abc",
};
const params = (url: string, revision: string): { name: string; value: string }[] => [
  { name: "url", value: url },
  { name: "revision", value: revision },
  { name: "pathInRepo", value: "test.yaml" },
];
const target = { resolver: "git", params: params("https://git/shop/cart.git", "main") };
const own = { resolver: "git", params: params("https://git/ada/cart.git", "0123abc") };
const elsewhere = { resolver: "git", params: params("https://git/tests", "main") };
const otherBranch = { resolver: "git", params: params("https://git/shop/cart", "release") };

test("everything a fetched run refers to on the request's target comes from the request, and nothing else does", () => {
  const override = gitOverride(true, request);
  const inside = (refs: Refs): ResolvedRun["spec"] => ({
    pipelineRef: refs.target,
    pipelineSpec: {
      tasks: [
        { name: "a", taskRef: refs.target },
        { name: "b", taskRef: refs.elsewhere },
        { name: "c", taskRef: otherBranch },
        { name: "d", taskRef: { name: "in-the-cluster" } },
        { name: "e", taskSpec: { steps: [] } },
      ],
      finally: [{ name: "f", taskRef: refs.target }],
      results: [],
    },
    workspaces: [],
  });
  const run = { labels: { a: "b" }, annotations: {}, spec: inside({ target, elsewhere }) };
  expect(overrideRun(override, run)).toEqual({ ...run, spec: inside({ target: own, elsewhere }) });
});

test.each<[string, boolean, Readonly<Record<string, string>>]>([
  ["a push", false, request],
  ["a request whose target is not known", true, { ...request, [`${pac}/repo-url`]: "" }],
  ["a request whose branch is not known", true, { ...request, [`${pac}/branch`]: "" }],
])("for %s nothing is replaced", (_what, isPullRequest, annotations) => {
  expect(gitOverride(isPullRequest, annotations).paramsOf(target)).toBe(target.params);
});

test("what another resolver fetches, and values that are no text, are left alone", () => {
  const { paramsOf } = gitOverride(true, request);
  const bundle = { ...target, resolver: "bundles" };
  const strange = [{ name: "url", value: ["https://git/shop/cart"] }];
  expect(paramsOf(bundle)).toBe(bundle.params);
  expect(paramsOf({ resolver: "git", params: strange })).toBe(strange);
  expect(paramsOf({ resolver: "git" })).toEqual([]);
});
