import { expect, test } from "vitest";
import { annotations, labels } from "../../src/api/labels.ts";
import { textOf, type ApiObject } from "./apiserver/json.ts";
import { startBystander } from "./hostile/bystander.ts";
import { namespace, types } from "./operator/definitions.ts";
import * as manifests from "./operator/manifests.ts";

const good = manifests.imageOf("evil-a", "evil-a.1");
const about = (name: string): object => ({ name, namespace });

/** A finished build of a Component; results that are undefined are left out. */
function build(own: Readonly<Record<string, string>>, results: Readonly<Record<string, string>>): object {
  return {
    ...types.pipelineRun,
    metadata: { ...about("evil-build"), labels: { [labels.pipelinesType]: "build", ...own } },
    status: {
      conditions: [{ type: "Succeeded", status: "True", reason: "Succeeded" }],
      results: Object.entries(results).map(([name, value]) => ({ name, value })),
    },
  };
}

const complete = {
  IMAGE_URL: "registry.example/a:1",
  IMAGE_DIGEST: good.split("@")[1] ?? "",
  "CHAINS-GIT_URL": "https://git.example/a",
  "CHAINS-GIT_COMMIT": "c",
};
const ofComponent = (name: string): Record<string, string> => ({ [labels.component]: name });

function snapshot(type: string | undefined, spec: object, own: Readonly<Record<string, string>> = {}): object {
  const typed = type === undefined ? {} : { [labels.snapshotType]: type };
  return { ...types.snapshot, metadata: { ...about("evil-snapshot"), labels: { ...typed, ...own } }, spec };
}

const listed = (name: string, containerImage: string): object => ({
  name,
  containerImage,
  source: { git: { url: "https://git.example/a", revision: "c" } },
});

function scenario(spec: object): object {
  return { ...types.scenario, metadata: about("evil-check"), spec: { application: "evil", ...spec } };
}

const member = (kind: "component" | "componentGroup", name: string): object =>
  kind === "component" ? { kind, name, componentVersion: { name: "v1" } } : { kind, name };

function group(spec: object): object {
  return { ...types.componentGroup, metadata: about("evil-group"), spec: { components: [], ...spec } };
}

/** Each waits for the one before it, and the first for the last. */
const circle = { one: [{ name: "three" }], two: [{ name: "one" }], three: [{ name: "two" }] };

function list(own: Readonly<Record<string, string>>, data: object): object {
  return { ...types.configMap, metadata: { ...about("evil-gcl"), labels: own }, data };
}

const mark = { "app.kubernetes.io/component": "global-candidate-list", [labels.application]: "evil" };

