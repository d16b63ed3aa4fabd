import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { parse } from "yaml";
import type { KubeObject } from "../../../src/kube/object.ts";
import { connect, type Connection } from "../support/connection.ts";
import { Kubectl } from "../support/kubectl.ts";
import { namespaceResource } from "../support/manifests.ts";

// Every field of upstream's kinds, as upstream of July 2024 and of August 2026 has them, survives these CRDs.
const namespace = `fields-${randomUUID().slice(0, 8)}`;
const kubectl = new Kubectl(namespace);
let connection: Connection;

beforeAll(async () => {
  connection = connect(inject("kubeconfig"));
  await connection.client.create(namespaceResource, { metadata: { name: namespace } });
});
afterAll(() => connection.close());

const digest = `sha256:${"a".repeat(64)}`;

const july2024 = {
  Application: `
apiVersion: appstudio.redhat.com/v1alpha1
kind: Application
metadata: { name: old }
spec:
  displayName: Old shop
  description: As it was.
  appModelRepository: { url: "https://git.example/model", branch: main, context: / }
  gitOpsRepository: { url: "https://git.example/gitops", branch: main, context: / }
`,
  Component: `
apiVersion: appstudio.redhat.com/v1alpha1
kind: Component
metadata:
  name: old-cart
  finalizers: [test.appstudio.openshift.io/component]
spec:
  componentName: old-cart
  application: old
  secret: git-token
  containerImage: quay.io/shop/cart@${digest}
  build-nudges-ref: [old-checkout]
  replicas: 1
  targetPort: 8080
  route: cart.example
  skipGitOpsResourceGeneration: true
  resources: { requests: { cpu: 10m, memory: 64Mi }, limits: { cpu: "1" } }
  env: [{ name: LEVEL, value: debug }]
  source:
    git:
      url: https://git.example/shop/cart
      revision: main
      context: ./
      devfileUrl: https://git.example/shop/cart/devfile.yaml
      dockerfileUrl: Dockerfile
`,
  Snapshot: `
apiVersion: appstudio.redhat.com/v1alpha1
kind: Snapshot
metadata: { name: old-x7k2p }
spec:
  application: old
  displayName: Old
  displayDescription: As it was.
  components:
    - name: old-cart
      containerImage: quay.io/shop/cart@${digest}
      source: { git: { url: "https://git.example/shop/cart", revision: 0123abc, context: ./, dockerfileUrl: Dockerfile } }
  artifacts: { unstableFields: { "binding": { "anything": [1, "two"] } } }
`,
  IntegrationTestScenario: `
apiVersion: appstudio.redhat.com/v1beta1
kind: IntegrationTestScenario
metadata:
  name: old-e2e
  labels: { test.appstudio.openshift.io/optional: "false" }
spec:
  application: old
  environment:
    name: staging
    type: POC
    configuration: { env: [{ name: LEVEL, value: debug }] }
  contexts: [{ name: application, description: Application testing }]
  params: [{ name: LEVEL, value: debug }, { name: SIZES, values: [s, m] }]
  resolverRef:
    resolver: git
    params:
      - { name: url, value: "https://git.example/tests" }
      - { name: revision, value: main }
      - { name: pathInRepo, value: e2e.yaml }
`,
  ReleasePlan: `
apiVersion: appstudio.redhat.com/v1alpha1
kind: ReleasePlan
metadata:
  name: old-plan
  labels: { release.appstudio.openshift.io/auto-release: "true" }
spec:
  application: old
  target: managed
  releaseGracePeriodDays: 7
  data: { mapping: { components: [{ name: old-cart }] } }
  pipelineRef: { resolver: git, params: [{ name: url, value: "https://git.example/release" }] }
  serviceAccount: release
`,
  Release: `
apiVersion: appstudio.redhat.com/v1alpha1
kind: Release
metadata: { name: old-release }
spec: { snapshot: old-x7k2p, releasePlan: old-plan, gracePeriodDays: 7, data: { a: 1 } }
`,
} as const;

