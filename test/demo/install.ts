import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { resources } from "../../src/api/group.ts";
import type { KubeClient } from "../../src/kube/client.ts";
import type { KubeObject, Resource } from "../../src/kube/object.ts";

const repository = join(import.meta.dirname, "../..");

/** The kind of kinds. */
export const crdResource = {
  group: "apiextensions.k8s.io",
  version: "v1",
  plural: "customresourcedefinitions",
  kind: "CustomResourceDefinition",
  namespaced: false,
} as const satisfies Resource;

const namespaceResource = {
  group: "",
  version: "v1",
  plural: "namespaces",
  kind: "Namespace",
  namespaced: false,
} as const satisfies Resource;

interface Crd extends KubeObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** The operator's own kinds, and those of Tekton that it meets. */
export async function installCrds(client: KubeClient): Promise<void> {
  await applyCrds(client, await readFolder(join(repository, "crds")));
  await installTektonCrds(client);
}

/** The kinds of Tekton that the operator meets, as they are where Tekton is installed. */
export async function installTektonCrds(client: KubeClient): Promise<void> {
  await applyCrds(client, await readManifests(join(repository, "test/tekton/crds.yaml")));
}

async function applyCrds(client: KubeClient, crds: readonly KubeObject[]): Promise<void> {
  const apply = (body: KubeObject): Promise<KubeObject> =>
    client.patch(crdResource, { namespace: "", name: body.metadata.name }, { type: "apply", body, force: true });
  await Promise.all(crds.map(apply));
}

/** The kinds that the API server does not serve yet. */
export async function unservedKinds(client: KubeClient): Promise<readonly string[]> {
  const { items } = await client.list<Crd>(crdResource, {});
  const isServed = ({ status }: Crd): boolean =>
    status?.conditions?.some(({ type, status: value }) => type === "Established" && value === "True") ?? false;
  return items.filter((crd) => !isServed(crd)).map(({ metadata }) => metadata.name);
}

export async function createNamespace(client: KubeClient, name: string): Promise<void> {
  await client.create(namespaceResource, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
}

/** The sample Application, as `kubectl apply -f config/samples` would apply it. */
export function readSamples(): Promise<readonly KubeObject[]> {
  return readFolder(join(repository, "config/samples"));
}

/** Applies objects of the operator's own kinds. */
export async function applyManifests(
  client: KubeClient,
  namespace: string,
  manifests: readonly KubeObject[],
): Promise<void> {
  for (const manifest of manifests) {
    const { name } = manifest.metadata;
    const resource = Object.values(resources).find(({ kind }) => kind === manifest.kind);
    if (resource === undefined) throw new Error(`${name} is of a kind that the demo does not know: ${manifest.kind}`);
    await client.patch(resource, { namespace, name }, { type: "apply", body: manifest, force: true });
  }
}

async function readFolder(folder: string): Promise<readonly KubeObject[]> {
  const isManifest = (name: string): boolean => name.endsWith(".yaml");
  const names = (await readdir(folder)).filter(isManifest).sort();
  return (await Promise.all(names.map((name) => readManifests(join(folder, name))))).flat();
}

async function readManifests(file: string): Promise<readonly KubeObject[]> {
  return parseAllDocuments(await readFile(file, "utf8")).map((document) => document.toJS() as KubeObject);
}
