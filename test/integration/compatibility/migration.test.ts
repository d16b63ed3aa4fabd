import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { crdFolder } from "../../../scripts/generate-crds.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { startControlPlane, type ControlPlane } from "../../controlplane/provider.ts";
import { crdResource, installTektonCrds, unservedKinds } from "../../demo/install.ts";
import { connect, type Connection } from "../support/connection.ts";
import {
  application,
  component,
  namespaceResource,
  releasePlan,
  scenario,
  type Manifest,
} from "../support/manifests.ts";
import { startOperator, type OperatorProcess } from "../support/operator-process.ts";
import { image, kinds, Shop } from "../support/shop.ts";
import { passes, playTekton } from "../support/tekton.ts";
import { waitFor } from "../support/wait.ts";

// The way from upstream, in a cluster that keeps Konflux's CRDs, as docs/install.md tells it: what upstream left, the operator
// takes up. On an API server of its own, because the kinds are not this project's.
let controlPlane: ControlPlane;
let connection: Connection;

interface Crd extends KubeObject {
  readonly spec: {
    readonly names: { readonly kind: string };
    readonly versions: {
      schema: { openAPIV3Schema: { properties: { status?: { properties: Record<string, unknown> } } } };
    }[];
  };
}

beforeAll(async () => {
  controlPlane = await startControlPlane();
  connection = connect(controlPlane.kubeconfig);
  const { client } = connection;
  for (const file of await readdir(crdFolder)) {
    const crd = parse(await readFile(join(crdFolder, file), "utf8")) as Crd;
    // What this project adds to Snapshots, Konflux does not have.
    const isSnapshot = crd.spec.names.kind === "Snapshot";
    for (const { schema } of isSnapshot ? crd.spec.versions : [])
      delete schema.openAPIV3Schema.properties.status?.properties["candidateList"];
    await client.patch(
      crdResource,
      { namespace: "", name: crd.metadata.name },
      { type: "apply", body: crd, force: true },
    );
  }
  await installTektonCrds(client);
  await waitFor(
    "every kind is served",
    () => unservedKinds(client),
    (missing) => missing.length === 0,
  );
});
afterAll(async () => {
  await connection?.close();
  await controlPlane?.stop();
});

const components = ["frontend", "backend", "database"];
const types = { application: "appstudio.openshift.io/application", component: "appstudio.openshift.io/component" };
const finalizer = "test.appstudio.openshift.io/pipelinerun";

/** A component Snapshot as upstream makes it, of a build of frontend. */
function upstreamSnapshot(name: string, build: string, entry: object): Manifest {
  return {
    apiVersion: "appstudio.redhat.com/v1alpha1",
    kind: "Snapshot",
    metadata: {
      name,
      labels: {
        [types.application]: "shop",
        [types.component]: "frontend",
        "test.appstudio.openshift.io/type": "component",
        "appstudio.openshift.io/build-pipelinerun": build,
        "pac.test.appstudio.openshift.io/event-type": "push",
      },
      annotations: {
        "test.appstudio.openshift.io/status": JSON.stringify([entry]),
        "test.appstudio.openshift.io/pipelinerunstarttime": "1761991200000",
      },
    },
    spec: {
      application: "shop",
      components: components.map((each) => ({
        name: each,
        containerImage: image(each, each === "frontend" ? build : `${each}-0`),
        source: { git: { url: `https://git.example/shop/${each}`, revision: "0123abc" } },
      })),
    },
  };
}

const condition = (type: string, status: string, reason: string): object => ({
  type,
  status,
  reason,
  message: reason,
  lastTransitionTime: "2026-11-01T10:20:00Z",
});

const released: Manifest = {
  apiVersion: "appstudio.redhat.com/v1alpha1",
  kind: "Release",
  metadata: { name: "shop-20261101-100000-000-xyz12" },
  spec: { snapshot: "shop-20261101-100000-000", releasePlan: "production" },
};

const testRun: Manifest = {
  apiVersion: "tekton.dev/v1",
  kind: "PipelineRun",
  metadata: {
    name: "smoke-bbbbb",
    finalizers: [finalizer],
    labels: {
      "pipelines.appstudio.openshift.io/type": "test",
      "appstudio.openshift.io/snapshot": "shop-20261101-110000-000",
      "test.appstudio.openshift.io/scenario": "smoke",
      [types.application]: "shop",
      [types.component]: "frontend",
    },
  },
  spec: { pipelineRef: { resolver: "git" } },
};

/** What upstream leaves behind: three Components of which it promoted an image each, a Snapshot that it released, and one of which
 * a test still runs. The image of that one is in its list already: upstream puts it there before the tests. */
