import { resources } from "../../src/api/group.ts";
import { annotations, finalizers, labels, pipelineTypes, snapshotTypes } from "../../src/api/labels.ts";
import { candidateListMark, ledgerKey } from "../../src/api/candidate-list.ts";
import { candidateListKey } from "../../src/cache/candidate-list.ts";
import type { KubeObject, Resource } from "../../src/kube/object.ts";
import { tektonResources } from "../../src/tekton/pipeline-run.ts";
import type { Configuration } from "./configuration.ts";
import type { Kind } from "./kinds.ts";
import type { OwnerKind } from "../../src/domain/owner.ts";
import { createObject, emptyWorld, find, namespace, nowMs, type World } from "./world.ts";

/** The Application or ComponentGroup under test, and the Application beside it. */
export const ownerName = "shop";
export const neighbour = "other";
const ownerKinds: readonly OwnerKind[] = ["Application", "ComponentGroup"];
const listNames = ownerKinds.map((kind) => candidateListKey({ kind, namespace, name: ownerName }).name);

/** The candidate list's ConfigMap: there is one owner under test. */
export function findList(world: World): KubeObject | undefined {
  return listNames.map((name) => find(world, "configmaps", name)).find((found) => found !== undefined);
}

export function isListName(name: string): boolean {
  return listNames.includes(name);
}

/** The version that a ComponentGroup has of each Component. */
const version = "v1";

/** Images as stories name them: `a1` is the first build of Component a, `a0` what it started with, `a9` an override's. */
export function imageOf(short: string): string {
  const digest = Array.from(short, (letter) => letter.charCodeAt(0).toString(16)).join("");
  return `registry.io/shop/${componentOf(short)}@sha256:${digest.padStart(64, "0")}`;
}

/** The short name of an image. */
export function shortOf(image: string): string {
  const hex = /sha256:0*([0-9a-f]*)$/.exec(image)?.[1] ?? "";
  return (hex.match(/../g) ?? []).map((pair) => String.fromCharCode(Number.parseInt(pair, 16))).join("");
}

export function componentOf(short: string): string {
  return short.replace(/\d+$/, "");
}

/** Which build an image is of; 0 for what is no build's. Builds are made in this order. */
export function buildNumberOf(short: string): number {
  const number = Number(/\d+$/.exec(short)?.[0] ?? 0);
  return number === overrideNumber ? 0 : number;
}

const overrideNumber = 9;

/** The world before the operator first looks at it. */
export function openingScene(configuration: Configuration): World {
  const { owner, builds, added, required, optional } = configuration;
  let world = emptyWorld(configuration.aging);
  const make = (kind: Kind, object: KubeObject): void => void ({ world } = createObject(world, kind, object));
  if (owner === "Application") make("applications", applicationObject(ownerName, configuration.coalesce));
  else make("componentgroups", groupObject(configuration));
  for (const name of Object.keys(builds))
    if (!added.includes(name)) make("components", componentObject(name, configuration));
  for (let index = 1; index <= required + optional; index++)
    make("integrationtestscenarios", scenarioObject(owner, index, index > required));
  make("releaseplans", object(resources.releasePlan, "plan", {}, { ...ownedBy(owner), target: "managed" }));
  for (const [name, count] of Object.entries(builds))
    for (let number = 1; number <= count; number++) make("pipelineruns", buildRun(owner, `${name}${String(number)}`));
  if (configuration.badNeighbour) {
    make("applications", applicationObject(neighbour, true));
    make("components", { ...componentObject("z", configuration), spec: { application: neighbour } } as KubeObject);
    make("pipelineruns", buildRun("Application", "z1"));
    make("configmaps", spoilt(neighbour));
  }
  return world;
}

export function componentObject(name: string, { owner, startingImages, held }: Configuration): KubeObject {
  const spec = {
    ...(owner === "Application" ? { application: ownerName } : {}),
    source: { git: { url: `https://git.io/${name}` } },
    ...(startingImages ? { containerImage: imageOf(`${name}0`) } : {}),
  };
  const component = object(resources.component, name, {}, spec);
  return held ? { ...component, metadata: { ...component.metadata, finalizers: [finalizers.component] } } : component;
}

/** How a ComponentGroup lists a Component. */
export function memberOf(name: string): object {
  return { name, componentVersion: { name: version } };
}

