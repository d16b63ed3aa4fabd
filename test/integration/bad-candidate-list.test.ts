import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../src/kube/object.ts";
import { application, component, overrideSnapshot, scenario } from "./support/manifests.ts";
import { image, kinds } from "./support/shop.ts";
import { useOperator } from "./support/shops.ts";
import { passes } from "./support/tekton.ts";
import { waitFor } from "./support/wait.ts";

const shops = useOperator();

describe.concurrent("a candidate list that somebody edited into nonsense", () => {
  test("holds up its own Application only, says where it is wrong, and loses nothing once it is mended", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    await shop.create(application("other"), component("other-web", "other"));
    await shop.build("frontend", "frontend-1");
    await shop.outcomeOf("frontend-1", "True Promoted");
    const { data } = (await shop.get<KubeObject & { data: Record<string, string> }>("ConfigMap", "shop-gcl"))!;
    // This one is in testing when the list goes bad, the other one comes later.
    const held = shop.tekton.gate();
    shop.tekton.play = () => passes(held.afterMs);
    await shop.build("backend", "backend-1");
    const waiting = await shop.snapshotOf("backend-1");
    await shop.patch(kinds.configMap, "shop-gcl", { data: { frontend: '{"image": 7}' } });
    held.open();
    const problem =
      'ConfigMap shop-gcl is unreadable: data["frontend"] at image: Invalid input: expected string, received number';
    const blocked = await shop.snapshotThat(waiting.name, "Unknown CandidateListUnreadable");
    expect(blocked.message).toContain(problem);
    await waitFor(
      "the Application's Events say so",
      () => shop.eventsAbout("shop"),
      (seen) => seen.some((text) => text.startsWith(`CandidateListUnreadable: ${problem}`)),
    );
    await shop.build("frontend", "frontend-2");
    const build = await waitFor(
      "the build says why it waits",
      () => shop.get("PipelineRun", "frontend-2"),
      (run) => run!.metadata.annotations?.["test.appstudio.openshift.io/create-snapshot-status"] !== undefined,
    );
    expect(build!.metadata.annotations!["test.appstudio.openshift.io/create-snapshot-status"]).toContain(
      "is unreadable",
    );

    // The other Application goes on meanwhile.
    await shop.build("other-web", "other-1");
    await shop.outcomeOf("other-1", "True Promoted");

    await shop.patch(kinds.configMap, "shop-gcl", { data: { frontend: data["frontend"] } });
    await shop.snapshotOf("frontend-2");
    expect((await shop.quiet()).promoted.images).toEqual({
      backend: image("backend", "backend-1"),
      frontend: image("frontend", "frontend-2"),
    });
  });

  test.for([
    ["a ledger that is no JSON", { _ledger: "{" }, 'data["_ledger"] is not JSON'],
    ["no ledger", { _ledger: null }, 'data["_ledger"] is missing'],
    ["an entry that is no JSON", { backend: "nonsense" }, 'data["backend"] is not JSON'],
  ] as const)("names the key: %s", async ([, data, problem], context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    await shop.build("frontend", "frontend-1");
    await shop.outcomeOf("frontend-1", "True Promoted");
    await shop.patch(kinds.configMap, "shop-gcl", { data });
    await shop.create(overrideSnapshot("waits", "shop", { frontend: image("frontend", "by-hand") }));
    const { message } = await shop.snapshotThat("waits", "Unknown CandidateListUnreadable");
    expect(message).toContain(problem);
    // As the message says: deleted, it is rebuilt.
    await shop.remove(kinds.configMap, "shop-gcl");
    await shop.snapshotThat("waits", "True Promoted");
  });
});

describe.concurrent("a candidate list that is gone", () => {
  test("is rebuilt from the Snapshots, with a revision above the highest one seen", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    for (const name of ["frontend-1", "backend-1", "frontend-2"]) {
      await shop.build(name.split("-")[0]!, name);
      await shop.outcomeOf(name, "True Promoted");
    }
    const before = await shop.quiet();
    expect(before.revision).toBe(3);
    await shop.remove(kinds.configMap, "shop-gcl");
    const rebuilt = await waitFor(
      "it is back",
      () => shop.candidateList(),
      (list) => list !== undefined,
    );
    const { snapshot, images } = before.promoted;
    expect(rebuilt).toMatchObject({ candidates: before.candidates, promoted: { snapshot, images } });
    expect(rebuilt!.revision).toBeGreaterThan(3);
    await shop.build("backend", "backend-2");
    await shop.outcomeOf("backend-2", "True Promoted");
    expect(await shop.quiet()).toMatchObject({
      revision: rebuilt!.revision + 1,
      promoted: { images: { backend: image("backend", "backend-2"), frontend: image("frontend", "frontend-2") } },
    });
  });

  test("starts from the images that the Components come with", async (context) => {
    const shop = await shops.open(context);
    const old = { frontend: image("frontend", "old"), backend: image("backend", "old") };
    await shop.create(
      application("shop"),
      component("frontend", "shop", { containerImage: old.frontend }),
      component("backend", "shop", { containerImage: old.backend }),
      component("database", "shop", { containerImage: "registry.example/no-digest" }),
      scenario("smoke", "shop"),
    );
    await shop.scenariosValid(1);
    await shop.build("frontend", "frontend-1");
    const { images } = await shop.outcomeOf("frontend-1", "True Promoted");
    expect(images).toEqual({ backend: old.backend, frontend: image("frontend", "frontend-1") });
    expect(await shop.snapshots()).toHaveLength(1);
  });
});

describe.concurrent("a ConfigMap that is no candidate list but has its name", () => {
  test("is left alone, and what it blocks says so until it is gone", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    const foreign = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "shop-gcl" }, data: { mine: "1" } };
    await shop.create(foreign);
    await shop.build("frontend", "frontend-1");
    const { message } = await shop.outcomeOf("frontend-1", "Unknown CandidateListUnreadable");
    expect(message).toContain("ConfigMap shop-gcl exists and is no candidate list");
    expect(message).toContain("Rename or delete it");
    expect(await shop.get<KubeObject & { data: object }>("ConfigMap", "shop-gcl")).toMatchObject({
      data: { mine: "1" },
    });
    await shop.remove(kinds.configMap, "shop-gcl");
    // Nothing tells the operator of a ConfigMap that is not its own: the next thing that happens in the Application does.
    await shop.build("backend", "backend-1");
    await shop.outcomeOf("frontend-1", "True Promoted");
    expect(Object.keys((await shop.quiet()).promoted.images)).toEqual(["backend", "frontend"]);
  });
});
