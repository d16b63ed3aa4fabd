import { expect, test } from "vitest";
import type { Snapshot } from "../api/snapshot.ts";
import { retentionOf, type SnapshotRetention } from "./snapshot-retention.ts";

interface Given {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly status?: object;
}

const read = ({ labels = {}, annotations = {}, status }: Given): SnapshotRetention =>
  retentionOf({
    metadata: { name: "shop-1", creationTimestamp: "2026-11-01T00:00:00Z", labels, annotations },
    spec: { application: "shop" },
    ...(status === undefined ? {} : { status }),
  } as unknown as Snapshot);

const plain: SnapshotRetention = { isPullRequest: false, isOutdated: false, awaitsGroup: false, revision: 0 };
const event = (type: string): Given => ({ labels: { "pac.test.appstudio.openshift.io/event-type": type } });
const keep = (wish: string): Given => ({ annotations: { "test.appstudio.openshift.io/keep-snapshot": wish } });
const ended = (reason: string): Given => ({
  status: { conditions: [{ type: "AppStudioIntegrationStatus", status: "True", reason }] },
});
const createdAt = Date.parse("2026-11-01T00:00:00Z");

test.each<[string, Given, Partial<SnapshotRetention>]>([
  ["without an event is no pull request's", {}, {}],
  ["of a push is none", event("push"), {}],
  ["of a push in GitLab is none", event("Push"), {}],
  ["of a pull request is one", event("pull_request"), { isPullRequest: true }],
  ["of any other event counts as one", event("incoming"), { isPullRequest: true }],
  [
    "that overrides is never one",
    {
      labels: {
        "pac.test.appstudio.openshift.io/event-type": "pull_request",
        "test.appstudio.openshift.io/type": "override",
      },
    },
    {},
  ],
  ["that is to be kept is kept for good", keep("true"), { keptUntil: Infinity }],
  ["that is to be kept for a time is kept from its creation on", keep("1h30m"), { keptUntil: createdAt + 5_400_000 }],
  ["whose wish cannot be read is kept all the same", keep("7 days"), { keptUntil: Infinity }],
  ["that is not to be kept is like any other", keep("false"), {}],
  ["without an answer is like any other", keep(""), {}],
  ["that was cancelled says less than others", ended("Canceled"), { isOutdated: true }],
  ["that was tested says as much", ended("Finished"), {}],
  [
    "whose pull request was merged says less",
    { annotations: { "test.appstudio.openshift.io/pr-status": "merged" } },
    { isOutdated: true },
  ],
  [
    "that waits for its group is known to",
    {
      annotations: {
        "test.appstudio.openshift.io/create-groupsnapshot-status":
          "The build pipelineRun shop/build-2 with pr group feature is still running, won't create group snapshot",
      },
    },
    { awaitsGroup: true },
  ],
  [
    "names the greatest revision that it knows",
    { annotations: { "test.appstudio.openshift.io/gcl-revision": "7" }, status: { candidateList: { revision: 9 } } },
    { revision: 9 },
  ],
  [
    "names the revision that it was made from",
    { annotations: { "test.appstudio.openshift.io/gcl-revision": "7" } },
    { revision: 7 },
  ],
  ["names none that is none", { annotations: { "test.appstudio.openshift.io/gcl-revision": "new" } }, {}],
])("a Snapshot %s", (_what, given, expected) => {
  expect(read(given)).toEqual({ ...plain, ...expected });
});
