import type { ObjectKey, Resource } from "./object.ts";

/** Query parameters; absent and empty ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The path of all objects of a kind, in one namespace or (namespace "") in all. */
export function collectionPath(resource: Resource, namespace: string, query: Query = {}): string {
  const api = resource.group === "" ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const scope = resource.namespaced && namespace !== "" ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${api}${scope}/${resource.plural}${queryText(query)}`;
}

/** The path of one object or of one of its subresources. */
export function objectPath(resource: Resource, key: ObjectKey, subresource?: string, query: Query = {}): string {
  if (key.name === "") throw new TypeError(`an object of kind ${resource.kind} needs a name`);
  if (resource.namespaced && key.namespace === "")
    throw new TypeError(`${resource.kind} ${key.name} needs a namespace`);
  const sub = subresource === undefined ? "" : `/${subresource}`;
  return `${collectionPath(resource, key.namespace)}/${encodeURIComponent(key.name)}${sub}${queryText(query)}`;
}

function queryText(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "" && value !== false) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? "" : `?${parameters.toString()}`;
}
