import { expect, test } from "vitest";
import { renderTestRun, type TestRunInput } from "./render-test-run.ts";

type Texts = Readonly<Record<string, string>>;
type Over = Partial<Omit<TestRunInput, "snapshot" | "scenario">> & {
  readonly snapshot?: Partial<TestRunInput["snapshot"]>;
  readonly scenario?: Partial<TestRunInput["scenario"]>;
};

const owner = {
  apiVersion: "appstudio.redhat.com/v1alpha1",
  kind: "Snapshot",
  name: "shop-1",
  uid: "uid-1",
  controller: true,
  blockOwnerDeletion: true,
};
const pac = "pac.test.appstudio.openshift.io";
const own = "test.appstudio.openshift.io";

function render({ snapshot, scenario, ...over }: Over = {}) {
  const run = renderTestRun({
    name: "shop-1-e2e-x",
    isPullRequest: false,
    serviceAccount: "konflux-integration-runner",
    timeouts: {},
    ...over,
    snapshot: {
      name: "shop-1",
      namespace: "team",
      ownerLabel: { "appstudio.openshift.io/application": "shop" },
      labels: {},
      annotations: {},
      spec: { application: "shop", components: [] },
      owner,
      ...snapshot,
    },
    scenario: {
      name: "e2e",
      labels: {},
      annotations: {},
      resolver: "git",
      resolverParams: [],
      params: [],
      ...scenario,
    },
  });
  return run as typeof run & {
    readonly metadata: { readonly labels: Texts; readonly annotations: Texts };
    readonly spec: { readonly pipelineRef: { readonly params: readonly object[] }; readonly params: readonly object[] };
  };
}

test("a test run names its pipeline, its Snapshot, its scenario and its owner, and is held until its outcome is recorded", () => {
  const image = "quay.io/cart@sha256:1";
  const run = render({
    timeouts: { pipeline: "6h" },
    snapshot: {
      labels: { "appstudio.openshift.io/component": "cart", [`${pac}/event-type`]: "push" },
      annotations: { [`${pac}/repo-url`]: "https://git/cart" },
      spec: { application: "shop", components: [{ name: "cart", containerImage: image }] },
    },
    scenario: {
      labels: { [`${own}/optional`]: "true" },
      annotations: { [`${own}/tasks_timeout`]: "1h" },
      resolver: "bundles",
      resolverParams: [
        { name: "bundle", value: "quay.io/tests" },
        { name: "name", value: "e2e" },
      ],
      params: [
        { name: "URL", value: "https://shop" },
        { name: "BROWSERS", values: ["firefox", "chrome"] },
      ],
    },
  });
  expect(run).toEqual({
    apiVersion: "tekton.dev/v1",
    kind: "PipelineRun",
    metadata: {
      name: "shop-1-e2e-x",
      namespace: "team",
      labels: {
        "pipelines.appstudio.openshift.io/type": "test",
        "appstudio.openshift.io/snapshot": "shop-1",
        "test.appstudio.openshift.io/scenario": "e2e",
        "appstudio.openshift.io/application": "shop",
        "appstudio.openshift.io/component": "cart",
        "test.appstudio.openshift.io/optional": "true",
        "pac.test.appstudio.openshift.io/event-type": "push",
      },
      annotations: { [`${pac}/repo-url`]: "https://git/cart", [`${own}/tasks_timeout`]: "1h" },
      finalizers: ["test.appstudio.openshift.io/pipelinerun"],
      ownerReferences: [owner],
    },
    spec: {
      pipelineRef: {
        resolver: "bundles",
        params: [
          { name: "bundle", value: "quay.io/tests" },
          { name: "name", value: "e2e" },
        ],
      },
      params: [
        {
          name: "SNAPSHOT",
          value: `{"application":"shop","components":[{"name":"cart","containerImage":"${image}","source":{}}],"artifacts":{}}`,
        },
        { name: "URL", value: "https://shop" },
        { name: "BROWSERS", value: ["firefox", "chrome"] },
      ],
      timeouts: { pipeline: "6h0m0s", tasks: "1h0m0s" },
      taskRunTemplate: { serviceAccountName: "konflux-integration-runner" },
    },
  });
});