async function leave(shop: Shop): Promise<void> {
  await shop.create(application("shop"), releasePlan("production", "shop"), scenario("smoke", "shop"));
  for (const name of components) {
    const own = component(name, "shop", { containerImage: `registry.example:5000/shop/${name}` });
    const annotations = { "test.appstudio.openshift.io/lastbuilttime": "1761991200" };
    const finalizers = ["test.appstudio.openshift.io/component"];
    await shop.create({ ...own, metadata: { ...own.metadata, annotations, finalizers } });
    const build = name === "frontend" ? "frontend-2" : `${name}-0`;
    await shop.patchStatus(kinds.component, name, {
      lastPromotedImage: image(name, build),
      lastBuiltCommit: "0123abc",
    });
  }
  const entry = { scenario: "smoke", lastUpdateTime: "2026-11-01T10:20:00Z", testPipelineRunName: "smoke-aaaaa" };
  await shop.create(
    upstreamSnapshot("shop-20261101-100000-000", "frontend-1", { ...entry, status: "TestPassed", details: "passed" }),
    upstreamSnapshot("shop-20261101-110000-000", "frontend-2", {
      ...entry,
      status: "InProgress",
      details: "running",
      testPipelineRunName: "smoke-bbbbb",
    }),
    released,
    testRun,
  );
  await shop.patchStatus(kinds.snapshot, "shop-20261101-100000-000", {
    conditions: [
      condition("AppStudioIntegrationStatus", "True", "Finished"),
      condition("AppStudioTestSucceeded", "True", "Passed"),
      condition("AutoReleased", "True", "AutoReleased"),
    ],
  });
  await shop.patchStatus(kinds.snapshot, "shop-20261101-110000-000", {
    conditions: [condition("AppStudioIntegrationStatus", "Unknown", "InProgress")],
  });
}

test("what upstream promoted is what the list starts from, what it had in testing is taken up, and nothing is released twice", async (context) => {
  const { client } = connection;
  const namespace = `moved-${randomUUID().slice(0, 8)}`;
  await client.create(namespaceResource, { metadata: { name: namespace } });
  const tekton = playTekton(client, namespace);
  const shop = new Shop(client, namespace, tekton);
  let operator: OperatorProcess | undefined;
  context.onTestFinished(async () => {
    await operator?.stop();
    await tekton.stop();
  });
  const held = tekton.gate();
  tekton.play = ({ scenario: name }) => (name === "smoke" ? passes(held.afterMs) : passes());
  await leave(shop);
  const old = await shop.get("Snapshot", "shop-20261101-100000-000");
  operator = await startOperator({
    kubeconfig: controlPlane.kubeconfig,
    args: ["--watch-namespaces", namespace, "--no-provision-runner"],
  });

  // A test that upstream began ends under this operator, which lets its run go.
  held.open();
  tekton.play = () => passes();
  await shop.snapshotThat("shop-20261101-110000-000", "True Promoted");
  const run = await waitFor(
    "upstream's run is let go",
    () => shop.get("PipelineRun", "smoke-bbbbb"),
    (seen) => (seen?.metadata.finalizers ?? []).length === 0,
  );
  expect(run).toBeDefined();
  expect(await shop.testRuns()).toHaveLength(1);
  expect((await shop.candidateList())?.promoted.images).toEqual({
    frontend: image("frontend", "frontend-2"),
    backend: image("backend", "backend-0"),
    database: image("database", "database-0"),
  });

  // What upstream had finished is as it was, and has the one Release that it had.
  const finished = await shop.get("Snapshot", "shop-20261101-100000-000");
  expect(finished?.metadata.resourceVersion).toBe(old?.metadata.resourceVersion);
  expect((await shop.releases()).map(({ snapshot }) => snapshot).toSorted()).toEqual([
    "shop-20261101-100000-000",
    "shop-20261101-110000-000",
  ]);

  // Two builds race; the composite is made later than one of them is superseded, as with any CRDs.
  const both = tekton.gate();
  tekton.play = ({ images }) =>
    images.get("backend") === image("backend", "backend-1") ? passes(both.afterMs) : passes();
  await shop.build("backend", "backend-1");
  await shop.snapshotOf("backend-1");
  await shop.build("frontend", "frontend-3");
  await shop.outcomeOf("frontend-3", "True Promoted");
  both.open();
  tekton.play = () => passes();
  const superseded = await shop.outcomeOf("backend-1", "False SupersededByComposite");
  expect(superseded.message).toMatch(/Candidate since revision 3\. Carried on by Snapshot shop-composite-3$/);
  await shop.composite(3, "True Promoted");
  const before = (await shop.candidateList())!;
  expect(before.promoted.images).toEqual({
    frontend: image("frontend", "frontend-3"),
    backend: image("backend", "backend-1"),
    database: image("database", "database-0"),
  });

  // The CRD keeps nothing of the revision in the status, and still a list that is lost does not fall back to upstream's.
  await shop.remove(kinds.configMap, "shop-gcl");
  const after = await waitFor(
    "the list is made again",
    () => shop.candidateList(),
    (list) => list !== undefined,
  );
  expect(after?.candidates).toEqual(before.candidates);
  expect(after?.promoted.images).toEqual(before.promoted.images);
  await shop.build("database", "database-1");
  const next = await shop.outcomeOf("database-1", "True Promoted");
  expect(next.images).toEqual({ ...before.candidates, database: image("database", "database-1") });
  expect(await shop.releases()).toHaveLength(5);
});
