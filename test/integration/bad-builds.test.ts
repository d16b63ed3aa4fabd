import { describe, expect, test } from "vitest";
import { application, component } from "./support/manifests.ts";
import { image, kinds, type Shop } from "./support/shop.ts";
import { useOperator } from "./support/shops.ts";
import { waitFor } from "./support/wait.ts";

const shops = useOperator();
const statusAnnotation = "test.appstudio.openshift.io/create-snapshot-status";

/** What the build PipelineRun says about its Snapshot, once it says that there is none. */
async function refusalOf(shop: Shop, build: string): Promise<{ readonly message: string; readonly held: boolean }> {
  const run = await waitFor(
    `build ${build} says why it has no Snapshot`,
    () => shop.get("PipelineRun", build),
    (seen) => seen?.metadata.annotations?.[statusAnnotation]?.includes('"failed"') ?? false,
  );
  const { metadata } = run!;
  const { message, status } = JSON.parse(metadata.annotations![statusAnnotation]!) as Record<string, string>;
  expect(status).toBe("failed");
  expect(Object.keys(metadata.annotations!)).not.toContain("appstudio.openshift.io/snapshot");
  return {
    message: message!.replace("Failed to create snapshot. Error: ", ""),
    held: (metadata.finalizers ?? []).length > 0,
  };
}

/** Something was wrong with one build; the next one of the same Component goes its way. */
async function expectOthersGoOn(shop: Shop): Promise<void> {
  await shop.build("frontend", "good");
  await shop.outcomeOf("good", "True Promoted");
}

describe.concurrent("a build whose results are of no use says so on its PipelineRun, and others go on:", () => {
  test.for(["IMAGE_URL", "IMAGE_DIGEST", "CHAINS-GIT_URL", "CHAINS-GIT_COMMIT"])(
    "without %s",
    async (result, context) => {
      const shop = await shops.open(context);
      await shop.furnish({ scenarios: [] });
      await shop.startBuild("frontend", "bad");
      await shop.finishBuild("frontend", "bad", { results: { [result]: undefined } });
      const refusal = await refusalOf(shop, "bad");
      expect(refusal).toEqual({ message: `Missing info ${result} from pipelinerun bad`, held: false });
      const events = await waitFor(
        "an Event says so",
        () => shop.eventsAbout("bad"),
        (seen) => seen.length > 0,
      );
      expect(events).toEqual([`SnapshotNotCreated: ${refusal.message}`]);
      await expectOthersGoOn(shop);
    },
  );

  test.for([
    [
      "a digest that is none",
      { IMAGE_DIGEST: "sha256:0123" },
      /^registry\.example:5000\/\S+ is invalid container image digest from component frontend\n/,
    ],
    [
      "a URL that is none",
      { IMAGE_URL: "Not an image" },
      /is invalid container image digest from component frontend\n.*is not/,
    ],
    ["an empty URL", { IMAGE_URL: "" }, /^Missing info IMAGE_URL/],
    [
      "two digests",
      { IMAGE_URL: `registry.example/a@sha256:${"0".repeat(64)}@sha256:${"0".repeat(64)}` },
      /more than one @/,
    ],
  ] as const)("with %s", async ([, results, expected], context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: [] });
    await shop.build("frontend", "bad", { results });
    expect((await refusalOf(shop, "bad")).message).toMatch(expected);
    await expectOthersGoOn(shop);
  });

  test("with results that are no texts", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: [] });
    await shop.startBuild("frontend", "bad");
    const conditions = [{ type: "Succeeded", status: "True", reason: "Succeeded" }];
    const results = [{ name: "IMAGE_URL", value: { object: "yes" } }, { name: "IMAGE_DIGEST", value: ["a", "b"] }, {}];
    await shop.patchStatus(kinds.pipelineRun, "bad", { conditions, results });
    expect((await refusalOf(shop, "bad")).message).toBe("Missing info IMAGE_URL from pipelinerun bad");
    await expectOthersGoOn(shop);
  });
});

