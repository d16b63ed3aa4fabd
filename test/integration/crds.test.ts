import { KubeConfig } from "@kubernetes/client-node";
import { randomUUID } from "node:crypto";
import type { RequestOptions } from "node:https";
import { Agent, request } from "undici";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { parse } from "yaml";
import { renderCrds } from "../../scripts/generate-crds.ts";
import { group, resources, type Resource } from "../../src/api/group.ts";
import { kinds } from "../../src/api/kinds.ts";
import { limits } from "../../src/api/schema.ts";

interface Answer {
  readonly status: number;
  readonly warning: string | undefined;
  // The answers of an API server are whatever the path says they are.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

const config = new KubeConfig();
let server = "";
let agent: Agent;
let authorization: Record<string, string> = {};
const namespace = `crds-${randomUUID().slice(0, 8)}`;

async function send(
  method: "GET" | "POST" | "PUT" | "PATCH",
  path: string,
  body?: unknown,
  headers = {},
): Promise<Answer> {
  const type = method === "PATCH" ? "application/apply-patch+yaml" : "application/json";
  const response = await request(server + path, {
    method,
    dispatcher: agent,
    headers: { accept: "application/json", "content-type": type, ...authorization, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const warning = response.headers["warning"];
  return { status: response.statusCode, warning: warning?.toString(), body: jsonOrText(await response.body.text()) };
}

/** A path that is not served yet is answered in plain text. */
function jsonOrText(text: string): unknown {
  return text.startsWith("{") ? JSON.parse(text) : text;
}

const collection = ({ version, plural }: Resource): string =>
  `/apis/${group}/${version}/namespaces/${namespace}/${plural}`;

function manifest(resource: Resource, name: string, parts: object): object {
  return { apiVersion: `${group}/${resource.version}`, kind: resource.kind, metadata: { name }, ...parts };
}

/** Creates an object the strict way: the API server refuses fields that its schema does not know. */
const create = (resource: Resource, name: string, parts: object): Promise<Answer> =>
  send("POST", `${collection(resource)}?fieldValidation=Strict`, manifest(resource, name, parts));

const get = (resource: Resource, name: string): Promise<Answer> => send("GET", `${collection(resource)}/${name}`);

/** Replaces an object by what the given function makes of it. */
async function update(
  resource: Resource,
  name: string,
  change: (object: Answer["body"]) => void,
  subresource = "",
): Promise<Answer> {
  const { body } = await get(resource, name);
  change(body);
  return send("PUT", `${collection(resource)}/${name}${subresource}?fieldValidation=Strict`, body);
}

/** What the API server answered to each manifest. */
const installed: { readonly file: string; readonly answer: Answer }[] = [];

beforeAll(async () => {
  config.loadFromFile(inject("kubeconfig"));
  server = config.getCurrentCluster()!.server;
  const { connect, headers } = await credentialsOf(config);
  agent = new Agent({ connect });
  authorization = headers;
  for (const [file, text] of renderCrds()) {
    const crd = parse(text) as { metadata: { name: string } };
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${crd.metadata.name}`;
    const answer = await send("PATCH", `${path}?fieldManager=crds-test&force=true&fieldValidation=Strict`, crd);
    installed.push({ file, answer });
  }
  await vi.waitUntil(areServed, { timeout: 30_000, interval: 100 });
  await send("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
}, 60_000);

async function areServed(): Promise<boolean> {
  const answers = await Promise.all(Object.values(resources).map((resource) => send("GET", collection(resource))));
  return answers.every(({ status }) => status === 200);
}

test("the API server takes every manifest without a warning", () => {
  expect(installed).toHaveLength(kinds.length);
  for (const { file, answer } of installed) {
    const { status, warning, body } = answer;
    expect({ file, ok: status < 300, warning, problem: status < 300 ? undefined : body.message }).toEqual({
      file,
      ok: true,
    });
  }
});

afterAll(() => agent.close());

/** Finds out how to be let in, by certificate or by token. */
async function credentialsOf(kubeConfig: KubeConfig): Promise<{ connect: object; headers: Record<string, string> }> {
  const options: RequestOptions = {};
  await kubeConfig.applyToHTTPSOptions(options);
  const { ca, cert, key, headers } = options;
  const connect = Object.fromEntries(Object.entries({ ca, cert, key }).filter(([, value]) => value !== undefined));
  return { connect, headers: (headers ?? {}) as Record<string, string> };
}

test.each(kinds)("the API server accepts every name of $resource.kind", async ({ resource }) => {
  const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${resource.plural}.${group}`;
  const conditions = (await send("GET", path)).body.status.conditions;
  expect(conditions).toContainEqual(expect.objectContaining({ type: "NamesAccepted", status: "True" }));
});

const condition = (type: string, status: string, reason: string, message: string): object => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: "2026-08-01T10:00:00Z",
  observedGeneration: 1,
});
const conditions = [condition("Ready", "True", "AllGood", "All is good.")];
const digest = `sha256:${"a".repeat(64)}`;
const gitSource = {
  url: "https://example.com/shop/cart.git",
  revision: "0123abcd",
  context: "cart",
  devfileUrl: "https://example.com/devfile.yaml",
  dockerfileUrl: "https://example.com/Dockerfile",
};
const pipelines = { push: { "pipelinespec-from-bundle": { bundle: "latest", name: "docker-build" } } };
const source = {
  git: gitSource,
  url: "https://example.com/shop/cart.git",
  dockerfileUri: "Dockerfile",
  versions: [
    {
      name: "v1",
      revision: "main",
      context: ".",
      dockerfileUri: "Dockerfile",
      "skip-builds": true,
      "build-pipeline": pipelines,
    },
  ],
};
const pipelineRef = {
  resolver: "git",
  params: [{ name: "url", value: "https://example.com" }],
  ociStorage: "quay.io/x",
};

/** Every field that upstream's objects of July 2024 and August 2026 may have. */
const complete: readonly [Resource, { spec: object; status: object }][] = [
  [
    resources.application,
    {
      spec: {
        displayName: "Shop",
        description: "A shop.",
        appModelRepository: { url: "https://example.com/model.git", branch: "main", context: "." },
        gitOpsRepository: { url: "https://example.com/gitops.git", branch: "main", context: "." },
      },
      status: { conditions, devfile: "schemaVersion: 2.2.0" },
    },
  ],
  [
    resources.component,
    {
      spec: {
        componentName: "cart",
        application: "shop",
        source,
        containerImage: `quay.io/shop/cart@${digest}`,
        secret: "git",
        resources: { limits: { cpu: "1", memory: "1Gi" }, requests: { cpu: "100m" } },
        replicas: 2,
        targetPort: 8080,
        route: "cart.example.com",
        env: [
          { name: "A", value: "b" },
          { name: "C", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
        ],
        skipGitOpsResourceGeneration: true,
        "build-nudges-ref": ["checkout"],
        actions: { "trigger-push-build": "v1", "create-pipeline-configuration-pr": { "all-versions": true } },
        "skip-offboarding-pr": true,
        "default-build-pipeline": pipelines,
        "repository-settings": { "comment-strategy": "disable_all", "github-app-token-scope-repos": ["a"] },
      },
      status: {
        conditions,
        lastBuiltCommit: "0123abcd",
        lastPromotedImage: `quay.io/shop/cart@${digest}`,
        containerImage: "quay.io/shop/cart",
        webhook: "https://example.com/hook",
        devfile: "schemaVersion: 2.2.0",
        gitops: {
          repositoryURL: "https://example.com/gitops.git",
          branch: "main",
          context: ".",
          commitID: "1",
          resourceGenerationSkipped: true,
        },
        "build-nudged-by": ["base"],
        message: "All is good.",
        "pac-repository": "cart",
        "repository-settings": { "comment-strategy": "disable_all" },
        versions: [{ name: "v1", revision: "main", "onboarding-status": "succeeded", "skip-builds": false }],
      },
    },
  ],
  [
    resources.snapshot,
    {
      spec: {
        application: "shop",
        componentGroup: "shops",
        displayName: "Shop",
        displayDescription: "All of it.",
        components: [{ name: "cart", version: "v1", containerImage: `quay.io/shop/cart@${digest}`, source }],
        artifacts: { unstableFields: { anything: [1, "two", { three: true }] } },
      },
      status: {
        conditions,
        candidateList: { revision: 7, composite: "shop-composite-8" },
        parentSnapshots: { mall: { created: true, name: "mall-1", err: "" } },
      },
    },
  ],
  [
    resources.integrationTestScenario,
    {
      spec: {
        application: "shop",
        componentGroup: "",
        resolverRef: {
          resolver: "git",
          params: [
            { name: "url", value: "https://example.com/tests.git" },
            { name: "pathInRepo", value: "smoke.yaml" },
          ],
          resourceKind: "pipelinerun",
        },
        params: [{ name: "one", value: "a" }, { name: "many", values: ["a", "b"] }, { name: "none" }],
        contexts: [{ name: "composite", description: "What is tested together." }],
        dependents: ["later"],
        bundle: "quay.io/org/tests:1",
        pipeline: "smoke",
        environment: {
          name: "staging",
          type: "POC",
          configuration: { env: [{ name: "A", value: "b" }] },
          params: ["a"],
        },
      },
      status: { conditions },
    },
  ],
  [
    resources.componentGroup,
    {
      spec: {
        components: [
          { name: "cart", kind: "Component", componentVersion: { name: "v1", version: "main", context: "cart" } },
          { name: "web", kind: "componentGroup" },
        ],
        testGraph: { e2e: [{ name: "smoke", failFast: true }] },
        snapshotCreator: { taskRef: { resolver: "git", params: [{ name: "url", value: "https://example.com" }] } },
      },
      status: {
        conditions,
        globalCandidateList: [
          {
            name: "cart",
            version: "v1",
            url: "https://example.com/shop/cart.git",
            lastPromotedImage: `quay.io/shop/cart@${digest}`,
            lastPromotedCommit: "0123abcd",
            lastPromotedBuildTime: "2026-08-01T10:00:00Z",
          },
        ],
      },
    },
  ],
  [
    resources.releasePlan,
    {
      spec: {
        application: "shop",
        componentGroup: "",
        target: "managed",
        releaseGracePeriodDays: 3,
        data: { anything: { goes: 1 } },
        pipeline: { pipelineRef },
        tenantPipeline: {
          pipelineRef,
          serviceAccountName: "release",
          taskRunSpecs: [{ pipelineTaskName: "a" }],
          timeouts: { pipeline: "1h" },
        },
        finalPipeline: { pipelineRef, params: [{ name: "a", value: "b" }] },
        collectors: {
          items: [{ name: "a", type: "git", params: [], timeout: 60 }],
          secrets: ["s"],
          serviceAccountName: "sa",
        },
      },
      status: { conditions, releasePlanAdmission: { name: "managed/shop", active: true } },
    },
  ],
  [
    resources.release,
    {
      spec: { snapshot: "shop-1", releasePlan: "stage", data: { releaseNotes: { cves: [] } }, gracePeriodDays: 7 },
      status: {
        conditions,
        automated: true,
        target: "managed",
        artifacts: { images: [] },
        attribution: { author: "ada", standingAuthorization: true },
        collectors: { managed: {} },
        collectorsProcessing: { tenantCollectorsProcessing: { pipelineRun: "a/b" } },
        managedProcessing: {
          pipelineRun: "a/b",
          roleBindings: { tenantRoleBinding: "a/b" },
          startTime: "2026-08-01T10:00:00Z",
        },
        managedPipelineAttempts: [{ pipelineRun: "a/b" }],
        tenantProcessing: { pipelineRun: "a/b" },
        finalProcessing: { pipelineRun: "a/b" },
        validation: { failedPostValidation: false, time: "2026-08-01T10:00:00Z" },
        startTime: "2026-08-01T10:00:00Z",
        completionTime: "2026-08-01T10:00:00Z",
        expirationTime: "2026-08-01T10:00:00Z",
      },
    },
  ],
];

test.each(complete)("$kind keeps every field that upstream knows", async (resource, { spec, status }) => {
  const name = `complete-${resource.kind.toLowerCase()}`;
  expect(await create(resource, name, { spec })).toMatchObject({ status: 201, warning: undefined });
  const written = await update(resource, name, (object) => Object.assign(object, { status }), "/status");
  expect(written).toMatchObject({ status: 200, warning: undefined });
  const { body } = await get(resource, name);
  expect(body.spec).toEqual(spec);
  expect(body.status).toEqual(status);
});

const {
  application,
  component,
  componentGroup,
  snapshot,
  integrationTestScenario: scenario,
  releasePlan,
  release,
} = resources;
const bundles = { resolver: "bundles", params: [] };
const git = (params: Record<string, string>): object => ({
  spec: {
    application: "shop",
    resolverRef: { resolver: "git", params: Object.entries(params).map(([name, value]) => ({ name, value })) },
  },
});
const url = "https://example.com/tests.git";

describe("accepts what upstream accepts", () => {
  test.each<[string, Resource, object]>([
    ["a Component without a name or a source", component, { spec: {} }],
    ["a Component of no Application", component, { spec: { application: "", componentName: "" } }],
    ["a Snapshot without a spec", snapshot, {}],
    [
      "a Snapshot of a ComponentGroup, as Go writes it",
      snapshot,
      {
        spec: {
          application: "",
          componentGroup: "g",
          artifacts: {},
          components: [{ name: "a", version: "", containerImage: "", source: {} }],
        },
      },
    ],
    [
      "a Snapshot whose image has no digest, for the operator to judge",
      snapshot,
      { spec: { application: "shop", components: [{ name: "a", containerImage: "quay.io/a:latest" }] } },
    ],
    [
      "a Snapshot with two versions of one Component",
      snapshot,
      { spec: { components: ["1", "2"].map((version) => ({ name: "a", version, containerImage: "b" })) } },
    ],
    ["a scenario of a ComponentGroup", scenario, { spec: { componentGroup: "g", resolverRef: bundles } }],
    [
      "a scenario with repo and org",
      scenario,
      git({ repo: "tests", org: "shop", serverURL: "https://example.com", token: "git-token" }),
    ],
    ["a scenario whose unused alternative is empty", scenario, git({ url, repo: "", org: "" })],
    [
      "a scenario with another resolver and a blank around a value",
      scenario,
      {
        spec: { application: "shop", resolverRef: { resolver: "hub", params: [{ name: "url", value: " ftp://x " }] } },
      },
    ],
    ["a ReleasePlan of a ComponentGroup", releasePlan, { spec: { componentGroup: "g" } }],
    ["a Release of nothing but names", release, { spec: { snapshot: "s", releasePlan: "p" } }],
  ])("%s", async (sentence, resource, parts) => {
    expect(await create(resource, nameOf(sentence), parts)).toMatchObject({ status: 201, warning: undefined });
  });
});

describe("refuses, and names the field", () => {
  test.each<[string, Resource, object, string]>([
    ["an Application without a name for people", application, { spec: {} }, "spec.displayName: Required value"],
    ["an Application without a spec", application, {}, "spec: Required value"],
    [
      "a Component with a name that is no name",
      component,
      { spec: { componentName: "Cart" } },
      "spec.componentName: Invalid value",
    ],
    [
      "a Snapshot whose component has no name",
      snapshot,
      { spec: { components: [{ containerImage: "a" }] } },
      "spec.components[0].name: Required value",
    ],
    [
      "a Snapshot whose component has no image",
      snapshot,
      { spec: { components: [{ name: "a" }] } },
      "spec.components[0].containerImage: Required value",
    ],
    [
      "a Snapshot with a field nobody knows",
      snapshot,
      { spec: { aplication: "shop" } },
      'unknown field "spec.aplication"',
    ],
    [
      "a scenario of nobody",
      scenario,
      { spec: { resolverRef: bundles } },
      "exactly one of spec.application and spec.componentGroup",
    ],
    [
      "a scenario of two owners",
      scenario,
      { spec: { application: "a", componentGroup: "g", resolverRef: bundles } },
      "exactly one of spec.application and spec.componentGroup",
    ],
    [
      "a ComponentGroup's component without a version",
      componentGroup,
      { spec: { components: [{ name: "cart" }] } },
      "componentVersion in spec.components must be set for a component",
    ],
    [
      "a ComponentGroup's group with a version",
      componentGroup,
      { spec: { components: [{ name: "web", kind: "ComponentGroup", componentVersion: { name: "v1" } }] } },
      "componentVersion in spec.components must be set for a component, and must not be for a componentGroup",
    ],
    [
      "a ComponentGroup's member of another kind",
      componentGroup,
      { spec: { components: [{ name: "web", kind: "application", componentVersion: { name: "v1" } }] } },
      "kind in spec.components must be component or componentGroup",
    ],
    [
      "a ComponentGroup that is in itself",
      componentGroup,
      { spec: { components: [{ name: nameOf("a ComponentGroup that is in itself"), kind: "componentGroup" }] } },
      "spec.components must not name the ComponentGroup itself",
    ],
    ["a ComponentGroup without components", componentGroup, { spec: {} }, "spec.components: Required value"],
    [
      "a scenario that runs after itself",
      componentGroup,
      { spec: { components: [], testGraph: { e2e: [{ name: "e2e" }] } } },
      "spec.testGraph must not let a scenario run after itself",
    ],
    [
      "two scenarios that run after each other",
      componentGroup,
      { spec: { components: [], testGraph: { e2e: [{ name: "smoke" }], smoke: [{ name: "e2e" }] } } },
      "spec.testGraph must not let two scenarios run after each other",
    ],
    ["a scenario without a pipeline", scenario, { spec: { application: "shop" } }, "spec.resolverRef must be set"],
    [
      "a scenario with a bundle but no pipeline",
      scenario,
      { spec: { application: "shop", bundle: "b" } },
      "spec.resolverRef must be set",
    ],
    [
      "a scenario without a resolver",
      scenario,
      { spec: { application: "shop", resolverRef: { params: [] } } },
      "spec.resolverRef.resolver: Required value",
    ],
    [
      "a scenario that sets SNAPSHOT",
      scenario,
      { spec: { application: "shop", resolverRef: bundles, params: [{ name: "SNAPSHOT" }] } },
      "spec.params must not define SNAPSHOT",
    ],
    [
      "a git resolver with url and repo",
      scenario,
      git({ url, repo: "tests", org: "shop" }),
      "spec.resolverRef.params: with resolver git, set either url",
    ],
    [
      "a git resolver with repo but no org",
      scenario,
      git({ repo: "tests" }),
      "spec.resolverRef.params: with resolver git, set either url",
    ],
    [
      "a git resolver with neither",
      scenario,
      git({ revision: "main" }),
      "spec.resolverRef.params: with resolver git, set either url",
    ],
    [
      "a git resolver with plain http",
      scenario,
      git({ url: "http://example.com" }),
      "spec.resolverRef.params: with resolver git, url and serverURL",
    ],
    [
      "a git resolver with a serverURL that is none",
      scenario,
      git({ repo: "a", org: "b", serverURL: "https://exa mple" }),
      "spec.resolverRef.params: with resolver git, url and serverURL",
    ],
    [
      "a git resolver with a token that is no Secret's name",
      scenario,
      git({ url, token: "My_Token" }),
      "spec.resolverRef.params: with resolver git, token",
    ],
    [
      "a git resolver with a blank before a value",
      scenario,
      git({ url, revision: " main" }),
      "spec.resolverRef.params: with resolver git, values must not begin or end with blanks",
    ],
    [
      "a git resolver with a newline after a value",
      scenario,
      git({ url, pathInRepo: "a.yaml\n" }),
      "spec.resolverRef.params: with resolver git, values must not begin or end with blanks",
    ],
    [
      "a ReleasePlan of nobody",
      releasePlan,
      { spec: { target: "t" } },
      "exactly one of spec.application and spec.componentGroup",
    ],
    [
      "a ReleasePlan of two owners",
      releasePlan,
      { spec: { application: "a", componentGroup: "g" } },
      "exactly one of spec.application and spec.componentGroup",
    ],
    ["a Release without a Snapshot", release, { spec: { releasePlan: "p" } }, "spec.snapshot: Required value"],
    [
      "a Release of a name too long",
      release,
      { spec: { snapshot: "s".repeat(64), releasePlan: "p" } },
      "spec.snapshot: Too long",
    ],
  ])("%s", async (sentence, resource, parts, problem) => {
    const answer = await create(resource, nameOf(sentence), parts);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body.message).toContain(problem);
  });

  test.each([
    [
      "a scenario whose name begins with a digit",
      scenario,
      "1st",
      { spec: { application: "shop", resolverRef: bundles } },
    ],
    [
      "a scenario whose name has a dot",
      scenario,
      "smoke.test",
      { spec: { application: "shop", resolverRef: bundles } },
    ],
    [
      "a scenario whose name is too long",
      scenario,
      "s".repeat(64),
      { spec: { application: "shop", resolverRef: bundles } },
    ],
    ["a Release whose name is too long", release, "r".repeat(64), { spec: { snapshot: "s", releasePlan: "p" } }],
  ])("%s", async (_sentence, resource, name, parts) => {
    expect(await create(resource, name, parts)).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining("metadata.name must") },
    });
  });
});

