import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../src/kube/object.ts";
import { componentOf, groupOf, ofVersion, planOf, scenarioOf } from "../support/group-manifests.ts";
import { Kubectl } from "../support/kubectl.ts";
import { image, kinds, type Shop } from "../support/shop.ts";
import { openApart, useOperator } from "../support/shops.ts";
import { fails, passes } from "../support/tekton.ts";
import { conditionOf } from "../support/views.ts";
import { letPass, waitFor } from "../support/wait.ts";

// The model without Applications: manifests as upstream's users write them, and what they look for afterwards.
const shops = useOperator();
const sample = join(import.meta.dirname, "../../../config/samples-component-group");

interface Group extends KubeObject {
  readonly status?: {
    readonly globalCandidateList?: readonly Readonly<Record<string, string>>[];
  };
}

/** Applies manifests with kubectl, as people do. */
const apply = (shop: Shop, ...manifests: readonly string[]): Promise<void> =>
  new Kubectl(shop.namespace).apply(manifests.join(""));

/** What a group's status says of its candidates: Component@version → image. */
async function mirrored(shop: Shop, name: string): Promise<Readonly<Record<string, string>>> {
  const { status } = (await shop.get<Group>("ComponentGroup", name)) ?? {};
  return Object.fromEntries(
    (status?.globalCandidateList ?? []).map((entry) => [
      `${entry["name"] ?? ""}@${entry["version"] ?? ""}`,
      entry["lastPromotedImage"] ?? "",
    ]),
  );
}

async function mirrors(shop: Shop, name: string, expected: Readonly<Record<string, string>>): Promise<void> {
  await waitFor(
    `the status of ${name} says what is candidate`,
    () => mirrored(shop, name),
    (seen) => JSON.stringify(seen) === JSON.stringify(expected),
  );
}

async function isValid(shop: Shop, name: string): Promise<void> {
  await waitFor(
    `ComponentGroup ${name} is valid`,
    async () => conditionOf((await shop.get("ComponentGroup", name))!, "ComponentGroupValid"),
    (condition) => condition?.status === "True",
  );
}

/** Waits until a ComponentGroup is told that something is wrong with it, however much else was while others were yet to come. */
async function problemsTold(shop: Shop, name: string, last: string): Promise<string> {
  const seen = await waitFor(
    `ComponentGroup ${name} is told of ${last}`,
    async () => conditionOf((await shop.get("ComponentGroup", name))!, "ComponentGroupValid"),
    (condition) => condition?.status === "False" && condition.message.includes(last),
  );
  return seen!.message;
}