describe.concurrent("image references", () => {
  test.for([
    ["a registry with a port", "localhost:5000/shop/frontend", "localhost:5000/shop/frontend"],
    [
      "a registry with a port, and a tag",
      "registry.example:5000/shop/frontend:v1",
      "registry.example:5000/shop/frontend",
    ],
    ["a digest of its own", `registry.example/shop@sha256:${"a".repeat(64)}`, "registry.example/shop"],
    ["no registry", "library/frontend:latest", "library/frontend"],
  ] as const)("%s survives", async ([, url, repository], context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: [] });
    await shop.build("frontend", "frontend-1", { results: { IMAGE_URL: url } });
    const { images } = await shop.outcomeOf("frontend-1", "True Promoted");
    expect(images["frontend"]).toBe(`${repository}@${image("frontend", "frontend-1").split("@")[1]!}`);
  });
});

describe.concurrent("a build that belongs nowhere", () => {
  test("says that its Component does not exist, and goes on when it appears", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ components: ["backend"], scenarios: [] });
    await shop.build("frontend", "early");
    expect((await refusalOf(shop, "early")).message).toBe("Component frontend of pipelinerun early does not exist");
    await shop.build("backend", "backend-1");
    await shop.outcomeOf("backend-1", "True Promoted");
    await shop.create(component("frontend", "shop"));
    const { images } = await shop.outcomeOf("early", "True Promoted");
    expect(images).toEqual({ frontend: image("frontend", "early"), backend: image("backend", "backend-1") });
    expect((await shop.get("PipelineRun", "early"))!.metadata.annotations![statusAnnotation]).toContain("success");
  });

  test("says that its Application does not exist, and goes on when it appears", async (context) => {
    const shop = await shops.open(context);
    await shop.create(component("frontend", "shop"), component("other", "other-shop"), application("other-shop"));
    await shop.build("frontend", "early");
    expect((await refusalOf(shop, "early")).message).toBe("Application shop of Component frontend does not exist");
    await shop.build("other", "other-1");
    await shop.outcomeOf("other-1", "True Promoted");
    await shop.create(application("shop"));
    await shop.outcomeOf("early", "True Promoted");
  });

  test("says that it names no Component at all", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: [] });
    await shop.client.create(
      { group: "tekton.dev", version: "v1", plural: "pipelineruns", kind: "PipelineRun", namespaced: true },
      {
        apiVersion: "tekton.dev/v1",
        kind: "PipelineRun",
        metadata: {
          name: "nobodys",
          namespace: shop.namespace,
          labels: { "pipelines.appstudio.openshift.io/type": "build" },
        },
      },
    );
    await shop.patchStatus(kinds.pipelineRun, "nobodys", {
      conditions: [{ type: "Succeeded", status: "True", reason: "Succeeded" }],
    });
    expect((await refusalOf(shop, "nobodys")).message).toBe(
      "PipelineRun nobodys has no label appstudio.openshift.io/component",
    );
  });
});

describe.concurrent("a build that failed", () => {
  test("gets no Snapshot and may go", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: [] });
    await shop.startBuild("frontend", "bad");
    await waitFor(
      "the build is held",
      () => shop.get("PipelineRun", "bad"),
      (run) => (run!.metadata.finalizers ?? []).length === 1,
    );
    await shop.patchStatus(kinds.pipelineRun, "bad", {
      conditions: [{ type: "Succeeded", status: "False", reason: "Failed" }],
    });
    await waitFor(
      "the build is let go",
      () => shop.get("PipelineRun", "bad"),
      (run) => (run!.metadata.finalizers ?? []).length === 0,
    );
    await expectOthersGoOn(shop);
    expect(await shop.snapshots()).toHaveLength(1);
  });

  test("that is deleted while it runs is let go", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: [] });
    await shop.startBuild("frontend", "bad");
    await waitFor(
      "the build is held",
      () => shop.get("PipelineRun", "bad"),
      (run) => (run!.metadata.finalizers ?? []).length === 1,
    );
    await shop.remove(kinds.pipelineRun, "bad");
    await waitFor(
      "the build is gone",
      () => shop.get("PipelineRun", "bad"),
      (run) => run === undefined,
    );
    await expectOthersGoOn(shop);
    expect(await shop.snapshots()).toHaveLength(1);
  });
});
