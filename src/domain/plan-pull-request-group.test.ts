import { expect, test } from "vitest";
import {
  groupFailure,
  groupStatus,
  planPullRequestGroup,
  type GroupBuild,
  type GroupMember,
  type GroupWorld,
} from "./plan-pull-request-group.ts";
import { groupSnapshotName } from "./names.ts";

/** "a1": the first build of Component a. */
const order = (text: string): GroupMember["order"] => ({ createdAt: Number(text.slice(1)), name: text });

const snapshot = (text: string, said?: string): GroupMember => ({
  name: `snapshot-${text}`,
  component: text.slice(0, 1),
  order: order(text),
  image: { image: text },
  ...(said === undefined ? {} : { said }),
});

/** "b2 running". */
const build = (text: string): GroupBuild => {
  const [name = "", state = ""] = text.split(" ");
  return { name, component: name.slice(0, 1), order: order(name), state: state as GroupBuild["state"] };
};

interface Given {
  readonly snapshots?: readonly string[];
  readonly builds?: readonly string[];
  readonly components?: string;
  /** Group Snapshots: "g: a1 b1". */
  readonly groups?: readonly string[];
  /** Names of Snapshots that are there. */
  readonly there?: readonly string[];
  /** What all members say. */
  readonly said?: string;
}

const group = { name: "feature", hash: "cafe" };

function world({
  snapshots = [],
  builds = [],
  components = "a b c",
  groups = [],
  there = [],
  said,
}: Given): GroupWorld {
  return {
    namespace: "ns",
    application: "shop",
    group,
    components: new Set(components.split(" ")),
    snapshots: snapshots.map((text) => snapshot(text, said)),
    builds: builds.map(build),
    groups: new Map(
      groups.map((text) => {
        const [name = "", held = ""] = text.split(": ");
        return [name, new Set(held.split(" ").map((each) => `snapshot-${each}`))];
      }),
    ),
    exists: (name) => there.includes(name),
  };
}

const nameOf = (...builds: readonly string[]): string =>
  groupSnapshotName(
    "shop",
    group.hash,
    builds.map((each) => `snapshot-${each}`),
  );
const madeOf = (...builds: readonly string[]): string =>
  `Group snapshot ns/${nameOf(...builds)} is created for pr group feature`;

// prettier-ignore
test.each<[string, Given, string]>([
  ["two Components have a Snapshot and nothing newer", { snapshots: ["a1", "b1"] }, "due"],
  ["three have", { snapshots: ["a1", "b1", "c1"] }, "due"],
  ["the builds behind the Snapshots are still there", { snapshots: ["a1", "b1"], builds: ["a1 done", "b1 done"] }, "due"],
  ["an older build of one failed", { snapshots: ["a2", "b1"], builds: ["a1 failed"] }, "due"],
  ["an older build of one still runs", { snapshots: ["a2", "b1"], builds: ["a1 running"] }, "due"],
  ["an older build of one ended late, and its Snapshot is there too", { snapshots: ["a2", "a1", "b1"], builds: ["a1 done"] }, "due"],
  ["one more build than was put together is there", { snapshots: ["a1", "b1", "c1"], groups: ["g: a1 b1"] }, "due"],
  ["one Component has been built again since they were put together", { snapshots: ["a2", "b1"], groups: ["g: a1 b1"] }, "due"],
  ["their members say that an earlier set was put together", { snapshots: ["a2", "b1"], said: madeOf("a1", "b1") }, "due"],
  ["a build of a Component that is gone runs", { snapshots: ["a1", "b1"], builds: ["d1 running"] }, "due"],
  ["only one Component has a Snapshot", { snapshots: ["a1"] }, "tooFew"],
  ["the other Component is not of the Application", { snapshots: ["a1", "d1"] }, "tooFew"],
  ["the Snapshot of the other's newest build was put aside, or is gone", { snapshots: ["a1"], builds: ["b1 done"] }, "tooFew"],
  ["the other's newest build had a Snapshot that is gone, and an older one is left", { snapshots: ["a1", "b1"], builds: ["b2 done"] }, "tooFew"],
  ["another one's newest build runs", { snapshots: ["a1", "b1"], builds: ["c1 running"] }, "waits"],
  ["a newer build of one of them runs", { snapshots: ["a1", "b1"], builds: ["b2 running"] }, "waits"],
  ["one runs and one failed", { snapshots: ["a1"], builds: ["b1 failed", "c1 running"] }, "waits"],
  ["it runs again after a failure", { snapshots: ["a1"], builds: ["b1 failed", "b2 running"] }, "waits"],
  ["another one's newest build failed", { snapshots: ["a1", "b1"], builds: ["c1 failed"] }, "fails"],
  ["a newer build of one of them failed", { snapshots: ["a1", "b1"], builds: ["b2 failed"] }, "fails"],
  ["a build succeeded and its Snapshot is to come", { snapshots: ["a1", "b1"], builds: ["c1 awaited"] }, "nothing"],
  ["nobody has a Snapshot", { builds: ["a1 running", "b1 failed"] }, "nothing"],
  ["nobody takes part", {}, "nothing"],
  ["just these have been put together", { snapshots: ["a1", "b1"], groups: ["g: a1 b1"] }, "made"],
  ["these have been put together with one that was merged since", { snapshots: ["a1", "b1"], groups: ["g: a1 b1 c1"] }, "made"],
  ["the one that is left has been put together with others", { snapshots: ["a1"], groups: ["g: a1 b1"] }, "made"],
  ["their Snapshot is there, whatever has become of it", { snapshots: ["a1", "b1"], there: [nameOf("a1", "b1")] }, "made"],
  ["their Snapshot was made and is gone", { snapshots: ["a1", "b1"], said: madeOf("a1", "b1") }, "made"],
])("when %s", (_when, given, expected) => {
  expect(planPullRequestGroup(world(given)).decision.kind).toBe(expected);
});

