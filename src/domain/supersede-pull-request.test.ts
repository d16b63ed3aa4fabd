import { expect, test } from "vitest";
import {
  groupSupersededBy,
  supersededBy,
  type Arrivals,
  type GroupSnapshot,
  type PlacedBuild,
  type PullRequestSnapshot,
} from "./supersede-pull-request.ts";

const made = (createdAt: number, over: Partial<PullRequestSnapshot> = {}): PullRequestSnapshot => ({
  name: `snapshot-${createdAt}`,
  order: { createdAt, name: `build-${createdAt}` },
  exempt: false,
  ...over,
});

const build = (createdAt: number): PlacedBuild => {
  const name = `build-${createdAt}`;
  return { name, order: { createdAt, name } };
};

const none: Arrivals = { snapshots: [], builds: [] };

// prettier-ignore
test.each<[string, PullRequestSnapshot, Arrivals, string | undefined]>([
  ["is superseded by that of a newer build", made(1), { ...none, snapshots: [made(1), made(2)] }, "snapshot-2"],
  ["is superseded by a newer build before that has a Snapshot", made(1), { ...none, builds: [build(2)] }, "build-2"],
  ["is superseded by a Snapshot rather than by a build", made(1), { snapshots: [made(2)], builds: [build(3)] }, "snapshot-2"],
  ["is not superseded by that of an older build, whenever that ends", made(2), { ...none, snapshots: [made(1), made(2)] }, undefined],
  ["is not superseded by an older build that still runs", made(2), { ...none, builds: [build(1)] }, undefined],
  ["is not superseded by itself", made(1), { snapshots: [made(1)], builds: [build(1)] }, undefined],
  ["is not superseded when its author wants it tested", made(1, { exempt: true }), { snapshots: [made(2)], builds: [build(3)] }, undefined],
  ["is superseded by one that is exempt", made(1), { ...none, snapshots: [made(2, { exempt: true })] }, "snapshot-2"],
])("a pull request's Snapshot %s", (_sentence, snapshot, arrivals, expected) => {
  expect(supersededBy(snapshot, arrivals)?.name).toBe(expected);
});

/** A group Snapshot of builds, each given as when it was made; what came since of the first of them. */
const group = (builds: readonly number[], since: Arrivals = none, over: Partial<GroupSnapshot> = {}): GroupSnapshot => {
  const newest = Math.max(...builds);
  return {
    ...made(newest),
    name: `group-${builds.join("-")}`,
    size: builds.length,
    members: builds.map((each, index) => ({ snapshot: made(each), arrivals: index === 0 ? since : none })),
    ...over,
  };
};

// prettier-ignore
test.each<[string, GroupSnapshot, readonly GroupSnapshot[], string | undefined]>([
  ["is superseded by one with a newer build", group([1, 2]), [group([1, 2]), group([3, 2])], "group-3-2"],
  ["is superseded by one with the same newest build and one build more", group([1, 3]), [group([1, 2, 3])], "group-1-2-3"],
  ["is not superseded by one with fewer builds", group([1, 2, 3]), [group([1, 3])], undefined],
  ["is not superseded by an older one", group([3, 2]), [group([1, 2])], undefined],
  ["is not superseded by itself", group([1, 2]), [group([1, 2])], undefined],
  ["is superseded by a newer build of one of its Components", group([1, 2], { ...none, builds: [build(3)] }), [], "build-3"],
  ["is superseded by the Snapshot of one, too", group([1, 2], { ...none, snapshots: [made(3)] }), [], "snapshot-3"],
  ["is not superseded by an older build that ends late", group([2, 3], { ...none, snapshots: [made(1)] }), [], undefined],
  ["is not superseded when its author wants it tested", group([1, 2], { ...none, builds: [build(3)] }, { exempt: true }), [group([3, 2])], undefined],
])("a group Snapshot %s", (_sentence, snapshot, others, expected) => {
  expect(groupSupersededBy(snapshot, others)?.name).toBe(expected);
});