const cart = { name: "cart", containerImage: `quay.io/shop/cart@${digest}` };

describe("what was tested stays what it was", () => {
  beforeAll(async () => {
    await create(snapshot, "fixed", {
      spec: { application: "shop", components: [{ ...cart, source: { git: gitSource } }] },
    });
    await create(release, "fixed", { spec: { snapshot: "s", releasePlan: "p", gracePeriodDays: 1 } });
  });

  test.each<[string, Resource, (spec: Answer["body"]) => void, string]>([
    [
      "another image",
      snapshot,
      (spec) => (spec.components[0].containerImage = "other"),
      "spec.components cannot be changed",
    ],
    [
      "another commit",
      snapshot,
      (spec) => (spec.components[0].source.git.revision = "other"),
      "spec.components cannot be changed",
    ],
    [
      "one Component more",
      snapshot,
      (spec) => spec.components.push({ ...cart, name: "checkout" }),
      "spec.components cannot be changed",
    ],
    ["no components", snapshot, (spec) => delete spec.components, "spec.components cannot be changed"],
    ["another Application", snapshot, (spec) => (spec.application = "other"), "spec.application cannot be changed"],
    ["no Application", snapshot, (spec) => delete spec.application, "spec.application cannot be changed"],
    ["a Release of another Snapshot", release, (spec) => (spec.snapshot = "other"), "spec.snapshot cannot be changed"],
    [
      "a Release by another plan",
      release,
      (spec) => (spec.releasePlan = "other"),
      "spec.releasePlan cannot be changed",
    ],
    [
      "a Release kept for longer",
      release,
      (spec) => (spec.gracePeriodDays = 2),
      "spec.gracePeriodDays cannot be changed",
    ],
  ])("%s is refused", async (_sentence, resource, change, problem) => {
    const answer = await update(resource, "fixed", (object) => change(object.spec));
    expect(answer).toMatchObject({ status: 422, body: { message: expect.stringContaining(problem) } });
  });

  test("empty fields that Go clients add are no change", async () => {
    await create(snapshot, "by-hand", { spec: { application: "shop", components: [cart] } });
    const answer = await update(snapshot, "by-hand", ({ spec }) => {
      Object.assign(spec, { artifacts: {}, displayName: "Shop" });
      Object.assign(spec.components[0], { source: {}, version: "" });
    });
    expect(answer).toMatchObject({ status: 200, warning: undefined });
  });

  test(`a Snapshot of ${limits.snapshotComponents} components can be made, and labelled afterwards`, async () => {
    const components = Array.from({ length: limits.snapshotComponents }, (_, index) => ({
      ...cart,
      name: `cart-${index}`,
      source: { git: gitSource },
    }));
    expect(await create(snapshot, "huge", { spec: { application: "shop", components } })).toMatchObject({
      status: 201,
    });
    const labelled = await update(snapshot, "huge", (object) => (object.metadata.labels = { a: "b" }));
    expect(labelled).toMatchObject({ status: 200 });
    const changed = await update(snapshot, "huge", ({ spec }) => (spec.components.at(-1).containerImage = "other"));
    expect(changed).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining("spec.components cannot be changed") },
    });
  });
});