/** What a person could have meant, and what must be said about it, wherever a person would look. */
test.each<[string, object, RegExp]>([
  [
    "a build without a digest",
    build(ofComponent("evil-a"), { ...complete, IMAGE_DIGEST: "" }),
    /Missing info IMAGE_DIGEST from pipelinerun evil-build/,
  ],
  [
    "a build without any results",
    build(ofComponent("evil-a"), {}),
    /Missing info IMAGE_URL from pipelinerun evil-build/,
  ],
  [
    "a build with a short digest",
    build(ofComponent("evil-a"), { ...complete, IMAGE_DIGEST: "sha256:12" }),
    /sha256:12 is invalid container image digest from component evil-a/,
  ],
  [
    "a build of a Component that is not there",
    build(ofComponent("evil-x"), complete),
    /Component evil-x of pipelinerun evil-build does not exist/,
  ],
  [
    "a build of a Component whose Application is not there",
    build(ofComponent("evil-lost"), complete),
    /Application nobody of Component evil-lost does not exist/,
  ],
  ["a build that names no Component", build({}, complete), /has no label appstudio.openshift.io\/component/],
  [
    "a Component of an Application that is not there",
    manifests.component("evil-lost", "nobody", false),
    /Application nobody does not exist: builds of this Component are not tested/,
  ],
  [
    "a scenario with an empty resolver",
    scenario({ resolverRef: { resolver: "", params: [] } }),
    /spec.resolverRef.resolver is empty/,
  ],
  [
    "a scenario with a nameless parameter",
    scenario({ resolverRef: { resolver: "git", params: [{ name: "", value: "x" }] } }),
    /parameter in spec.resolverRef.params has no name/,
  ],
  [
    "a scenario that resolves to something else",
    scenario({ resolverRef: { resolver: "git", params: [], resourceKind: "task" } }),
    /resourceKind can only be pipeline/,
  ],
  [
    "a scenario of an Application that is not there",
    scenario({ application: "nobody", resolverRef: { resolver: "git", params: [] } }),
    /Failed to get application for Scenario/,
  ],
  [
    "an override with an image without a digest",
    snapshot("override", { application: "evil", components: [listed("evil-a", "registry.example/a:latest")] }),
    /containerImage of component evil-a is invalid/,
  ],
  [
    "an override of a Component that is not there",
    snapshot("override", { application: "evil", components: [listed("evil-x", good)] }),
    /component evil-x does not exist in the Application/,
  ],
  [
    "an override that lists a Component twice",
    snapshot("override", { application: "evil", components: [listed("evil-a", good), listed("evil-a", good)] }),
    /component evil-a is listed more than once/,
  ],
  [
    "an override without a source",
    snapshot("override", { application: "evil", components: [{ name: "evil-a", containerImage: good }] }),
    /component evil-a has no source.git.url/,
  ],
  ["an override of nothing", snapshot("override", { application: "evil", components: [] }), /lists no components/],
  [
    "a Snapshot of an Application that is not there",
    snapshot("override", { application: "nobody", components: [listed("evil-a", good)] }),
    /application nobody owning this snapshot doesn't exist/,
  ],
  [
    "a Snapshot of a type that nobody knows",
    snapshot("overide", { application: "evil", components: [listed("evil-a", good)] }),
    /type "overide" are tested, never promoted/,
  ],
  [
    "a component Snapshot that names no Component",
    snapshot("component", { application: "evil", components: [listed("evil-a", good)] }),
    /does not say which Component's build it is for/,
  ],
  [
    "a composite that a person made",
    snapshot("composite", { application: "evil", components: [listed("evil-a", good)] }),
    /was not made from a revision/,
  ],
  [
    "a ComponentGroup with a Component that is not there",
    group({ components: [member("component", "evil-x")] }),
    /Component evil-x in spec.components does not exist/,
  ],
  [
    "a ComponentGroup with a group that is not there",
    group({ components: [member("componentGroup", "evil-x")] }),
    /ComponentGroup evil-x in spec.components of evil-group does not exist/,
  ],
  [
    "a ComponentGroup whose scenarios wait for each other in a circle",
    group({ testGraph: circle }),
    /these scenarios do not wait for each other: one, three, two/,
  ],
  [
    "a ComponentGroup whose scenarios wait for one that is not there",
    group({ testGraph: { one: [{ name: "evil-x" }] } }),
    /names scenarios that do not exist in the ComponentGroup and are ignored: evil-x, one/,
  ],
  ["a candidate list that is no JSON", list(mark, { _ledger: "nonsense" }), /data\["_ledger"\] is not JSON/],
  ["a candidate list without a ledger", list(mark, {}), /data\["_ledger"\] is missing/],
])("says what is wrong with %s", async (_what, object, said) => {
  const bystander = startBystander(1, [2_000]);
  const { stage, flaws } = bystander;
  const { server, clock } = stage;
  server.put(manifests.application("evil", false));
  server.put(manifests.component("evil-a", "evil", false));
  if (said.source.includes("evil-lost does not")) server.put(manifests.component("evil-lost", "nobody", false));
  await clock.advance(1_000);
  server.put(object);
  await clock.advance(30_000);
  expect(
    everythingSaid(
      server.all(types.event),
      [types.pipelineRun, types.snapshot, types.scenario, types.componentGroup].flatMap((type) => server.all(type)),
    ),
  ).toMatch(said);
  await bystander.end();
  expect(flaws).toEqual([]);
});

/** All that a person could read: Events, conditions and the annotations that carry messages. */
function everythingSaid(events: readonly ApiObject[], objects: readonly ApiObject[]): string {
  const told = objects.map(({ metadata, status }) => [
    metadata.annotations?.[annotations.createSnapshotStatus],
    metadata.annotations?.[annotations.testStatus],
    JSON.stringify(status ?? {}).replaceAll('\\"', '"'),
  ]);
  return [...events.map(({ message }) => textOf(message)), ...told.flat()].join("\n");
}
