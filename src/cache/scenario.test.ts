import { expect, test } from "vitest";
import type { KubeObject, ObjectMeta } from "../kube/object.ts";
import { projectScenario, scenarioIndexes } from "./scenario.ts";

function project(spec: object, metadata: Partial<ObjectMeta> = {}, status: object = {}) {
  return projectScenario({
    metadata: { name: "e2e", namespace: "ns", ...metadata },
    spec: { application: "shop", ...spec },
    status,
  } as KubeObject);
}

const params = [{ name: "url", value: "https://git/tests" }];

test.each<[string, object]>([
  ["names a resolver and its parameters", { resolverRef: { resolver: "git", params } }],
  ["names a resolver without parameters", { resolverRef: { resolver: "mine", params: [] } }],
  ["says that it is a pipeline", { resolverRef: { resolver: "git", params, resourceKind: "pipeline" } }],
  ["says so in other letters", { resolverRef: { resolver: "git", params, resourceKind: "Pipeline" } }],
  ["fetches a whole PipelineRun", { resolverRef: { resolver: "git", params, resourceKind: "pipelinerun" } }],
  ["leaves the kind empty", { resolverRef: { resolver: "git", params, resourceKind: "" } }],
  ["has parameters with empty values", { resolverRef: { resolver: "git", params: [{ name: "url", value: "" }] } }],
  ["names a bundle, as in v1alpha1", { bundle: "quay.io/tests", pipeline: "e2e" }],
])("a scenario that %s can be run", (_what, spec) => {
  expect(project(spec).facts).toEqual({ name: "e2e", optional: false, contexts: [] });
});

test.each<[string, object, string]>([
  ["names no pipeline", {}, "it names no pipeline: set spec.resolverRef"],
  ["names only a bundle", { bundle: "quay.io/tests" }, "it names no pipeline: set spec.resolverRef"],
  ["names only a pipeline of a bundle", { pipeline: "e2e" }, "it names no pipeline: set spec.resolverRef"],
  ["has an empty resolver", { resolverRef: { resolver: "", params } }, "spec.resolverRef.resolver is empty"],
  ["has a blank resolver", { resolverRef: { resolver: " ", params } }, "spec.resolverRef.resolver is empty"],
  [
    "has an empty resolver beside a bundle",
    { resolverRef: { resolver: "", params }, bundle: "b", pipeline: "p" },
    "spec.resolverRef.resolver is empty",
  ],
  [
    "names something else",
    { resolverRef: { resolver: "git", params, resourceKind: "task" } },
    "unrecognized resolver type 'task': spec.resolverRef.resourceKind can only be pipeline or pipelinerun",
  ],
  [
    "has a parameter without a name",
    { resolverRef: { resolver: "git", params: [...params, { name: " ", value: "" }] } },
    "a parameter in spec.resolverRef.params has no name",
  ],
])("a scenario that %s cannot be run, and it is said why", (_what, spec, problem) => {
  expect(project(spec).facts.problem).toBe(problem);
});

test.each([
  ["pipelinerun", true],
  ["PipelineRun", true],
  ["pipeline", false],
  ["", false],
])("what a scenario of kind '%s' fetches is a run: %s", (resourceKind, fetchesRun) => {
  expect(project({ resolverRef: { resolver: "git", params, resourceKind } })).toMatchObject({ fetchesRun });
});

test("a scenario of v1alpha1 is run by the resolver for bundles", () => {
  const resolverParams = [
    { name: "bundle", value: "quay.io/tests" },
    { name: "name", value: "e2e" },
    { name: "kind", value: "pipeline" },
  ];
  expect(project({ bundle: "quay.io/tests", pipeline: "e2e" })).toMatchObject({ resolver: "bundles", resolverParams });
});

test("all that its runs are made from is kept", () => {
  const labels = { "test.appstudio.openshift.io/optional": "true" };
  const annotations = { "test.appstudio.openshift.io/tasks_timeout": "1h" };
  const conditions = [
    { type: "IntegrationTestScenarioValid", status: "True", reason: "Valid", message: "", lastTransitionTime: "t" },
  ];
  const spec = {
    resolverRef: { resolver: "git", params },
    params: [{ name: "A", value: "1" }],
    contexts: [{ name: "push" }, { name: "composite", description: "d" }],
  };
  expect(project(spec, { labels, annotations }, { conditions })).toMatchObject({
    owner: { kind: "Application", namespace: "ns", name: "shop" },
    deleting: false,
    facts: { name: "e2e", optional: true, contexts: ["push", "composite"] },
    resolver: "git",
    resolverParams: params,
    params: [{ name: "A", value: "1" }],
    labels,
    annotations,
    conditions,
  });
});

test.each([
  ["true", true],
  ["false", false],
  ["True", false],
  ["", false],
])("whether a scenario labelled optional=%o is optional: %o", (label, optional) => {
  expect(project({}, { labels: { "test.appstudio.openshift.io/optional": label } }).facts.optional).toBe(optional);
});

test.each<[string, object, Partial<ObjectMeta>, readonly string[]]>([
  ["its Application", {}, {}, ["Application/ns/shop"]],
  ["its ComponentGroup", { application: "", componentGroup: "g" }, {}, ["ComponentGroup/ns/g"]],
  ["nothing when it has no Application", { application: "" }, {}, []],
  ["nothing when it is being deleted", {}, { deletionTimestamp: "2026-11-01T12:00:00Z" }, []],
])("a scenario is found by %s", (_what, spec, metadata, expected) => {
  expect(scenarioIndexes.byOwner(project(spec, metadata))).toEqual(expected);
});

test.each<[string, readonly string[], boolean]>([
  ["by the finalizer of old releases", ["test.appstudio.openshift.io/scenario"], true],
  ["not by a finalizer of others", ["other"], false],
])("a scenario is held %s", (_how, finalizers, held) => {
  expect(project({}, { finalizers })).toMatchObject({ finalizers, held });
});
