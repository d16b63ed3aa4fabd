import { resources } from "../../src/api/group.ts";
import { annotations, finalizers, labels, pipelineTypes, snapshotTypes } from "../../src/api/labels.ts";
import { candidateListMark, ledgerKey } from "../../src/api/candidate-list.ts";
import { candidateListKey } from "../../src/cache/candidate-list.ts";
import type { KubeObject, Resource } from "../../src/kube/object.ts";
import { tektonResources } from "../../src/tekton/pipeline-run.ts";
import type { Configuration } from "./configuration.ts";
import type { Kind } from "./kinds.ts";
import { createObject, emptyWorld, namespace, nowMs, type World } from "./world.ts";

/** The Application under test, and the one beside it. */
export const application = "shop";
export const neighbour = "other";
export const listName = candidateListKey({ kind: "Application", namespace, name: application }).name;

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
  const { builds, added, required, optional } = configuration;
  let world = emptyWorld(configuration.aging);
  const make = (kind: Kind, object: KubeObject): void => void ({ world } = createObject(world, kind, object));
  make("applications", applicationObject(application, configuration.coalesce));
  for (const name of Object.keys(builds))
    if (!added.includes(name)) make("components", componentObject(name, configuration));
  for (let index = 1; index <= required + optional; index++)
    make("integrationtestscenarios", scenarioObject(application, index, index > required));
  make("releaseplans", object(resources.releasePlan, "plan", {}, { application, target: "managed" }));
  for (const [name, count] of Object.entries(builds))
    for (let number = 1; number <= count; number++) make("pipelineruns", buildRun(`${name}${String(number)}`));
  if (configuration.badNeighbour) {
    make("applications", applicationObject(neighbour, true));
    make("components", { ...componentObject("z", configuration), spec: { application: neighbour } } as KubeObject);
    make("pipelineruns", buildRun("z1"));
    make("configmaps", spoilt(neighbour));
  }
  return world;
}

export function componentObject(name: string, { startingImages, held }: Configuration): KubeObject {
  const spec = {
    application,
    source: { git: { url: `https://git.io/${name}` } },
    ...(startingImages ? { containerImage: imageOf(`${name}0`) } : {}),
  };
  const component = object(resources.component, name, {}, spec);
  return held ? { ...component, metadata: { ...component.metadata, finalizers: [finalizers.component] } } : component;
}

/** A Snapshot that a person makes. */
export function overrideObject(name: string, components: readonly string[]): KubeObject {
  return object(
    resources.snapshot,
    name,
    { [labels.snapshotType]: snapshotTypes.override },
    {
      application,
      components: components.map((component) => ({
        name: component,
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
  const made = object(resources.application, name, {}, {});
  return coalesce
    ? made
    : { ...made, metadata: { ...made.metadata, annotations: { [annotations.compositeMode]: "immediate" } } };
}

function scenarioObject(of: string, index: number, isOptional: boolean): KubeObject {
  const spec = {
    application: of,
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

/** A later build is made a minute after the one before it. */
function buildRun(short: string): KubeObject {
  const createdAt = new Date(nowMs - 3_600_000 + buildNumberOf(short) * 60_000).toISOString().replace(".000", "");
  const own = { [labels.pipelinesType]: pipelineTypes.build, [labels.component]: componentOf(short) };
  const run = object(tektonResources.pipelineRun, `build-${short}`, own, {});
  return {
    ...run,
    metadata: { ...run.metadata, creationTimestamp: createdAt },
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
