import { expect } from "vitest";
import { labels } from "../../../src/api/labels.ts";
import type { Shop } from "./shop.ts";
import type { ReleaseView } from "./views.ts";

/** Nothing was made twice: one Snapshot a build, one run a scenario and attempt, one Release a Snapshot and plan. */
export async function expectOnceEach(shop: Shop): Promise<void> {
  const [snapshots, runs, releases] = [await shop.snapshots(), await shop.testRuns(), await shop.releases()];
  expectDistinct(snapshots.filter(({ type }) => type === "component").map(({ build }) => build));
  expectDistinct(
    snapshots
      .filter(({ type }) => type === "composite")
      .map(({ images }) =>
        Object.keys(images)
          .toSorted()
          .map((name) => images[name]!)
          .join(),
      ),
  );
  expectDistinct(
    runs.map(({ metadata }) => `${metadata.labels![labels.snapshot]!} ${metadata.labels![labels.scenario]!}`),
  );
  expectDistinct(releases.map(({ snapshot, plan }) => `${snapshot} ${plan}`));
  const promoted = snapshots.filter((snapshot) => snapshot.promoted === "True Promoted").map(({ name }) => name);
  expect(releases.map(({ snapshot }) => snapshot).toSorted()).toEqual(promoted.toSorted());
  expect(releases.filter(({ automated }) => !automated)).toEqual([]);
}

/** Along the Releases, in the order in which they were made, no Component goes back to an older build. */
export async function expectNoWayBack(
  shop: Shop,
  releases: readonly ReleaseView[],
  /** Images from old to new. */
  order: readonly string[],
): Promise<void> {
  const snapshots = new Map((await shop.snapshots()).map((snapshot) => [snapshot.name, snapshot]));
  const newest = new Map<string, number>();
  for (const { snapshot } of releases) {
    for (const [component, image] of Object.entries(snapshots.get(snapshot)!.images)) {
      const place = order.indexOf(image);
      expect(place, `${component} in ${snapshot}`).toBeGreaterThanOrEqual(newest.get(component) ?? -1);
      newest.set(component, place);
    }
  }
}

function expectDistinct(names: readonly string[]): void {
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  expect(twice).toEqual([]);
}
