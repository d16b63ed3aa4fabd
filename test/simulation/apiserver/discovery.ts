import type { Json, JsonObject } from "./json.ts";
import type { Kind, KindRegistry, KindVersion } from "./kinds.ts";

/** What the server says about itself under paths that are not resources; undefined when it says nothing. */
export function discover(path: string, kinds: KindRegistry): Json | undefined {
  const parts = path.split("/").filter((part) => part !== "");
  const [root = "", second, third] = parts;
  if (["readyz", "livez", "healthz"].includes(root)) return "ok";
  if (path === "/version") return versionInfo;
  if (parts.length > 3) return undefined;
  if (root === "api")
    return second === undefined ? coreVersions : third === undefined ? resourceList("", second, kinds) : undefined;
  return root === "apis" ? discoverGroups(kinds, second, third) : undefined;
}

const coreVersions: JsonObject = { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] };

function discoverGroups(
  kinds: KindRegistry,
  group: string | undefined,
  version: string | undefined,
): JsonObject | undefined {
  const groups = groupsOf(kinds);
  if (group === undefined)
    return { kind: "APIGroupList", apiVersion: "v1", groups: groups.map((name) => groupOf(name, kinds)) };
  if (!groups.includes(group)) return undefined;
  return version === undefined
    ? { kind: "APIGroup", apiVersion: "v1", ...groupOf(group, kinds) }
    : resourceList(group, version, kinds);
}

const versionInfo: JsonObject = {
  major: "1",
  minor: "37",
  gitVersion: "v1.37.2-simulated",
  gitCommit: "",
  gitTreeState: "clean",
  buildDate: "2026-01-01T00:00:00Z",
  goVersion: "none",
  compiler: "none",
  platform: "simulated",
};

function groupsOf(kinds: KindRegistry): string[] {
  return [...new Set(kinds.all().map(({ group }) => group))].filter((group) => group !== "");
}

function groupOf(name: string, kinds: KindRegistry): JsonObject {
  const names = kinds
    .all()
    .filter(({ group }) => group === name)
    .flatMap(({ versions }) => versions.filter(({ served }) => served).map((version) => version.name));
  const versions = [...new Set(names)].map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] ?? {} };
}

function resourceList(group: string, version: string, kinds: KindRegistry): JsonObject | undefined {
  const served = kinds.all().flatMap((kind) => {
    const match =
      kind.group === group
        ? kind.versions.find((candidate) => candidate.name === version && candidate.served)
        : undefined;
    return match === undefined ? [] : resourcesOf(kind, match);
  });
  if (served.length === 0) return undefined;
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: group === "" ? version : `${group}/${version}`,
    resources: served,
  };
}

function resourcesOf(kind: Kind, version: KindVersion): JsonObject[] {
  const { plural, singular, namespaced, shortNames, categories } = kind;
  const names = {
    ...(shortNames.length > 0 ? { shortNames: [...shortNames] } : {}),
    ...(categories.length > 0 ? { categories: [...categories] } : {}),
  };
  const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
  const main = { name: plural, singularName: singular, namespaced, kind: kind.kind, verbs, ...names };
  const status = {
    name: `${plural}/status`,
    singularName: "",
    namespaced,
    kind: kind.kind,
    verbs: ["get", "patch", "update"],
  };
  return version.statusSubresource ? [main, status] : [main];
}
