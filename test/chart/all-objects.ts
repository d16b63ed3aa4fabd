import type { KubeClient } from "../../src/kube/client.ts";
import { isNotFound } from "../../src/kube/errors.ts";
import type { KubeObject, Resource } from "../../src/kube/object.ts";
import type { Tool } from "./tools.ts";

/** Every object that an API server holds, of whatever kind, as "kind namespace name".
 * @param kubectl knows which kinds there are, and is asked for each */
export async function allObjects(client: KubeClient, kubectl: Tool): Promise<ReadonlySet<string>> {
  const rows = await kubectl("api-resources", "--verbs=list", "--no-headers", "--output=wide");
  const served = rows.split("\n").flatMap(resourceOf);
  const lists = await Promise.all(served.map((resource) => everyObject(client, resource)));
  return new Set(lists.flat());
}

/** A line of `kubectl api-resources`: the short names, which may be missing, stand between the name and the version. */
function resourceOf(line: string): readonly Resource[] {
  const match = /^(\S+)\s+(?:\S+\s+)?(\S+)\s+(true|false)\s+(\S+)\s/.exec(line);
  if (match === null) return [];
  const [, plural = "", apiVersion = "", namespaced, kind = ""] = match;
  const [version = "", group = ""] = apiVersion.split("/").toReversed();
  return [{ group, version, plural, kind, namespaced: namespaced === "true" }];
}

/** A kind whose CRD has just gone may still be announced. */
async function everyObject(client: KubeClient, resource: Resource): Promise<readonly string[]> {
  const items = await client.list<KubeObject>(resource, {}).then((page) => page.items, noneIfGone);
  return items.map(({ metadata }) => [resource.kind, metadata.namespace ?? "-", metadata.name].join(" "));
}

function noneIfGone(error: unknown): readonly KubeObject[] {
  if (isNotFound(error)) return [];
  throw error;
}
