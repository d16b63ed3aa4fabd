import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { resources } from "../../../src/api/group.ts";
import { configMapResource } from "../../../src/cache/candidate-list.ts";
import { credentialResources } from "../../../src/controllers/git-status/credential-kinds.ts";
import { runnerKinds } from "../../../src/controllers/scenario/runner.ts";
import type { KubeObject, Resource } from "../../../src/kube/object.ts";
import { tektonResources } from "../../../src/tekton/pipeline-run.ts";
import { resolutionRequestResource } from "../../../src/tekton/resolution.ts";

/** Where namespaces are served. */
export const namespaceResource: Resource = {
  group: "",
  version: "v1",
  plural: "namespaces",
  kind: "Namespace",
  namespaced: false,
};

/** An object of any kind, as a test writes it. */
export interface Manifest extends KubeObject {
  readonly spec?: object;
}

type Metadata = Omit<Manifest["metadata"], "name">;

const known: readonly Resource[] = [
  ...Object.values(resources),
  ...Object.values(tektonResources),
  ...Object.values(credentialResources),
  resolutionRequestResource,
  ...Object.values(runnerKinds),
  configMapResource,
  { group: "", version: "v1", plural: "events", kind: "Event", namespaced: true },
];

/** Where a kind is served. */
export function resourceOf({ kind }: KubeObject): Resource {
  const resource = known.find((each) => each.kind === kind);
  if (resource === undefined) throw new Error(`No test has a use for kind ${kind ?? "(none)"}`);
  return resource;
}

/** The objects of config/samples. */
export async function sampleObjects(): Promise<readonly Manifest[]> {
  const folder = join(import.meta.dirname, "../../../config/samples");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".yaml"));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Manifest));
}

export function application(name: string, metadata: Metadata = {}): Manifest {
  return manifest(resources.application, name, { metadata, spec: { displayName: name } });
}

export function component(name: string, ofApplication: string, spec: object = {}): Manifest {
  const source = { git: { url: `https://git.example/${ofApplication}/${name}` } };
  return manifest(resources.component, name, {
    spec: { componentName: name, application: ofApplication, source, ...spec },
  });
}

export function scenario(
  name: string,
  ofApplication: string,
  { metadata, ...spec }: { readonly metadata?: Metadata; readonly [field: string]: unknown } = {},
): Manifest {
  const resolverRef = {
    resolver: "git",
    params: [
      { name: "url", value: "https://git.example/tests" },
      { name: "revision", value: "main" },
      { name: "pathInRepo", value: `${name}.yaml` },
    ],
  };
  return manifest(resources.integrationTestScenario, name, {
    ...(metadata === undefined ? {} : { metadata }),
    spec: { application: ofApplication, resolverRef, ...spec },
  });
}

export function releasePlan(name: string, ofApplication: string, metadata: Metadata = {}): Manifest {
  return manifest(resources.releasePlan, name, {
    metadata,
    spec: { application: ofApplication, target: "production" },
  });
}

/** What tells Pipelines-as-Code about a repository. */
export function pacRepository(name: string, spec: object): Manifest {
  return manifest(credentialResources.repository, name, { spec });
}

/** A ComponentGroup, with members as its spec lists them. */
export function componentGroup(name: string, components: readonly object[], spec: object = {}): Manifest {
  return manifest(resources.componentGroup, name, { spec: { components, ...spec } });
}

/** A Snapshot as a person makes it. */
export function overrideSnapshot(
  name: string,
  ofApplication: string,
  images: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>> = { "test.appstudio.openshift.io/type": "override" },
): Manifest {
  const components = Object.entries(images).map(([each, containerImage]) => ({
    name: each,
    containerImage,
    source: { git: { url: `https://git.example/${ofApplication}/${each}`, revision: "0123abc" } },
  }));
  return manifest(resources.snapshot, name, {
    metadata: { labels },
    spec: { application: ofApplication, components },
  });
}

function manifest(
  { group, version, kind }: Resource,
  name: string,
  parts: { readonly metadata?: Metadata; readonly spec: object },
): Manifest {
  return { apiVersion: `${group}/${version}`, kind, metadata: { ...parts.metadata, name }, spec: parts.spec };
}
