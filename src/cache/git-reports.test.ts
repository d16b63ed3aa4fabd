import { expect, test } from "vitest";
import { formatReported, parseReported } from "./git-reports.ts";
import { projectSnapshot } from "./snapshot.ts";

const at = "2026-11-01T12:00:00.000Z";

test("what was reported is read as it is written, and as upstream writes it", () => {
  const text = `{"scenarios":{"smoke-shop-1":{"lastUpdateTime":"${at}"}}}`;
  expect(formatReported(parseReported(text))).toBe(text);
});

test.each([undefined, "", "{", "[]", "{}", `{"scenarios":{"smoke":{}}}`])("%s reports nothing", (text) => {
  expect(parseReported(text).size).toBe(0);
});

const snapshot = (annotations: Record<string, string>) =>
  projectSnapshot({
    metadata: {
      name: "shop-1",
      labels: { "pac.test.appstudio.openshift.io/git-provider": "github" },
      annotations: {
        "test.appstudio.openshift.io/status": JSON.stringify([
          { scenario: "smoke", status: "TestPassed", lastUpdateTime: at },
          { scenario: "other", status: "TestPassed", lastUpdateTime: "2026-11-01T12:00:09Z" },
        ]),
        ...annotations,
      },
    },
  });

test.each<[string, Record<string, string>, string | undefined]>([
  ["nothing was reported", {}, "2026-11-01T12:00:09Z"],
  [
    "one was",
    {
      "test.appstudio.openshift.io/git-reporter-status": `{"scenarios":{"other":{"lastUpdateTime":"2026-11-01T12:00:09Z"}}}`,
    },
    at,
  ],
  [
    "both were",
    {
      "test.appstudio.openshift.io/git-reporter-status": `{"scenarios":{"other":{"lastUpdateTime":"2026-11-01T12:00:09Z"},"smoke-shop-1":{"lastUpdateTime":"${at}"}}}`,
    },
    undefined,
  ],
  ["there is no provider", { "pac.test.appstudio.openshift.io/git-provider": "svn" }, undefined],
])("of a Snapshot it is known since when something is unreported: %s", (_, annotations, since) => {
  expect(snapshot(annotations)?.newestUnreportedAt).toBe(since === undefined ? undefined : Date.parse(since));
});

test.each<[string, readonly string[], boolean]>([
  ["to nobody", [], true],
  ["to one of its Snapshots", ["a"], true],
  ["to both", ["a", "b"], false],
])("a group Snapshot is reported to the commits of those that it puts together: %s", (_, told, due) => {
  const member = (name: string) => ({ namespace: "ns", component: name, buildPipelineRun: name, snapshot: name });
  const scenarios = Object.fromEntries(told.map((name) => [`smoke-${name}`, { lastUpdateTime: at }]));
  const group = projectSnapshot({
    metadata: {
      name: "shop-group",
      labels: {
        "test.appstudio.openshift.io/type": "group",
        "test.appstudio.openshift.io/pr-group-sha": "0123",
      },
      annotations: {
        "test.appstudio.openshift.io/pr-group": "feature",
        "test.appstudio.openshift.io/group-test-info": JSON.stringify([member("a"), member("b")]),
        "test.appstudio.openshift.io/status": JSON.stringify([
          { scenario: "smoke", status: "TestPassed", lastUpdateTime: at },
        ]),
        "test.appstudio.openshift.io/git-reporter-status": JSON.stringify({ scenarios }),
      },
    },
  });
  expect(group?.newestUnreportedAt).toBe(due ? Date.parse(at) : undefined);
});
