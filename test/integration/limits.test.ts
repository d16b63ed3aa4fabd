import { describe, expect, test } from "vitest";
import { application, component, releasePlan, scenario } from "./support/manifests.ts";
import { image } from "./support/shop.ts";
import { useOperator } from "./support/shops.ts";
import { passes } from "./support/tekton.ts";

const shops = useOperator();
const long = (start: string, length: number): string => start.padEnd(length, "x");

describe.concurrent("at the limits of names and numbers a build is still tested, promoted and released:", () => {
  test("every name of 63 characters, and a build PipelineRun's of 253", async (context) => {
    const shop = await shops.open(context);
    const [app, web, api] = [long("application-", 63), long("component-web-", 63), long("component-api-", 63)];
    const scenarios = [long("scenario-one-", 63), long("scenario-two-", 63)];
    const plan = long("plan-", 63);
    await shop.create(application(app), component(web, app), component(api, app), releasePlan(plan, app));
    await shop.create(...scenarios.map((name) => scenario(name, app)));
    await shop.scenariosValid(2);
    const gates = [shop.tekton.gate(), shop.tekton.gate()] as const;
    shop.tekton.play = ({ images }) => passes(images.size === 2 ? 20 : gates[images.has(web) ? 0 : 1].afterMs);
    const builds = [long("build-web-", 253), long("build-api-", 253)] as const;
    await Promise.all([
      // A tag is no longer than 128 characters, whatever the build is called.
      shop.build(web, builds[0], { results: { IMAGE_URL: `registry.example:5000/shop/${web}:latest` } }),
      shop.build(api, builds[1], { results: { IMAGE_URL: `registry.example:5000/shop/${api}:latest` } }),
    ]);
    await Promise.all(builds.map((name) => shop.snapshotOf(name)));
    gates[0].open();
    const first = await shop.outcomeOf(builds[0], "True Promoted");
    gates[1].open();
    const second = await shop.outcomeOf(builds[1], "False SupersededByComposite");
    const composite = second.raw.status!.candidateList!.composite!;
    await shop.snapshotThat(composite, "True Promoted");
    expect(composite.length).toBeLessThanOrEqual(63);
    expect(await shop.testRuns()).toHaveLength(6);
    const list = (await shop.candidateList(app))!;
    expect(list.promoted).toMatchObject({
      snapshot: composite,
      images: { [web]: image(web, builds[0]), [api]: image(api, builds[1]) },
    });
    const releases = await shop.releases();
    expect(releases.map(({ snapshot }) => snapshot).toSorted()).toEqual([first.name, composite].toSorted());
    for (const { name } of releases) expect(name.length).toBeLessThanOrEqual(63);
  });

  test("500 Components, in a component Snapshot and in a composite", async (context) => {
    const shop = await shops.open(context);
    const names = Array.from({ length: 500 }, (_, index) => `part-${String(index).padStart(3, "0")}`);
    const start = Object.fromEntries(names.map((name) => [name, image(name, "start")]));
    await shop.create(application("shop"), scenario("smoke", "shop"), releasePlan("production", "shop"));
    for (let from = 0; from < names.length; from += 50) {
      const some = names.slice(from, from + 50);
      await shop.create(...some.map((name) => component(name, "shop", { containerImage: start[name] })));
    }
    await shop.scenariosValid(1);
    const gates = [shop.tekton.gate(), shop.tekton.gate()] as const;
    shop.tekton.play = ({ images, snapshot }) =>
      passes(snapshot.includes("composite") ? 20 : gates[images.get("part-000") === start["part-000"] ? 1 : 0].afterMs);
    await Promise.all([shop.build("part-000", "first"), shop.build("part-499", "second")]);
    expect(Object.keys((await shop.snapshotOf("first")).images)).toEqual(names);
    await shop.snapshotOf("second");
    gates[0].open();
    await shop.outcomeOf("first", "True Promoted");
    gates[1].open();
    await shop.outcomeOf("second", "False SupersededByComposite");
    const { images } = await shop.composite(2, "True Promoted");
    const expected = { ...start, "part-000": image("part-000", "first"), "part-499": image("part-499", "second") };
    expect(images).toEqual(expected);
    expect((await shop.quiet()).promoted.images).toEqual(expected);
  });

  test.for(["constructor", "valueof"])("a Component called %s", async (name, context) => {
    const shop = await shops.open(context);
    await shop.furnish({ components: [name, "frontend"], scenarios: [name], plans: [name] });
    await shop.build("frontend", "frontend-1");
    await shop.outcomeOf("frontend-1", "True Promoted");
    await shop.build(name, `${name}-1`);
    const { images } = await shop.outcomeOf(`${name}-1`, "True Promoted");
    expect(images).toEqual({ [name]: image(name, `${name}-1`), frontend: image("frontend", "frontend-1") });
    expect(await shop.releases()).toHaveLength(2);
  });
});
