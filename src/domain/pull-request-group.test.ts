import { expect, test } from "vitest";
import { isOver, pullRequestGroupName, type GroupFacts } from "./pull-request-group.ts";

test.each<[string, GroupFacts, string | undefined]>([
  ["is its branch", { sourceBranch: "feature" }, "feature"],
  ["is its branch up to an @", { sourceBranch: "feature@part-two" }, "feature"],
  ["is the branch with its slashes", { sourceBranch: "team/feature" }, "team/feature"],
  [
    "is no more than the branch where the organisation is known",
    { sourceBranch: "feature", organisation: "a" },
    "feature",
  ],
  ["names the organisation where the branch is main", { sourceBranch: "main", organisation: "a" }, "main-a"],
  ["names the organisation where the branch is master", { sourceBranch: "master", organisation: "a" }, "master-a"],
  ["sets main apart also without an organisation", { sourceBranch: "main" }, "main-"],
  ["is master where the organisation is not known", { sourceBranch: "master" }, "master"],
  ["is missing without a branch", { organisation: "a" }, undefined],
  ["is missing where nothing comes before the @", { sourceBranch: "@x" }, undefined],
])("the group of a pull request's build %s", (_sentence, facts, name) => {
  expect(pullRequestGroupName(facts)).toBe(name);
});

test.each([
  ["merged", true],
  ["closed", true],
  ["open", false],
  ["", false],
  [undefined, false],
])("a pull request that is said to be %j is over: %s", (status, over) => {
  expect(isOver(status)).toBe(over);
});