describe.concurrent("a ComponentGroup (13.1)", () => {
  test("has its builds tested, promoted and released like an Application, with a list of its own", async (context) => {
    const shop = await shops.open(context);
    await apply(shop, componentOf("frontend"), componentOf("backend"), groupOf("shop", "frontend@v1 backend@v1"));
    await apply(shop, scenarioOf("smoke", "shop"), planOf("production", "shop"));
    await isValid(shop, "shop");
    await shop.build("frontend", "frontend-1", ofVersion("v1"));
    const snapshot = await shop.outcomeOf("frontend-1", "True Promoted");
    expect(snapshot.raw.spec).toEqual({
      componentGroup: "shop",
      components: [
        {
          name: "frontend",
          version: "v1",
          containerImage: image("frontend", "frontend-1"),
          source: { git: { url: "https://git.example/shop/frontend", revision: expect.any(String) as string } },
        },
      ],
    });
    const { uid } = (await shop.get("ComponentGroup", "shop"))!.metadata;
    expect(snapshot.raw.metadata).toMatchObject({
      labels: {
        "appstudio.openshift.io/component-group": "shop",
        "appstudio.openshift.io/component": "frontend",
        "test.appstudio.openshift.io/type": "component",
      },
      annotations: { "appstudio.openshift.io/version": "v1" },
      ownerReferences: [{ kind: "ComponentGroup", name: "shop", uid, controller: true }],
    });
    expect(snapshot.raw.metadata.labels).not.toHaveProperty(["appstudio.openshift.io/application"]);
    const [run] = await shop.testRuns();
    expect(run!.metadata.labels).toMatchObject({ "appstudio.openshift.io/component-group": "shop" });
    expect(run!.metadata.labels).not.toHaveProperty(["appstudio.openshift.io/application"]);
    const build = (await shop.get("PipelineRun", "frontend-1"))!;
    expect(build.metadata.annotations).toMatchObject({
      "appstudio.openshift.io/snapshots": snapshot.name,
      "appstudio.openshift.io/snapshot": snapshot.name,
    });
    expect(await shop.releases()).toMatchObject([{ snapshot: snapshot.name, plan: "production", automated: true }]);
    expect(await shop.candidateList("shop", "ComponentGroup")).toMatchObject({
      revision: 1,
      candidates: { "frontend@v1": image("frontend", "frontend-1") },
      promoted: { snapshot: snapshot.name, revision: 1 },
    });
    await mirrors(shop, "shop", { "backend@v1": "", "frontend@v1": image("frontend", "frontend-1") });
    const { status } = (await shop.get<Group>("ComponentGroup", "shop"))!;
    expect(status!.globalCandidateList![1]).toEqual({
      name: "frontend",
      version: "v1",
      url: "https://git.example/shop/frontend",
      lastPromotedImage: image("frontend", "frontend-1"),
      lastPromotedCommit: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
      lastPromotedBuildTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
    });
  });

  test("comes with a sample that is valid and works", async (context) => {
    const shop = await shops.open(context);
    await new Kubectl(shop.namespace).run("apply", "-f", sample);
    await shop.scenariosValid(2);
    await isValid(shop, "services");
    await shop.build("cart", "cart-1", ofVersion("v1"));
    const { tests } = await shop.outcomeOf("cart-1", "True Promoted");
    expect(tests["services-load"]).toMatchObject({ runAfter: ["services-smoke"], status: "TestPassed" });
    expect(await shop.releases()).toHaveLength(1);
  });

  test("and an Application of the same name do not meet", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ components: ["api"], scenarios: ["of-application"] });
    await apply(shop, componentOf("frontend"), groupOf("shop", "frontend@v1"), scenarioOf("of-group", "shop"));
    await shop.build("frontend", "frontend-1", ofVersion("v1"));
    await shop.build("api", "api-1");
    const ofGroup = await shop.outcomeOf("frontend-1", "True Promoted");
    const ofApplication = await shop.outcomeOf("api-1", "True Promoted");
    expect([Object.keys(ofGroup.tests), Object.keys(ofApplication.tests)]).toEqual([["of-group"], ["of-application"]]);
    expect(Object.keys((await shop.candidateList())!.candidates)).toEqual(["api"]);
    expect(Object.keys((await shop.candidateList("shop", "ComponentGroup"))!.candidates)).toEqual(["frontend@v1"]);
    // The Application's plan releases the Application's Snapshot only.
    expect(await shop.releases()).toMatchObject([{ snapshot: ofApplication.name }]);
  });

  test("gets a Snapshot of a build that other groups get one of too, each with its own verdict", async (context) => {
    const shop = await shops.open(context);
    await apply(shop, componentOf("frontend"), groupOf("strict", "frontend@v1"), groupOf("lenient", "frontend@v1"));
    await apply(shop, scenarioOf("hard", "strict"), scenarioOf("easy", "lenient"));
    shop.tekton.play = ({ scenario: name }) => (name === "hard" ? fails() : passes());
    await shop.build("frontend", "frontend-1", ofVersion("v1"));
    await waitFor(
      "both have their verdict",
      async () => (await shop.snapshots()).map(({ promoted }) => promoted).toSorted(),
      (seen) => seen.join() === "False TestsFailed,True Promoted",
    );
    const { metadata } = (await shop.get("PipelineRun", "frontend-1"))!;
    const named = metadata.annotations!["appstudio.openshift.io/snapshots"]!.split(",");
    expect(named.toSorted()).toEqual((await shop.snapshots()).map(({ name }) => name).toSorted());
    await mirrors(shop, "lenient", { "frontend@v1": image("frontend", "frontend-1") });
    expect(await shop.candidateList("strict", "ComponentGroup")).toBeUndefined();
  });

  test("keeps two versions of a Component apart", async (context) => {
    const shop = await shops.open(context);
    await apply(shop, componentOf("cart", "v1 release/2"), groupOf("shop", "cart@v1 cart@release/2"));
    await apply(shop, scenarioOf("smoke", "shop"));
    await shop.build("cart", "cart-1", ofVersion("v1"));
    await shop.outcomeOf("cart-1", "True Promoted");
    await shop.build("cart", "cart-2", ofVersion("release/2"));
    const { raw } = await shop.outcomeOf("cart-2", "True Promoted");
    expect(raw.spec.components).toMatchObject([
      { name: "cart", version: "release/2", containerImage: image("cart", "cart-2") },
      { name: "cart", version: "v1", containerImage: image("cart", "cart-1") },
    ]);
    await mirrors(shop, "shop", { "cart@release/2": image("cart", "cart-2"), "cart@v1": image("cart", "cart-1") });
  });

  test("has a composite after a race, and its overrides are validated", async (context) => {
    const shop = await shops.open(context);
    await apply(shop, componentOf("frontend"), componentOf("backend"), groupOf("shop", "frontend@v1 backend@v1"));
    await apply(shop, scenarioOf("smoke", "shop"));
    const gate = shop.tekton.gate();
    shop.tekton.play = ({ images }) => passes(images.size === 1 ? gate.afterMs : 20);
    await shop.build("frontend", "frontend-1", ofVersion("v1"));
    await shop.build("backend", "backend-1", ofVersion("v1"));
    await Promise.all(["frontend-1", "backend-1"].map((each) => shop.snapshotOf(each)));
    gate.open();
    const composite = await shop.snapshotThat("shop-composite-2-cg", "True Promoted");
    expect(composite.raw.spec).toMatchObject({
      componentGroup: "shop",
      components: [{ version: "v1" }, { version: "v1" }],
    });
    await apply(
      shop,
      `
apiVersion: appstudio.redhat.com/v1alpha1
kind: Snapshot
metadata:
  name: wrong
  labels:
    test.appstudio.openshift.io/type: override
spec:
  componentGroup: shop
  components:
    - name: frontend
      version: v9
      containerImage: ${image("frontend", "frontend-1")}
      source: {git: {url: "https://git.example/shop/frontend", revision: abc}}
`,
    );
    const wrong = await shop.snapshotThat("wrong", "False OverrideInvalid");
    expect(wrong.message).toBe("The Snapshot is invalid: component frontend@v9 does not exist in the ComponentGroup");
  });

  test("loses the candidates of what is taken out of it, and what is left is tested and promoted", async (context) => {
    const shop = await shops.open(context);
    await apply(shop, componentOf("frontend"), componentOf("backend"), groupOf("shop", "frontend@v1 backend@v1"));
    await apply(shop, scenarioOf("smoke", "shop"));
    for (const name of ["frontend", "backend"]) {
      await shop.build(name, `${name}-1`, ofVersion("v1"));
      await shop.outcomeOf(`${name}-1`, "True Promoted");
    }
    const components = [{ name: "frontend", componentVersion: { name: "v1" } }];
    await shop.patch(kinds.componentGroup, "shop", { spec: { components } });
    const composite = await shop.snapshotThat("shop-composite-3-cg", "True Promoted");
    expect(composite.images).toEqual({ frontend: image("frontend", "frontend-1") });
    await shop.remove(kinds.component, "frontend");
    await mirrors(shop, "shop", { "frontend@v1": "" });
    expect(await problemsTold(shop, "shop", "frontend")).toBe("Component frontend in spec.components does not exist");
  });

  test("holds what is in the groups in it", async (context) => {
    const shop = await shops.open(context);
    await apply(shop, componentOf("frontend"), componentOf("backend"), groupOf("web", "frontend@v1"));
    await apply(
      shop,
      groupOf("shop", "backend@v1 web"),
      scenarioOf("web-smoke", "web"),
      scenarioOf("shop-smoke", "shop"),
    );
    await shop.build("frontend", "frontend-1", ofVersion("v1"));
    await waitFor(
      "both groups have promoted it",
      async () => (await shop.snapshots()).map(({ promoted }) => promoted),
      (seen) => seen.join() === "True Promoted,True Promoted",
    );
    await shop.build("backend", "backend-1", ofVersion("v1"));
    const { raw } = await shop.outcomeOf("backend-1", "True Promoted");
    expect(raw.spec).toMatchObject({ componentGroup: "shop", components: [{ name: "backend" }, { name: "frontend" }] });
    await mirrors(shop, "shop", {
      "backend@v1": image("backend", "backend-1"),
      "frontend@v1": image("frontend", "frontend-1"),
    });
  });

  test("tells its author what is wrong with it, and works with the rest", async (context) => {
    const shop = await shops.open(context);
    await apply(shop, componentOf("frontend"), groupOf("shop", "frontend@v1 nosuch@v1 frontend@v7 missing"));
    await apply(shop, groupOf("a", "b frontend@v1"), groupOf("b", "a"));
    expect(await problemsTold(shop, "shop", "version v7")).toBe(
      "ComponentGroup missing in spec.components of shop does not exist; Component frontend has no version v7 in its spec.source.versions; Component nosuch in spec.components does not exist",
    );
    expect(await problemsTold(shop, "a", "circular")).toBe(
      "spec.components is circular, and left out there: a → b → a",
    );
    await shop.build("frontend", "frontend-1", ofVersion("v1"));
    await shop.concluded();
    await mirrors(shop, "a", { "frontend@v1": image("frontend", "frontend-1") });
    await mirrors(shop, "shop", {
      "frontend@v1": image("frontend", "frontend-1"),
      "frontend@v7": "",
      "nosuch@v1": "",
    });
  });

  test("is waited for: a build that belongs to none says so, and goes on when it does", async (context) => {
    const shop = await shops.open(context);
    await apply(shop, componentOf("frontend"));
    await shop.build("frontend", "frontend-1", ofVersion("v1"));
    const said = await waitFor(
      "the build says why it has no Snapshot",
      async () =>
        (await shop.get("PipelineRun", "frontend-1"))!.metadata.annotations?.[
          "test.appstudio.openshift.io/create-snapshot-status"
        ],
      (text) => text !== undefined,
    );
    expect(JSON.parse(said!)).toEqual({
      status: "failed",
      message: "Failed to create snapshot. Error: No ComponentGroup contains Component frontend in version v1",
    });
    await apply(shop, groupOf("shop", "frontend@v1"));
    await shop.outcomeOf("frontend-1", "True Promoted");
  });

  test("starts from the list in its status, as upstream left it", async (context) => {
    const shop = await shops.open(context);
    await apply(shop, componentOf("frontend"), componentOf("backend"));
    await apply(shop, groupOf("shop", "frontend@v1 backend@v1"));
    await shop.patchStatus(kinds.componentGroup, "shop", {
      globalCandidateList: [
        { name: "backend", version: "v1", url: "https://git.example/b", lastPromotedImage: image("backend", "old") },
        { name: "frontend", version: "v1" },
      ],
    });
    await shop.build("frontend", "frontend-1", ofVersion("v1"));
    const { images } = await shop.outcomeOf("frontend-1", "True Promoted");
    expect(images).toEqual({ backend: image("backend", "old"), frontend: image("frontend", "frontend-1") });
  });

  test("gets its status back when somebody spoils it, while the list stands", async (context) => {
    const shop = await shops.open(context);
    await apply(shop, componentOf("frontend"), groupOf("shop", "frontend@v1"));
    await shop.build("frontend", "frontend-1", ofVersion("v1"));
    await shop.outcomeOf("frontend-1", "True Promoted");
    const expected = { "frontend@v1": image("frontend", "frontend-1") };
    await mirrors(shop, "shop", expected);
    await shop.patchStatus(kinds.componentGroup, "shop", { globalCandidateList: [{ name: "other" }] });
    await mirrors(shop, "shop", expected);
    expect((await shop.candidateList("shop", "ComponentGroup"))!.revision).toBe(1);
  });
});