test("a set of builds is put together under one name, in whatever order they come", () => {
  const one = planPullRequestGroup(world({ snapshots: ["a1", "b1"] }));
  expect(planPullRequestGroup(world({ snapshots: ["b1", "a1"] }))).toEqual(one);
  expect(one).toEqual({
    decision: { kind: "due", snapshot: nameOf("a1", "b1") },
    members: [snapshot("a1"), snapshot("b1")],
    absent: [],
  });
  expect(nameOf("a1", "b2")).not.toBe(nameOf("a1", "b1"));
  expect(groupSnapshotName("shop", "beef", ["snapshot-a1", "snapshot-b1"])).not.toBe(nameOf("a1", "b1"));
});

test("only the newest of each Component takes part", () => {
  const { members } = planPullRequestGroup(world({ snapshots: ["a1", "a3", "a2", "b1", "b2"], builds: ["c1 done"] }));
  expect(members.map(({ name }) => name)).toEqual(["snapshot-a3", "snapshot-b2"]);
});

test("a newest build whose Snapshot does not stand for it is named, so that it can be looked for", () => {
  expect(planPullRequestGroup(world({ snapshots: ["a1"], builds: ["b1 done", "b2 done", "a1 done"] })).absent).toEqual([
    "b2",
  ]);
});

const saidBy = (given: Given): string | undefined => {
  const facts = world(given);
  return groupStatus(facts, planPullRequestGroup(facts), given.said);
};

// prettier-ignore
test.each<[string, Given, string | undefined]>([
  ["is to be put together", { snapshots: ["a1", "b1"] }, madeOf("a1", "b1")],
  ["was put together with more", { snapshots: ["a1"], groups: ["g: a1 b1"] }, "Group snapshot ns/g is created for pr group feature"],
  ["is alone", { snapshots: ["a1"] }, "The number 1 of component snapshots belonging to this pr group hash cafe is less than 2, skipping group snapshot creation"],
  ["waits for a build", { snapshots: ["a1"], builds: ["b1 running"] }, "The build pipelineRun ns/b1 with pr group feature is still running, won't create group snapshot"],
  ["was put together and waits for the next build", { snapshots: ["a1"], builds: ["b2 running"], said: madeOf("a1", "b1") }, "a new build PLR b2 is running for component b, waiting for it to create a new group Snapshot for PR group feature"],
  ["waits for the next build but one", { snapshots: ["a1"], builds: ["b3 running"], said: "a new build PLR b2 is running for component b, waiting …" }, "a new build PLR b3 is running for component b, waiting for it to create a new group Snapshot for PR group feature"],
  ["is held up by a build that failed", { snapshots: ["a1"], builds: ["b1 failed"] }, "The build pipelineRun ns/b1 with pr group feature failed, won't create group snapshot"],
  ["waits for a Snapshot that comes at once", { snapshots: ["a1"], builds: ["b1 awaited"], said: "as before" }, undefined],
])("a Snapshot that %s says so in upstream's words", (_what, given, expected) => {
  expect(saidBy(given)).toBe(expected);
});

test("what keeps a group Snapshot from being made is said in upstream's words", () => {
  expect(groupFailure({ group }, "quota exceeded")).toBe(
    "Failed to create group snapshot for pr group feature due to error quota exceeded",
  );
});
