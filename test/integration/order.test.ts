import { describe, expect, test } from "vitest";
import { expectNoWayBack, expectOnceEach } from "./support/history.ts";
import { logReleases } from "./support/release-log.ts";
import { image, type Shop } from "./support/shop.ts";
import { useOperator } from "./support/shops.ts";
import { passes } from "./support/tekton.ts";
import { letPass } from "./support/wait.ts";

const shops = useOperator();
/** Creation times have whole seconds: the next build is surely a newer one. */
const aSecondMs = 1100;

describe.concurrent("builds of one Component", () => {
  test("an older build that finishes after a newer one is never released, and says why", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    await shop.startBuild("frontend", "old");
    await letPass(aSecondMs);
    await shop.build("frontend", "new");
    const { name } = await shop.outcomeOf("new", "True Promoted");
    await shop.finishBuild("frontend", "old");
    const old = await shop.outcomeOf("old", "False NewerBuildIsCandidate");
    expect(old.message).toBe("A newer build (new) of Component frontend became candidate before");
    expect(await shop.quiet()).toMatchObject({ revision: 1, promoted: { snapshot: name } });
    expect((await shop.releases()).map(({ snapshot }) => snapshot)).toEqual([name]);
  });

  test("the author's own numbers decide which build is newer", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    const numbered = (sequence: number): object => ({
      annotations: { "test.appstudio.openshift.io/build-sequence": String(sequence) },
    });
    await shop.startBuild("frontend", "two", numbered(2));
    await letPass(aSecondMs);
    await shop.build("frontend", "one", numbered(1));
    await shop.outcomeOf("one", "True Promoted");
    await shop.finishBuild("frontend", "two");
    const { name } = await shop.outcomeOf("two", "True Promoted");
    expect(await shop.quiet()).toMatchObject({ revision: 2, promoted: { snapshot: name } });
  });
});

describe.concurrent("many builds", () => {
  test("of five Components, one every 250 ms: each is tested once, nothing goes back, the newest of all is promoted", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ components: components(5) });
    shop.tekton.play = () => passes(300);
    const releases = await logReleases(shop.client, shop.namespace);
    const started = performance.now();
    const building: Promise<void>[] = [];
    const builds = streamOf(60, 5);
    for (const [index, { component, name }] of builds.entries()) {
      await letPass(Math.max(0, started + index * 250 - performance.now()));
      building.push(shop.build(component, name));
    }
    await Promise.all(building);
    await expectNewestPromoted(shop, builds);
    await expectNoWayBack(
      shop,
      await releases.stop(),
      builds.map(({ component, name }) => image(component, name)),
    );
    const [snapshots, runs] = [await shop.snapshots(), await shop.testRuns()];
    const composites = snapshots.length - 60;
    process.stdout.write(
      `60 builds, one every 250 ms: ${String(composites)} composites, ${String(runs.length)} test runs, ${String((await shop.releases()).length)} Releases\n`,
    );
    expect(runs).toHaveLength(snapshots.length * 2);
  });

  test("twenty at once cost one or two composites and end with all of them promoted", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ components: components(20) });
    shop.tekton.play = () => passes(300);
    const builds = streamOf(20, 20);
    const releases = await logReleases(shop.client, shop.namespace);
    await Promise.all(builds.map(({ component, name }) => shop.build(component, name)));
    await expectNewestPromoted(shop, builds);
    await expectNoWayBack(
      shop,
      await releases.stop(),
      builds.map(({ component, name }) => image(component, name)),
    );
    const composites = (await shop.snapshots()).filter(({ type }) => type === "composite");
    expect(composites.length).toBeGreaterThan(0);
    expect(composites.length).toBeLessThanOrEqual(3);
  });
});

interface OneBuild {
  readonly component: string;
  readonly name: string;
}

function components(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `part-${String(index)}`);
}

/** Builds from old to new, of one Component after the other. */
function streamOf(count: number, componentCount: number): readonly OneBuild[] {
  return Array.from({ length: count }, (_, index) => ({
    component: `part-${String(index % componentCount)}`,
    name: `build-${String(index).padStart(3, "0")}`,
  }));
}

async function expectNewestPromoted(shop: Shop, builds: readonly OneBuild[]): Promise<void> {
  for (const { name } of builds) await shop.snapshotOf(name);
  const list = await shop.quiet();
  const newest = Object.fromEntries(builds.map(({ component, name }) => [component, image(component, name)]));
  expect(list.promoted.images).toEqual(newest);
  await expectOnceEach(shop);
}