test("a test run of a Snapshot without labels and a scenario without anything optional has no empty fields but its timeouts", () => {
  const { metadata, spec } = render();
  expect(Object.keys(metadata.labels)).toHaveLength(4);
  expect([metadata.annotations, spec]).toMatchObject([{}, { timeouts: {}, pipelineRef: { params: [] } }]);
});

test.each([
  [`${pac}/sha`, true],
  [`${own}/pr-group-sha`, true],
  [`${own}/type`, true],
  ["build.appstudio.openshift.io/repo", true],
  ["build.appstudio.redhat.com/target_branch", true],
  ["custom.appstudio.openshift.io/team", true],
  [`${own}/run`, false],
  ["appstudio.openshift.io/build-pipelinerun", false],
  ["release.appstudio.openshift.io/auto-release", false],
  ["pipelinesascode.tekton.dev/sha", false],
  ["app.kubernetes.io/name", false],
  [`prefix.${own}/sha`, false],
])("whether the Snapshot's label %s is copied: %o", (key, expected) => {
  expect(Object.hasOwn(render({ snapshot: { labels: { [key]: "x" } } }).metadata.labels, key)).toBe(expected);
});

test.each([
  [`${pac}/repo-url`, true],
  [`${own}/pr-group`, true],
  [`${own}/source-repo-url`, true],
  ["build.appstudio.redhat.com/commit_sha", true],
  ["custom.appstudio.openshift.io/note", true],
  [`${own}/status`, false],
  [`${own}/create-snapshot-status`, false],
  [`${own}/gcl-revision`, false],
  ["appstudio.openshift.io/snapshot", false],
  ["kubectl.kubernetes.io/last-applied-configuration", false],
])("whether the Snapshot's annotation %s is copied: %o", (key, expected) => {
  expect(Object.hasOwn(render({ snapshot: { annotations: { [key]: "x" } } }).metadata.annotations, key)).toBe(expected);
});

test.each([
  [`${own}/pipeline_timeout`, true],
  ["appstudio.openshift.io/anything", true],
  ["build.appstudio.openshift.io/anything", true],
  ["kubectl.kubernetes.io/last-applied-configuration", false],
  ["team/annotation", false],
])("whether the scenario's annotation %s is copied: %o", (key, expected) => {
  expect(Object.hasOwn(render({ scenario: { annotations: { [key]: "x" } } }).metadata.annotations, key)).toBe(expected);
});

test("of a scenario's labels only the one that makes it optional is copied", () => {
  const labels = { [`${own}/optional`]: "false", [`${own}/other`]: "x", team: "y" };
  const copied = render({ scenario: { labels } }).metadata.labels;
  expect([copied[`${own}/optional`], copied[`${own}/other`], copied["team"]]).toEqual(["false", undefined, undefined]);
});

test("the scenario's annotations win over the Snapshot's, and nothing wins over what we say ourselves", () => {
  const run = render({
    snapshot: { labels: { [`${own}/scenario`]: "other" }, annotations: { [`${own}/pr-group`]: "snapshot" } },
    scenario: { annotations: { [`${own}/pr-group`]: "scenario" } },
  });
  expect(run.metadata.annotations[`${own}/pr-group`]).toBe("scenario");
  expect(run.metadata.labels[`${own}/scenario`]).toBe("e2e");
});

test.each([63, 64, 253])("names of %i characters can stand in labels, which are shorter", (length) => {
  const name = "n".repeat(length);
  const { labels } = render({ snapshot: { name }, scenario: { name } }).metadata;
  const values = [labels["appstudio.openshift.io/snapshot"], labels[`${own}/scenario`]];
  for (const value of values) expect(value).toMatch(/^n{51}[n0-9a-z-]{0,12}$/);
  expect(values.every((value) => value === name)).toBe(length === 63);
});

test.each<[string, Texts, string]>([
  [
    "its content by default",
    {},
    '{"application":"shop","components":[{"name":"c","containerImage":"i","source":{}}],"artifacts":{}}',
  ],
  ["its name when the scenario asks for that", { [`${own}/snapshot-param-as-name`]: "true" }, "shop-1"],
  [
    "its content when the scenario asks for something else",
    { [`${own}/snapshot-param-as-name`]: "yes" },
    '{"application":"shop","components":[{"name":"c","containerImage":"i","source":{}}],"artifacts":{}}',
  ],
])("the parameter SNAPSHOT comes first and is %s", (_what, annotations, expected) => {
  const spec = { application: "shop", components: [{ name: "c", containerImage: "i" }] };
  const run = render({ snapshot: { spec }, scenario: { annotations, params: [{ name: "A", value: "1" }] } });
  expect(run.spec.params).toEqual([
    { name: "SNAPSHOT", value: expected },
    { name: "A", value: "1" },
  ]);
});