const august2026 = {
  Application: `
apiVersion: appstudio.redhat.com/v1alpha1
kind: Application
metadata: { name: new }
spec: { displayName: New shop }
`,
  Component: `
apiVersion: appstudio.redhat.com/v1alpha1
kind: Component
metadata:
  name: new-cart
  annotations: { test.appstudio.openshift.io/lastbuilttime: "1785000000" }
spec:
  containerImage: quay.io/shop/cart
  actions:
    trigger-push-build: main
    trigger-push-builds: [main, v1]
    create-pipeline-configuration-pr: { all-versions: true, version: main }
  skip-offboarding-pr: true
  default-build-pipeline: { pull-and-push: { pipelinespec-from-bundle: { name: docker-build, bundle: latest } } }
  repository-settings: { comment-strategy: disable_all, github-app-token-scope-repos: [shop/lib] }
  source:
    url: https://git.example/shop/cart
    dockerfileUri: Dockerfile
    versions:
      - { name: main, revision: main, context: ./, dockerfileUri: Dockerfile, skip-builds: true }
      - name: v1
        revision: release-v1
        build-pipeline: { push: { pipelineref-by-name: docker-build } }
`,
  Snapshot: `
apiVersion: appstudio.redhat.com/v1alpha1
kind: Snapshot
metadata: { name: new-20260801-101500-123 }
spec:
  componentGroup: group
  components:
    - name: new-cart
      version: main
      containerImage: quay.io/shop/cart@${digest}
      source: { git: { url: "https://git.example/shop/cart", revision: 0123abc, context: ./ } }
  artifacts: {}
`,
  IntegrationTestScenario: `
apiVersion: appstudio.redhat.com/v1beta2
kind: IntegrationTestScenario
metadata:
  name: new-e2e
  annotations:
    test.appstudio.openshift.io/kind: enterprise-contract
    test.appstudio.openshift.io/pipeline_timeout: 2h
spec:
  componentGroup: group
  dependents: [new-later]
  contexts: [{ name: component_new-cart, description: One Component }]
  params: [{ name: NONE }]
  resolverRef:
    resolver: git
    resourceKind: pipelinerun
    params:
      - { name: org, value: shop }
      - { name: repo, value: tests }
      - { name: revision, value: main }
      - { name: pathInRepo, value: e2e.yaml }
      - { name: serverURL, value: "https://git.example" }
      - { name: token, value: git-token }
`,
  ReleasePlan: `
apiVersion: appstudio.redhat.com/v1alpha1
kind: ReleasePlan
metadata:
  name: new-plan
  annotations: { release.appstudio.openshift.io/auto-release: "updatedComponentIs('new-cart')" }
spec:
  componentGroup: group
  target: managed
  releaseGracePeriodDays: 30
  data: { releaseNotes: { type: RHEA } }
  collectors:
    serviceAccountName: collector
    secrets: [jira]
    items: [{ name: jira, type: jira, timeout: 60, params: [{ name: url, value: "https://jira.example" }] }]
  tenantPipeline:
    serviceAccountName: tenant
    pipelineRef: { resolver: git, ociStorage: quay.io/x, useEmptyDir: true, params: [{ name: url, value: "https://a" }] }
    params: [{ name: a, value: b }]
    taskRunSpecs: [{ pipelineTaskName: a, computeResources: { limits: { memory: 1Gi } } }]
    timeouts: { pipeline: 1h, tasks: 30m, finally: 10m }
  finalPipeline:
    serviceAccountName: final
    pipelineRef: { resolver: bundles, params: [{ name: bundle, value: quay.io/final }] }
`,
  Release: `
apiVersion: appstudio.redhat.com/v1alpha1
kind: Release
metadata:
  name: new-release
  labels: { release.appstudio.openshift.io/automated: "true" }
spec: { snapshot: new-20260801-101500-123, releasePlan: new-plan, gracePeriodDays: 30 }
`,
} as const;

/** What these kinds' status says, beyond conditions. */
const statuses = {
  Component: {
    lastBuiltCommit: "0123abc",
    lastPromotedImage: `quay.io/shop/cart@${digest}`,
    containerImage: "quay.io/shop/cart",
    webhook: "https://hook.example",
    devfile: "schemaVersion: 2.2.0",
    gitops: { repositoryURL: "https://git.example/gitops", branch: "main", context: "/", commitID: "1" },
    "build-nudged-by": ["base"],
    message: "fine",
    "pac-repository": "cart",
    "repository-settings": { "comment-strategy": "disable_all" },
    versions: [{ name: "main", revision: "main", "onboarding-status": "succeeded", "configuration-merge-url": "x" }],
  },
  Snapshot: { parentSnapshots: { mall: { created: true, name: "mall-1", err: "" } } },
  Application: { conditions: [], devfile: "schemaVersion: 2.2.0" },
  Release: { automated: true, target: "managed", tenantProcessing: { pipelineRun: "a/b" }, artifacts: { images: [1] } },
  ReleasePlan: { releasePlanAdmission: { name: "managed/shop", active: true } },
  IntegrationTestScenario: {
    conditions: [
      {
        type: "IntegrationTestScenarioValid",
        status: "True",
        reason: "Valid",
        message: "IntegrationTestScenario is Valid.",
        lastTransitionTime: "2026-08-01T10:00:00Z",
      },
    ],
  },
} as const;

type Kind = keyof typeof july2024;
interface Whole extends KubeObject {
  readonly kind: Kind;
  readonly spec: object;
  readonly status?: object;
}

describe.each([
  ["July 2024", july2024],
  ["August 2026", august2026],
])("of upstream of %s", (_when, manifests) => {
  test.each(Object.entries(manifests))("a whole %s loses nothing", async (kind, yaml) => {
    const written = parse(yaml) as Whole;
    await kubectl.apply(yaml);
    const { name } = written.metadata;
    const patch = JSON.stringify({ status: statuses[kind as Kind] });
    await kubectl.run("patch", kind, name, "--subresource=status", "--type=merge", `--patch=${patch}`);
    const read = await kubectl.get<Whole>(kind, name);
    expect(read.spec).toMatchObject(written.spec);
    expect(read.status).toMatchObject(statuses[kind as Kind]);
    expect(read.metadata).toMatchObject({ ...written.metadata });
    // What a client does that reads, changes one thing and writes it all back.
    await kubectl.run("annotate", kind, name, "seen=yes");
    expect((await kubectl.get<Whole>(kind, name)).spec).toEqual(read.spec);
  });
});

test.each(["hasapp", "ha", "app", "hascmp", "hc", "cmp", "comp", "as", "snapshot", "its", "rp", "rel"])(
  "kubectl get %s works",
  async (name) => {
    await expect(kubectl.run("get", name)).resolves.toContain("NAME");
  },
);

test("kubectl get shows the columns that upstream shows", async () => {
  const columns = async (kind: string): Promise<string> => (await kubectl.run("get", kind)).split("\n")[0] ?? "";
  expect(await columns("applications")).toMatch(/STATUS +REASON .*AGE/);
  expect(await columns("components")).toMatch(/STATUS +REASON +TYPE +AGE/);
  expect(await columns("integrationtestscenarios")).toMatch(/APPLICATION +COMPONENTGROUP/);
  expect(await columns("releaseplans")).toMatch(/APPLICATION +COMPONENTGROUP +TARGET/);
  expect(await columns("releases")).toMatch(/SNAPSHOT +RELEASEPLAN +RELEASE STATUS .*AGE/);
});