test("a scenario that exists can be updated even where a new one would be refused", async () => {
  await create(scenario, "old", git({ url }));
  const answer = await update(scenario, "old", ({ spec }) => (spec.params = [{ name: "SNAPSHOT", value: "" }]));
  expect(answer.status).toBe(200);
});

describe("versions of IntegrationTestScenario", () => {
  const v1alpha1: Resource = { ...scenario, version: "v1alpha1" };
  const v1beta1: Resource = { ...scenario, version: "v1beta1" };
  const old = {
    application: "shop",
    bundle: "quay.io/org/tests:1",
    pipeline: "smoke",
    environment: { name: "staging", type: "POC" },
  };

  test.each([v1alpha1, v1beta1])("$version warns whoever uses it", async (resource) => {
    expect((await send("GET", collection(resource))).warning).toContain(
      "use appstudio.redhat.com/v1beta2 with spec.resolverRef",
    );
  });

  test("what was written as v1alpha1 reads as v1beta2 with nothing lost, and survives an update there", async () => {
    expect(await create(v1alpha1, "from-alpha", { spec: old })).toMatchObject({ status: 201 });
    expect((await get(scenario, "from-alpha")).body.spec).toEqual(old);
    expect(await update(scenario, "from-alpha", ({ metadata }) => (metadata.labels = { a: "b" }))).toMatchObject({
      status: 200,
    });
    expect((await get(v1alpha1, "from-alpha")).body.spec).toEqual(old);
  });

  test("what was written as v1beta2 survives an update by a v1alpha1 client", async () => {
    const spec = {
      application: "shop",
      resolverRef: { ...bundles, resourceKind: "pipeline" },
      contexts: [{ name: "push" }],
    };
    await create(scenario, "from-beta", { spec });
    expect(await update(v1alpha1, "from-beta", ({ metadata }) => (metadata.labels = { a: "b" }))).toMatchObject({
      status: 200,
    });
    expect((await get(scenario, "from-beta")).body.spec).toEqual(spec);
  });

  test("a resolver fetches a pipeline unless it says otherwise", async () => {
    await create(scenario, "defaulted", { spec: { application: "shop", resolverRef: bundles } });
    expect((await get(scenario, "defaulted")).body.spec.resolverRef.resourceKind).toBe("pipeline");
  });
});