test.each<[string, TestRunInput["scenario"]["params"][number], string | readonly string[]]>([
  ["a text", { name: "A", value: "1" }, "1"],
  ["a list", { name: "A", values: ["1", "2"] }, ["1", "2"]],
  ["an empty list", { name: "A", values: [] }, []],
  ["an empty text", { name: "A", value: "" }, ""],
  ["an empty text where nothing is given", { name: "A" }, ""],
])("a parameter of the scenario may be %s", (_what, param, value) => {
  expect(render({ scenario: { params: [param] } }).spec.params[1]).toEqual({ name: "A", value });
});

test.each<[string, Texts, object]>([
  ["the operator's by default", {}, { pipeline: "6h0m0s" }],
  [
    "its scenario's own",
    { [`${own}/pipeline_timeout`]: "1h", [`${own}/tasks_timeout`]: "30m", [`${own}/finally_timeout`]: "10m" },
    { pipeline: "1h0m0s", tasks: "30m0s", finally: "10m0s" },
  ],
  ["the operator's where its scenario's is garbage", { [`${own}/pipeline_timeout`]: "soon" }, { pipeline: "6h0m0s" }],
])("a run's timeouts are %s", (_what, annotations, timeouts) => {
  expect(render({ timeouts: { pipeline: "6h" }, scenario: { annotations } }).spec).toMatchObject({ timeouts });
});

const request: Texts = {
  [`${pac}/repo-url`]: "https://git/shop",
  [`${pac}/branch`]: "main",
  [`${pac}/source-repo-url`]: "https://git/fork",
  [`${pac}/sha`]: "abc",
};
const without = (key: string): Texts =>
  Object.fromEntries(Object.entries(request).filter(([each]) => each !== `${pac}/${key}`));
const from = (url: string, revision = "main"): TestRunInput["scenario"]["resolverParams"] => [
  { name: "url", value: url },
  { name: "revision", value: revision },
  { name: "pathInRepo", value: "e2e.yaml" },
];
const forked = from("https://git/fork.git", "abc");

test.each<[string, ReturnType<typeof from>, Texts, ReturnType<typeof from>]>([
  ["the pipeline is on the target branch", from("https://git/shop"), request, forked],
  ["only the scenario's url ends in .git", from("https://git/shop.git"), request, forked],
  [
    "only the request's url ends in .git",
    from("https://git/shop"),
    { ...request, [`${pac}/repo-url`]: "https://git/shop.git" },
    forked,
  ],
  ["only the scenario's url ends in a slash", from("https://git/shop/"), request, forked],
  [
    "only the request's url ends in slashes",
    from("https://git/shop"),
    { ...request, [`${pac}/repo-url`]: "https://git/shop//" },
    forked,
  ],
  [
    "the fork's url ends in a slash",
    from("https://git/shop"),
    { ...request, [`${pac}/source-repo-url`]: "https://git/fork/" },
    forked,
  ],
  [
    "the fork's url ends in .git",
    from("https://git/shop"),
    { ...request, [`${pac}/source-repo-url`]: "https://git/fork.git" },
    forked,
  ],
  [
    "the source is unknown: only the commit",
    from("https://git/shop"),
    without("source-repo-url"),
    from("https://git/shop", "abc"),
  ],
  [
    "the commit is unknown: only the repository",
    from("https://git/shop"),
    without("sha"),
    from("https://git/fork.git"),
  ],
])("a pull request is tested with its own pipeline when %s", (_when, resolverParams, annotations, expected) => {
  const run = render({ isPullRequest: true, snapshot: { annotations }, scenario: { resolverParams } });
  expect(run.spec.pipelineRef).toEqual({ resolver: "git", params: expected });
});

