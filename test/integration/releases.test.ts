import { describe, expect, test } from "vitest";
import { resources } from "../../src/api/group.ts";
import { parseAllDocuments } from "yaml";
import { configMapResource, parseCandidateList, type ConfigMap } from "../../src/cache/candidate-list.ts";
import type { Manifest } from "./support/manifests.ts";
import { overrideSnapshot } from "./support/manifests.ts";
import { refuse } from "./support/policies.ts";
import { image, kinds, type Shop } from "./support/shop.ts";
import { openApart, useOperator } from "./support/shops.ts";
import { passes } from "./support/tekton.ts";
import { conditionOf, type SnapshotView } from "./support/views.ts";
import { waitFor } from "./support/wait.ts";

// Who decides whether a promoted Snapshot is released: docs/reference/releases.md.
const shops = useOperator();

/** A ReleasePlan as people write it. */
const celPlan = (name: string, expression: string, label = ""): Manifest =>
  parseAllDocuments(`
apiVersion: appstudio.redhat.com/v1alpha1
kind: ReleasePlan
metadata:
  name: ${name}
  ${label === "" ? "" : `labels: {release.appstudio.openshift.io/auto-release: "${label}"}`}
  annotations:
    release.appstudio.openshift.io/auto-release: >-
      ${expression}
spec:
  application: shop
  target: managed
  releaseGracePeriodDays: 7
`)[0]!.toJS() as Manifest;

const plansOf = async (shop: Shop, snapshot: string): Promise<readonly string[]> =>
  (await shop.releases()).flatMap((release) => (release.snapshot === snapshot ? [release.plan] : [])).toSorted();

const autoReleased = ({ raw }: SnapshotView): string => {
  const { status, reason, message } = conditionOf(raw, "AutoReleased")!;
  return `${status} ${reason}: ${message}`;
};

describe.concurrent("a ReleasePlan's expression", () => {
  test("decides what its label would decide otherwise, about the Snapshot as it was promoted", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"], plans: ["by-label"] });
    await shop.create(
      celPlan("front", "updatedComponentIs('frontend') && shouldRelease()", "false"),
      celPlan("back", "updatedComponentIs('backend')", "true"),
      celPlan("main-only", "snapshot.metadata.labels['pac.test.appstudio.openshift.io/branch'] == 'main'"),
      celPlan("told", "snapshot.status.conditions.exists(c, c.type == 'AppStudioTestSucceeded' && c.status == 'True')"),
      celPlan("soon", "now - timestamp(snapshot.metadata.creationTimestamp) < duration('24h')"),
      celPlan("late", "timestamp(snapshot.metadata.creationTimestamp) < (timestamp(now) - duration('168h'))"),
    );
    await shop.build("frontend", "frontend-1", { labels: { "pipelinesascode.tekton.dev/branch": "main" } });
    const first = await shop.outcomeOf("frontend-1", "True Promoted");
    expect(await plansOf(shop, first.name)).toEqual(["by-label", "front", "main-only", "soon", "told"]);
    expect(autoReleased(first)).toBe("True AutoReleased: The Snapshot was auto-released");

    await shop.build("backend", "backend-1", {
      labels: { "pipelinesascode.tekton.dev/branch": "main" },
      results: { SHOULD_RELEASE: "false" },
    });
    const second = await shop.outcomeOf("backend-1", "True Promoted");
    expect(await plansOf(shop, second.name)).toEqual(["back", "main-only", "soon", "told"]);
  });

  test("that cannot be followed is told to its author, and holds up neither the other plans nor the next promotion", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"], plans: ["production"] });
    await shop.create(celPlan("unreadable", "updatedComponentIs('frontend'"));
    const early = await waitFor(
      "its author is told when it is written",
      () => shop.eventsAbout("unreadable"),
      (events) => events.length > 0,
    );
    expect(early.join()).toMatch(/^ExpressionInvalid: Nothing is released .*cannot be read: /);
    await shop.create(celPlan("astray", "snapshot.metadata.labels.team == 'shop'"));
    await shop.create(celPlan("endless", `${"[1, 2].all(i, ".repeat(20)}true${")".repeat(20)}`));
    await shop.build("frontend", "frontend-1");
    const { name, raw } = await shop.outcomeOf("frontend-1", "True Promoted");
    expect(conditionOf(raw, "AutoReleased")).toMatchObject({ status: "False", reason: "ExpressionInvalid" });
    const said = conditionOf(raw, "AutoReleased")!.message;
    expect(said).toMatch(/plan astray: .*team.*; .*plan endless: it needs more than \d+ steps; .*plan unreadable: /i);
    expect(await plansOf(shop, name)).toEqual(["production"]);
    const late = await waitFor(
      "its author is told when nothing was released because of it",
      () => shop.eventsAbout("astray"),
      (events) => events.length > 0,
    );
    expect(late.join()).toContain(`ExpressionInvalid: Snapshot ${name} was not released through this plan`);

    await shop.patch(kinds.releasePlan, "astray", {
      metadata: { annotations: { "release.appstudio.openshift.io/auto-release": "true" } },
    });
    await Promise.all(["unreadable", "endless"].map((plan) => shop.remove(kinds.releasePlan, plan)));
    await shop.build("backend", "backend-1");
    const next = await shop.outcomeOf("backend-1", "True Promoted");
    expect(await plansOf(shop, next.name)).toEqual(["astray", "production"]);
    expect(autoReleased(next)).toBe("True AutoReleased: The Snapshot was auto-released");
  });

  test("is asked about each image that a composite or an override brings", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ components: ["frontend", "backend", "database"], scenarios: ["smoke"], plans: [] });
    await shop.create(
      ...["frontend", "backend", "database"].map((name) => celPlan(name, `updatedComponentIs('${name}')`)),
    );
    await shop.build("database", "database-1");
    const start = await shop.outcomeOf("database-1", "True Promoted");
    expect(await plansOf(shop, start.name)).toEqual(["database"]);
    const gates = [shop.tekton.gate(), shop.tekton.gate()] as const;
    shop.tekton.play = ({ images }) => {
      if (images.has("frontend") && images.has("backend")) return passes();
      return passes(gates[images.has("frontend") ? 0 : 1].afterMs);
    };
    await Promise.all([shop.build("frontend", "frontend-1"), shop.build("backend", "backend-1")]);
    await Promise.all(["frontend-1", "backend-1"].map((name) => shop.snapshotOf(name)));
    gates[0].open();
    await shop.outcomeOf("frontend-1", "True Promoted");
    gates[1].open();
    const superseded = await shop.outcomeOf("backend-1", "False SupersededByComposite");
    const composite = await shop.snapshotThat(superseded.raw.status!.candidateList!.composite!, "True Promoted");
    expect(await plansOf(shop, composite.name)).toEqual(["backend"]);

    const images = { frontend: image("frontend", "frontend-0"), database: image("database", "database-1") };
    await shop.create(overrideSnapshot("back", "shop", { ...images, backend: image("backend", "backend-1") }));
    await shop.snapshotThat("back", "True Promoted");
    expect(await plansOf(shop, "back")).toEqual(["backend", "database", "frontend"]);
  });
});

