import type { JsonObject } from "./json.ts";
import { apiVersionOf, type KindRegistry } from "./kinds.ts";

const root = "/openapi/v3";

/** As much OpenAPI as kubectl needs in order to leave validation to the server; undefined for other paths. */
export function describeApi(path: string, kinds: KindRegistry): JsonObject | undefined {
  if (path === root) return index(kinds);
  return path.startsWith(`${root}/`) ? documentOf(path.slice(root.length + 1), kinds) : undefined;
}

function groupPath(apiVersion: string): string {
  return apiVersion.includes("/") ? `apis/${apiVersion}` : `api/${apiVersion}`;
}

function apiVersions(kinds: KindRegistry): string[] {
  const served = kinds.all().flatMap((kind) => kind.versions.map((version) => apiVersionOf(kind, version.name)));
  return [...new Set(served)];
}

function index(kinds: KindRegistry): JsonObject {
  const paths = apiVersions(kinds).map(
    (version) => [groupPath(version), { serverRelativeURL: `${root}/${groupPath(version)}` }] as const,
  );
  return { paths: Object.fromEntries(paths) };
}

function documentOf(groupPathAsked: string, kinds: KindRegistry): JsonObject | undefined {
  const apiVersion = apiVersions(kinds).find((version) => groupPath(version) === groupPathAsked);
  if (apiVersion === undefined) return undefined;
  const paths = kinds.all().flatMap((kind) => {
    const version = kind.versions.find((candidate) => apiVersionOf(kind, candidate.name) === apiVersion);
    if (version === undefined) return [];
    const named = { group: kind.group, version: version.name, kind: kind.kind };
    return [[`/${groupPathAsked}/${kind.plural}/{name}`, { patch: patchOf(named) }] as const];
  });
  return { openapi: "3.0.0", info: { title: "Kubernetes", version: "simulated" }, paths: Object.fromEntries(paths) };
}

/** Says that the server judges unknown fields itself. */
function patchOf(named: JsonObject): JsonObject {
  const parameters = [{ name: "fieldValidation", in: "query", schema: { type: "string" } }];
  return { "x-kubernetes-group-version-kind": named, parameters, responses: { "200": { description: "OK" } } };
}