test.each<[string, Over]>([
  ["for a push", { isPullRequest: false }],
  ["from another resolver", { scenario: { resolver: "bundles" } }],
  ["from another repository", { scenario: { resolverParams: from("https://git/tests") } }],
  ["from a repository whose name begins the same", { scenario: { resolverParams: from("https://git/shop2") } }],
  ["from another branch", { scenario: { resolverParams: from("https://git/shop", "release-1") } }],
  [
    "when the scenario names no revision",
    { scenario: { resolverParams: from("https://git/shop").filter(({ name }) => name !== "revision") } },
  ],
  [
    "when the scenario names no url",
    { scenario: { resolverParams: from("https://git/shop").filter(({ name }) => name !== "url") } },
  ],
  ["when the target repository is unknown", { snapshot: { annotations: without("repo-url") } }],
  ["when the target branch is unknown", { snapshot: { annotations: without("branch") } }],
  [
    "when neither branch nor revision is known",
    {
      snapshot: { annotations: without("branch") },
      scenario: { resolverParams: [{ name: "url", value: "https://git/shop" }] },
    },
  ],
])("the pipeline stays as the scenario says %s", (_when, { snapshot, scenario, ...over }) => {
  const params = scenario?.resolverParams ?? from("https://git/shop");
  const run = render({
    isPullRequest: true,
    snapshot: { annotations: request, ...snapshot },
    scenario: { resolverParams: params, ...scenario },
    ...over,
  });
  expect(run.spec.pipelineRef.params).toEqual(params);
});

test("a fetched run keeps what it asks for, and becomes a test of this Snapshot", () => {
  const run = render({
    timeouts: { pipeline: "6h", tasks: "4h" },
    snapshot: { labels: { "appstudio.openshift.io/component": "cart" } },
    scenario: {
      annotations: { [`${own}/pipeline_timeout`]: "3h" },
      params: [{ name: "BROWSER", value: "firefox" }],
    },
    fetched: {
      labels: { team: "web", [`${own}/scenario`]: "somebody-elses", "pipelines.appstudio.openshift.io/type": "build" },
      annotations: { note: "kept", [`${own}/pipeline_timeout`]: "9h" },
      spec: {
        status: "PipelineRunPending",
        pipelineSpec: { tasks: [] },
        params: [
          { name: "SNAPSHOT", value: "not this" },
          { name: "BROWSER", value: "chrome" },
          { name: "SIZES", value: ["s", "m"] },
        ],
        timeouts: { pipeline: "2h", tasks: "1h" },
        taskRunTemplate: { serviceAccountName: "mine", podTemplate: { hostNetwork: false } },
        workspaces: [{ name: "source" }],
      },
    },
  });
  expect(run.metadata.labels).toMatchObject({
    team: "web",
    [`${own}/scenario`]: "e2e",
    "pipelines.appstudio.openshift.io/type": "test",
  });
  expect(run.metadata.annotations).toEqual({ note: "kept", [`${own}/pipeline_timeout`]: "3h" });
  expect(run.spec).toEqual({
    pipelineSpec: { tasks: [] },
    params: [
      { name: "SNAPSHOT", value: '{"application":"shop","artifacts":{}}' },
      { name: "BROWSER", value: "firefox" },
      { name: "SIZES", value: ["s", "m"] },
    ],
    timeouts: { pipeline: "3h0m0s", tasks: "1h0m0s" },
    taskRunTemplate: { serviceAccountName: "mine", podTemplate: { hostNetwork: false } },
    workspaces: [{ name: "source" }],
  });
});

test("a fetched run that names no service account gets ours", () => {
  const run = render({ fetched: { labels: {}, annotations: {}, spec: { pipelineRef: { name: "e2e" } } } });
  expect(run.spec).toMatchObject({
    pipelineRef: { name: "e2e" },
    taskRunTemplate: { serviceAccountName: "konflux-integration-runner" },
  });
});

test("a run says where people look at it, and not where they look at the build", () => {
  const snapshot = { annotations: { [`${pac}/log-url`]: "https://console/build" } };
  const consoleUrl = "https://console/ns/{{ .Namespace }}/pipelinerun/{{ .PipelineRunName }}";
  const shown = render({ snapshot, consoleUrl }).metadata.annotations;
  expect(shown).toEqual({ [`${pac}/log-url`]: "https://console/ns/team/pipelinerun/shop-1-e2e-x" });
  expect(render({ snapshot }).metadata.annotations).toEqual({});
});
