import { expect, test } from "vitest";
import { isPushBuild, isPushSnapshot, type EventFacts } from "./push.ts";

const merging = "gh-readonly-queue/main/pr-1-abc";

// prettier-ignore
test.each<[string, boolean, boolean, EventFacts]>([
  ["without any event", true, true, {}],
  ["of a push", true, true, { eventType: "push" }],
  ["of a Push, as GitLab writes it", true, true, { eventType: "Push" }],
  ["of a push that names its pull request", true, true, { eventType: "push", pullRequest: "1" }],
  ["of an incoming webhook", true, true, { eventType: "incoming" }],
  ["of a pull request", false, false, { eventType: "pull_request", pullRequest: "1" }],
  ["of a comment on a pull request", false, false, { eventType: "retest-all-comment", pullRequest: "1" }],
  ["of a pull request, without the event", false, true, { pullRequest: "1" }],
  ["of a merge queue", false, false, { eventType: "push", sourceBranch: merging }],
  ["of a merge queue, with the whole reference", false, false, { eventType: "push", sourceBranch: `refs/heads/${merging}` }],
  ["of a branch that only sounds like a merge queue", true, true, { eventType: "push", sourceBranch: `my/${merging}` }],
])("whether a build %s is a push: %s; its Snapshot: %s", (_what, build, snapshot, event) => {
  expect(isPushBuild(event)).toBe(build);
  expect(isPushSnapshot(event)).toBe(snapshot);
});
