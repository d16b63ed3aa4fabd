import { expect, test } from "vitest";
import { supersededBy, type PullRequestSnapshot } from "./supersede-pull-request.ts";

const made = (createdAt: number, over: Partial<PullRequestSnapshot> = {}): PullRequestSnapshot => ({
  name: `snapshot-${createdAt}`,
  order: { createdAt, name: `build-${createdAt}` },
  exempt: false,
  ...over,
});

test.each<[string, PullRequestSnapshot, readonly PullRequestSnapshot[], string | undefined]>([
  ["is superseded by that of a newer build", made(1), [made(1), made(2)], "snapshot-2"],
  ["is not superseded by that of an older build, whenever that ends", made(2), [made(1), made(2)], undefined],
  ["is not superseded by itself", made(1), [made(1)], undefined],
  ["is not superseded when its author wants it tested", made(1, { exempt: true }), [made(2)], undefined],
  ["is superseded by one that is exempt", made(1), [made(2, { exempt: true })], "snapshot-2"],
])("a pull request's Snapshot %s", (_sentence, snapshot, others, expected) => {
  expect(supersededBy(snapshot, others)?.name).toBe(expected);
});