/** Its candidate list starts from what its status says, as upstream left it. */
function groupObject({ builds, startingImages, required, ordered, coalesce }: Configuration): KubeObject {
  const names = Object.keys(builds);
  const checks = Array.from({ length: ordered ? required - 1 : 0 }, (_, index) => index + 1);
  const graph = checks.map((check) => [
    `check${String(check + 1)}`,
    [{ name: `check${String(check)}`, failFast: true }],
  ]);
  const spec = { components: names.map(memberOf), testGraph: Object.fromEntries(graph) as object };
  const mirrored = names.map((name) => ({ name, version, lastPromotedImage: imageOf(`${name}0`) }));
  const made = withMode(object(resources.componentGroup, ownerName, {}, spec), coalesce);
  return startingImages ? ({ ...made, status: { globalCandidateList: mirrored } } as KubeObject) : made;
}

function ownedBy(owner: OwnerKind): object {
  return owner === "Application" ? { application: ownerName } : { componentGroup: ownerName };
}

/** A Snapshot that a person makes. */
export function overrideObject(owner: OwnerKind, name: string, components: readonly string[]): KubeObject {
  return object(
    resources.snapshot,
    name,
    { [labels.snapshotType]: snapshotTypes.override },
    {
      ...ownedBy(owner),
      components: components.map((component) => ({
        name: component,
        ...(owner === "Application" ? {} : { version }),
        containerImage: imageOf(`${component}${String(overrideNumber)}`),
        source: { git: { url: `https://git.io/${component}`, revision: "by-hand" } },
      })),
    },
  );
}

/** What a build or test run looks like when it has ended. */
export function endOfRun(succeeded: boolean, short?: string): object {
  const results =
    short === undefined
      ? []
      : [
          { name: "IMAGE_URL", value: imageOf(short).replace(/@.*/, ":latest") },
          { name: "IMAGE_DIGEST", value: imageOf(short).replace(/.*@/, "") },
          { name: "CHAINS-GIT_URL", value: `https://git.io/${componentOf(short)}` },
          { name: "CHAINS-GIT_COMMIT", value: short },
        ];
  return {
    conditions: [{ type: "Succeeded", status: succeeded ? "True" : "False", reason: "Ended" }],
    ...(results.length === 0 ? {} : { results }),
  };
}

function applicationObject(name: string, coalesce: boolean): KubeObject {
  return withMode(object(resources.application, name, {}, {}), coalesce);
}

function withMode(made: KubeObject, coalesce: boolean): KubeObject {
  return coalesce
    ? made
    : { ...made, metadata: { ...made.metadata, annotations: { [annotations.compositeMode]: "immediate" } } };
}

export function scenarioObject(owner: OwnerKind, index: number, isOptional: boolean): KubeObject {
  const spec = {
    ...ownedBy(owner),
    resolverRef: { resolver: "git", params: [{ name: "url", value: "https://git.io/tests" }] },
  };
  const own = isOptional ? { [labels.optional]: "true" } : {};
  return object(
    resources.integrationTestScenario,
    isOptional ? `extra${String(index)}` : `check${String(index)}`,
    own,
    spec,
  );
}

/** A later build is made a minute after the one before it. One of a version is for ComponentGroups. */
function buildRun(owner: OwnerKind, short: string): KubeObject {
  const createdAt = new Date(nowMs - 3_600_000 + buildNumberOf(short) * 60_000).toISOString().replace(".000", "");
  const own = { [labels.pipelinesType]: pipelineTypes.build, [labels.component]: componentOf(short) };
  const run = object(tektonResources.pipelineRun, `build-${short}`, own, {});
  return {
    ...run,
    metadata: {
      ...run.metadata,
      creationTimestamp: createdAt,
      ...(owner === "Application" ? {} : { annotations: { [annotations.version]: version } }),
    },
    status: { startTime: createdAt, conditions: [{ type: "Succeeded", status: "Unknown", reason: "Running" }] },
  } as KubeObject;
}

/** A candidate list that nobody can read. */
function spoilt(of: string): KubeObject {
  const map = object(
    { group: "", version: "v1", plural: "configmaps", kind: "ConfigMap", namespaced: true },
    candidateListKey({ kind: "Application", namespace, name: of }).name,
    {
      [candidateListMark.key]: candidateListMark.value,
      [labels.application]: of,
    },
  );
  return { ...map, data: { [ledgerKey]: "nonsense" } } as KubeObject;
}

function object(resource: Resource, name: string, own: Readonly<Record<string, string>>, spec?: object): KubeObject {
  const apiVersion = resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;
  return {
    apiVersion,
    kind: resource.kind,
    metadata: { name, labels: own },
    ...(spec === undefined ? {} : { spec }),
  } as KubeObject;
}
