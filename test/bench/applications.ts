import { resources } from "../../src/api/group.ts";
import type { KubeClient } from "../../src/kube/client.ts";
import type { KubeObject, Resource } from "../../src/kube/object.ts";
import { createNamespace } from "../demo/install.ts";
import { component, application, releasePlan, scenario } from "../integration/support/manifests.ts";
import { imageOf } from "../tekton/builds.ts";
import { eachAtOnce } from "./each-at-once.ts";
import { waitUntil } from "./wait.ts";

/** Every Application of the benchmark has this name, unless it is told otherwise, and a namespace of its own. */
export const applicationName = "shop";
/** Two scenarios, both required, and one ReleasePlan: what the write budget is stated for. */
export const scenarioNames = ["smoke", "end-to-end"] as const;

/** An Application to load. */
export interface Furnished {
  readonly namespace: string;
  readonly components: readonly string[];
}

/** All of one length, so that all builds cost the same. */
function componentNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `part-${String(index).padStart(3, "0")}`);
}

/** The image that a Component has before any build: every Snapshot is then full from the first one on. */
function firstImageOf(name: string): string {
  return imageOf({ component: name, name: `${name}-first` });
}

function applicationObjects(name: string, components: readonly string[]): readonly KubeObject[] {
  const prefix = prefixOf(name);
  return [
    application(name),
    ...components.map((each) => component(each, name, { containerImage: firstImageOf(each) })),
    releasePlan(`${prefix}production`, name),
    ...scenarioNames.map((each) => scenario(prefix + each, name)),
  ];
}

/** What shares a namespace with other Applications needs names of its own. */
function prefixOf(name: string): string {
  return name === applicationName ? "" : `${name}-`;
}

/** Creates one Application in each namespace, which is created too. */
export async function furnish(
  client: KubeClient,
  namespaces: readonly string[],
  componentCount: number,
  name = applicationName,
): Promise<readonly Furnished[]> {
  const components = componentNames(componentCount).map((each) => prefixOf(name) + each);
  await eachAtOnce(namespaces, (namespace) => createNamespace(client, namespace));
  const objects = namespaces.flatMap((namespace) =>
    applicationObjects(name, components).map((object) => ({ ...object, metadata: { ...object.metadata, namespace } })),
  );
  await eachAtOnce(objects, async (object) => {
    await client.create(resourceOf(object), object);
  });
  return namespaces.map((namespace) => ({ namespace, components }));
}

/** Waits until the operator has found every scenario valid: then it knows the Applications. */
export async function untilScenariosValid(client: KubeClient, applications: readonly Furnished[]): Promise<void> {
  const wanted = new Set(applications.map(({ namespace }) => namespace));
  await waitUntil("every scenario is valid", async () => {
    const { items } = await client.list<Conditioned>(resources.integrationTestScenario, {});
    const own = items.filter(({ metadata }) => wanted.has(metadata.namespace ?? ""));
    return own.length === wanted.size * scenarioNames.length && own.every(({ status }) => status !== undefined);
  });
}

interface Conditioned extends KubeObject {
  readonly status?: object;
}

function resourceOf({ kind }: KubeObject): Resource {
  const resource = Object.values(resources).find((each) => each.kind === kind);
  if (resource === undefined) throw new Error(`The benchmark has no use for kind ${kind ?? "(none)"}`);
  return resource;
}