describe.concurrent("a composite", () => {
  test("of builds that are all not to be released is promoted and not released", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"], plans: ["production"] });
    shop.tekton.play = () => passes(300);
    const quietly = { results: { SHOULD_RELEASE: "false" } };
    await Promise.all(["frontend", "backend"].map((name) => shop.build(name, `${name}-1`, quietly)));
    const { promoted } = await shop.quiet();
    const composite = (await shop.snapshot(promoted.snapshot))!;
    expect([composite.type, autoReleased(composite)]).toEqual([
      "composite",
      "True AutoReleased: Skipping auto-release because the build pipeline's SHOULD_RELEASE result is 'false'",
    ]);
    expect(await shop.releases()).toEqual([]);
  });
});

test("after a crash the expression is asked about the moment of the promotion, not about another", async (context) => {
  const { shop, start } = await openApart(context);
  const first = await start();
  await shop.furnish({ scenarios: ["smoke"], plans: ["production"] });
  const policy = await refuse(shop.client, {
    namespace: shop.namespace,
    resource: resources.release,
    expression: "false",
    message: "come back later",
    reason: "Forbidden",
    probe: { spec: { snapshot: "none", releasePlan: "production" } },
  });
  await shop.build("frontend", "frontend-1");
  const { name } = await shop.outcomeOf("frontend-1", "Unknown ReleasesPending");
  await first.kill();
  const raw = await shop.client.get<ConfigMap>(configMapResource, { namespace: shop.namespace, name: "shop-gcl" });
  const parsed = parseCandidateList(raw!.data!);
  const when = new Date(parsed.kind === "list" ? parsed.list.ledger.when : Number.NaN).toISOString();
  await shop.create(celPlan("then", `now == timestamp('${when}')`));
  await policy.lift();
  await start();
  const told = await shop.snapshotThat(name, "True Promoted");
  expect(await plansOf(shop, name)).toEqual(["production", "then"]);
  expect(autoReleased(told)).toBe("True AutoReleased: The Snapshot was auto-released");
});