describe("for people", () => {
  test("kubectl get shows what became of a Snapshot, and why", async () => {
    await create(snapshot, "shown", {
      metadata: {
        name: "shown",
        labels: { "test.appstudio.openshift.io/type": "component", "appstudio.openshift.io/component": "cart" },
      },
      spec: { application: "shop" },
    });
    const status = {
      conditions: [
        condition("AppStudioIntegrationStatus", "True", "Finished", "Done."),
        condition("AppStudioTestSucceeded", "True", "Passed", "All passed."),
        condition("Promoted", "False", "SupersededByComposite", "Composite shop-8 carries it on."),
      ],
      candidateList: { revision: 7 },
    };
    await update(snapshot, "shown", (object) => Object.assign(object, { status }), "/status");
    const table = { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" };
    const { body } = await send("GET", `${collection(snapshot)}/shown`, undefined, table);
    const shown = Object.fromEntries(
      body.columnDefinitions.map((column: { name: string }, index: number) => [column.name, body.rows[0].cells[index]]),
    );
    expect(shown).toEqual({
      Name: "shown",
      Application: "shop",
      Type: "component",
      Component: "cart",
      Status: "Finished",
      Tests: "Passed",
      Promoted: "False",
      Why: "SupersededByComposite",
      Age: expect.any(String),
      Revision: 7,
      Message: "Composite shop-8 carries it on.",
    });
  });

  test("Snapshots can be selected by their Application", async () => {
    await create(snapshot, "of-another", { spec: { application: "another" } });
    const { body } = await send("GET", `${collection(snapshot)}?fieldSelector=spec.application%3Danother`);
    expect(body.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(["of-another"]);
  });

  test.each(kinds)("kubectl explain has a sentence for every field of $resource.kind", async ({ resource }) => {
    const { body } = await send("GET", `/openapi/v3/apis/${group}/${resource.version}`);
    const schemas: Record<string, Answer["body"]> = body.components.schemas;
    const schema = Object.values(schemas).find(
      (each) => each["x-kubernetes-group-version-kind"]?.[0].kind === resource.kind,
    );
    expect(schema.description).toMatch(/\.$/);
    for (const part of ["spec", "status"]) {
      expect(schema.properties[part].description).toMatch(/\.$/);
      for (const [field, { description }] of Object.entries<Answer["body"]>(schema.properties[part].properties)) {
        expect(description, `${resource.kind} ${part}.${field}`).toMatch(/\w.*[.`]$/);
      }
    }
  });
});

/** A name for the object of a test, from the test's own sentence. */
function nameOf(sentence: string): string {
  return sentence
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 60)
    .replace(/-+$/, "");
}
