import { annotations, labels, pipelineTypes, snapshotTypes } from "../../../src/api/labels.ts";
import { namespace, types } from "./definitions.ts";
import { nameOf, ownerField, versionOf, type OwnerId } from "./owners.ts";
import type { PlannedOwner, TestOrder } from "./workload.ts";

type Texts = Readonly<Record<string, string>>;

/** The image of a build, or of whatever else has a short name such as `shop-a.3`; the name can be read from it again. */
export function imageOf(component: string, short: string): string {
  return `registry.example/${nameOf(component)}@sha256:${Buffer.from(short).toString("hex").padStart(64, "0")}`;
}

/** The short name of an image. */
export function shortOf(image: string): string {
  const digits = /sha256:(?:00)*([0-9a-f]*)$/.exec(image)?.[1] ?? "";
  return Buffer.from(digits, "hex").toString() || image;
}

export function application(name: string, immediate: boolean): object {
  return object(types.application, { name, annotations: mode(immediate) }, { displayName: name });
}

/** A ComponentGroup. Its candidate list starts from what its status says, as upstream left it. */
export function componentGroup({
  name,
  immediate,
  listed,
  inner,
  graph,
  startingImages,
}: Pick<PlannedOwner, "name" | "immediate" | "listed" | "inner" | "graph" | "startingImages">): object {
  const spec = {
    components: [...listed.map(listing), ...inner.map((each) => ({ name: each, kind: "componentGroup" }))],
    ...(graph.size === 0 ? {} : { testGraph: graphOf(graph) }),
  };
  const made = object(types.componentGroup, { name, annotations: mode(immediate) }, spec);
  return startingImages ? { ...made, status: { globalCandidateList: listed.map(startingEntry) } } : made;
}

/** How a ComponentGroup lists the version of a Component. */
export function listing(key: string): object {
  const version = versionOf(key) ?? "";
  return { name: nameOf(key), componentVersion: { name: version, version } };
}

function startingEntry(key: string): object {
  const name = nameOf(key);
  return {
    name,
    version: versionOf(key),
    url: `https://git.example/${name}`,
    lastPromotedImage: imageOf(key, `${shortNameOf(key)}.0`),
    lastPromotedCommit: "main",
  };
}

function graphOf(graph: TestOrder): object {
  return Object.fromEntries(graph);
}

function mode(immediate: boolean): Texts {
  return immediate ? { [annotations.compositeMode]: "immediate" } : {};
}

/** What the builds of a Component are called after, which names of objects can hold. */
export function shortNameOf(component: string): string {
  return component.replace("@", "-");
}

/** A Component of an Application, or of none. */
export function component(name: string, of: string | undefined, startingImage: boolean): object {
  return object(
    types.component,
    { name },
    {
      componentName: name,
      ...(of === undefined ? {} : { application: of }),
      source: { git: { url: `https://git.example/${name}` } },
      ...(startingImage ? { containerImage: imageOf(name, `${name}.0`) } : {}),
    },
  );
}

export interface ScenarioManifest {
  readonly name: string;
  readonly owner: OwnerId;
  readonly optional: boolean;
  readonly contexts: readonly string[];
}

export function scenario({ name, owner, optional, contexts }: ScenarioManifest): object {
  return object(
    types.scenario,
    { name, labels: optional ? { [labels.optional]: "true" } : {} },
    {
      ...ownerField(owner),
      resolverRef: { resolver: "git", params: [{ name: "url", value: "https://git.example/tests" }] },
      ...(contexts.length === 0 ? {} : { contexts: contexts.map((context) => ({ name: context })) }),
    },
  );
}

export function releasePlan(name: string, owner: OwnerId, auto: boolean): object {
  return object(
    types.releasePlan,
    { name, labels: auto ? {} : { [labels.autoRelease]: "false" } },
    {
      ...ownerField(owner),
      target: "managed",
    },
  );
}

/** Components of a Snapshot that a person makes: pull specs by Component. */
export interface HandMade {
  readonly name: string;
  readonly owner: OwnerId;
  readonly typed: boolean;
  readonly images: ReadonlyMap<string, string>;
}

export function snapshot({ name, owner, typed, images }: HandMade): object {
  const type = typed ? { [labels.snapshotType]: snapshotTypes.override } : {};
  return object(
    types.snapshot,
    { name, labels: type },
    {
      ...ownerField(owner),
      components: [...images].map(([each, containerImage]) => ({
        name: nameOf(each),
        ...(versionOf(each) === undefined ? {} : { version: versionOf(each) }),
        containerImage,
        source: { git: { url: `https://git.example/${nameOf(each)}`, revision: "by-hand" } },
      })),
    },
  );
}

/** A build that has begun; one of a version is for ComponentGroups. */
export function buildRun(build: {
  readonly name: string;
  readonly component: string;
  readonly sequence: number | undefined;
  readonly pullRequest: boolean;
  readonly merges: boolean;
}): object {
  const { name, sequence, pullRequest } = build;
  const version = versionOf(build.component);
  const number = pullRequest || build.merges ? { [labels.pacPullRequest]: "7" } : {};
  const event = { [labels.pacEventType]: pullRequest ? "pull_request" : "push", ...number };
  const own = { [labels.pipelinesType]: pipelineTypes.build, [labels.component]: nameOf(build.component), ...event };
  const said = {
    ...(version === undefined ? {} : { [annotations.version]: version }),
    ...(sequence === undefined ? {} : { [annotations.buildSequence]: String(sequence) }),
    // All pull requests come from one branch, so that they are one group.
    ...(pullRequest ? { [annotations.pacSourceBranch]: "feature" } : {}),
    [annotations.pacRepoUrl]: `https://git.example/${nameOf(build.component)}`,
  };
  return object(types.pipelineRun, { name, labels: own, annotations: said }, { pipelineRef: { name: "docker-build" } });
}

export function buildResults(of: string, short: string): readonly object[] {
  const [url = "", digest = ""] = imageOf(of, short).split("@");
  return Object.entries({
    IMAGE_URL: `${url}:latest`,
    IMAGE_DIGEST: digest,
    "CHAINS-GIT_URL": `https://git.example/${nameOf(of)}`,
    "CHAINS-GIT_COMMIT": short,
  }).map(([name, value]) => ({ name, value }));
}

function object(
  type: object,
  metadata: { readonly name: string; readonly labels?: Texts; readonly annotations?: Texts },
  spec: object,
): object {
  return { ...type, metadata: { ...metadata, namespace }, spec };
}