test("an operator that is killed again and again loses no build of any group, and makes nothing twice", async (context) => {
  const { shop, start } = await openApart(context);
  let operator = await start();
  const names = ["cart", "web"];
  await apply(
    shop,
    ...names.map((name) => componentOf(name)),
    groupOf("inner", "cart@v1"),
    groupOf("outer", "web@v1 inner"),
  );
  await apply(shop, scenarioOf("inner-smoke", "inner"), scenarioOf("outer-smoke", "outer"));
  shop.tekton.play = () => passes(200);
  const building = (async () => {
    for (const number of [1, 2, 3])
      for (const name of names) {
        await shop.build(name, `${name}-${String(number)}`, ofVersion("v1"));
        await letPass(150);
      }
  })();
  for (const ms of [150, 400, 250]) {
    await letPass(ms);
    await operator.kill();
    operator = await start();
  }
  await building;
  for (const name of names) await shop.snapshotOf(`${name}-3`);
  const newest = { "cart@v1": image("cart", "cart-3"), "web@v1": image("web", "web-3") };
  await waitFor(
    "both groups have promoted the newest of everything",
    async () => [
      (await shop.candidateList("inner", "ComponentGroup"))?.promoted.images,
      (await shop.candidateList("outer", "ComponentGroup"))?.promoted.images,
    ],
    (seen) => JSON.stringify(seen) === JSON.stringify([{ "cart@v1": newest["cart@v1"] }, newest]),
  );
  await shop.concluded();
  const snapshots = await shop.snapshots();
  expect(snapshots.filter(({ type }) => type === "component")).toHaveLength(9);
  expect(await shop.testRuns()).toHaveLength(snapshots.length);
  await mirrors(shop, "outer", newest);
});
