import { describe, expect, test } from "vitest";
import { resources } from "../../src/api/group.ts";
import { releasePlan } from "./support/manifests.ts";
import { refuse } from "./support/policies.ts";
import { useOperator } from "./support/shops.ts";
import { conditionOf } from "./support/views.ts";
import { waitFor } from "./support/wait.ts";

const shops = useOperator();

describe.concurrent("a promotion without a Release says why:", () => {
  test("every ReleasePlan says that people release", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"], plans: [] });
    await shop.create(
      releasePlan("by-hand", "shop", { labels: { "release.appstudio.openshift.io/auto-release": "false" } }),
    );
    await shop.build("frontend", "frontend-1");
    const { raw } = await shop.outcomeOf("frontend-1", "True Promoted");
    expect(conditionOf(raw, "AutoReleased")).toMatchObject({
      status: "True",
      message:
        "Skipping auto-release of the Snapshot because no ReleasePlans have the 'auto-release' label set to 'true'",
    });
    expect(await shop.releases()).toEqual([]);
  });

  test("the build says that it should not be released", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    await shop.build("frontend", "frontend-1", { results: { SHOULD_RELEASE: "false" } });
    const { raw } = await shop.outcomeOf("frontend-1", "True Promoted");
    expect(conditionOf(raw, "AutoReleased")?.message).toBe(
      "Skipping auto-release because the build pipeline's SHOULD_RELEASE result is 'false'",
    );
    expect(await shop.releases()).toEqual([]);
  });

  test("the Snapshot's own label says so", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    await shop.build("frontend", "frontend-1", { labels: { "release.appstudio.openshift.io/auto-release": "false" } });
    const { raw } = await shop.outcomeOf("frontend-1", "True Promoted");
    expect(conditionOf(raw, "AutoReleased")?.message).toContain(
      "the Snapshot's 'auto-release' label is set to 'false'",
    );
    expect(await shop.releases()).toEqual([]);
  });

  test("the API server rejects the Release for good; the next promotion goes on", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"], plans: ["production", "staging"] });
    const policy = await refuse(shop.client, {
      namespace: shop.namespace,
      resource: resources.release,
      expression: "object.spec.releasePlan != 'production'",
      message: "production is frozen",
      probe: { spec: { snapshot: "none", releasePlan: "production" } },
    });
    await shop.build("frontend", "frontend-1");
    const { raw, name } = await shop.outcomeOf("frontend-1", "True Promoted");
    const said = conditionOf(raw, "AutoReleased");
    expect(said).toMatchObject({ status: "False", reason: "ReleaseRejected" });
    expect(said!.message).toMatch(/^Failed to create new release: .*production is frozen/);
    const events = await waitFor(
      "an Event says so",
      () => shop.eventsAbout(name),
      (seen) => seen.length > 1,
    );
    expect(events.join()).toContain("ReleaseRejected: Failed to create new release");
    expect(await shop.releases()).toMatchObject([{ snapshot: name, plan: "staging" }]);

    await policy.lift();
    await shop.build("frontend", "frontend-2");
    const next = await shop.outcomeOf("frontend-2", "True Promoted");
    expect((await shop.releases()).filter(({ snapshot }) => snapshot === next.name)).toHaveLength(2);
  });

  test("while the API server forbids the Release, the Snapshot says so and the next promotion waits for it", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    const policy = await refuse(shop.client, {
      namespace: shop.namespace,
      resource: resources.release,
      expression: "false",
      message: "come back later",
      reason: "Forbidden",
      probe: { spec: { snapshot: "none", releasePlan: "production" } },
    });
    await shop.build("frontend", "frontend-1");
    const { message, name } = await shop.outcomeOf("frontend-1", "Unknown ReleasesPending");
    expect(message).toContain("come back later");
    await shop.build("backend", "backend-1");
    await waitFor(
      "the second build has been tested",
      () => shop.snapshotOf("backend-1"),
      ({ tests }) => tests["smoke"]?.["status"] === "TestPassed",
    );
    expect((await shop.candidateList())!.promoted.snapshot).toBe(name);
    await policy.lift();
    await shop.snapshotThat(name, "True Promoted");
    await shop.outcomeOf("backend-1", "True Promoted");
    expect(await shop.releases()).toHaveLength(2);
  });
});
