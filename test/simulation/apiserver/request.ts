import { badRequest, methodNotAllowed, notFound, unknownResource, UnknownPath } from "./api-error.ts";
import type { Kind, KindRegistry, KindVersion } from "./kinds.ts";

/** What a client asks for, in the API's terms. */
export interface ApiRequest {
  readonly verb: "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "deletecollection";
  readonly kind: Kind;
  readonly version: KindVersion;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly subresource: "" | "status";
}

/** Reads the path of a request for resources: /api/v1/… or /apis/group/version/… */
export function parseResourcePath(
  method: string,
  path: string,
  query: URLSearchParams,
  kinds: KindRegistry,
): ApiRequest {
  const { group, versionName, namespace, plural, name, subresource, tooMuch } = splitPath(path);
  const kind = kinds.find(group, plural);
  const version = kind?.versions.find((candidate) => candidate.name === versionName && candidate.served);
  const misplaced = namespace !== undefined && kind?.namespaced === false;
  if (kind === undefined || version === undefined || tooMuch || misplaced) throw nothingAt(path, group, kinds);
  const verb = verbOf(method, name, query);
  const request = {
    verb,
    kind,
    version,
    namespace,
    name,
    subresource: subresource === "status" ? ("status" as const) : ("" as const),
  };
  checkSubresource(request, subresource);
  checkPlace(request, path);
  return request;
}

interface PathParts {
  readonly group: string;
  readonly versionName: string;
  readonly namespace: string | undefined;
  readonly plural: string;
  readonly name: string;
  readonly subresource: string;
  readonly tooMuch: boolean;
}

function splitPath(path: string): PathParts {
  const parts = path
    .split("/")
    .filter((part) => part !== "")
    .map(decodeURIComponent);
  const [group = "", versionName = "", ...rest] = parts[0] === "api" ? ["", ...parts.slice(1)] : parts.slice(1);
  // /namespaces/x is the namespace itself, /namespaces/x/things is what is in it.
  const inNamespace = rest[0] === "namespaces" && rest.length > 2 && !(rest.length === 3 && rest[2] === "status");
  const namespace = inNamespace ? rest[1] : undefined;
  return { group, versionName, namespace, ...splitResource(inNamespace ? rest.slice(2) : rest) };
}

function splitResource([plural = "", name = "", subresource = "", ...more]: string[]): Pick<
  PathParts,
  "plural" | "name" | "subresource" | "tooMuch"
> {
  return { plural, name, subresource, tooMuch: more.length > 0 };
}

function nothingAt(path: string, group: string, kinds: KindRegistry): Error {
  const isBuiltIn = kinds.all().some((kind) => kind.group === group && !kind.custom);
  return isBuiltIn ? unknownResource() : new UnknownPath(path);
}

function checkSubresource({ kind, version, name }: ApiRequest, subresource: string): void {
  if (subresource === "" || (subresource === "status" && version.statusSubresource)) return;
  throw kind.custom ? notFound(kind, name) : unknownResource();
}

/** Only lists and watches go across namespaces, and only some verbs go with a name. */
function checkPlace({ verb, kind, namespace, name }: ApiRequest, path: string): void {
  if (kind.namespaced && namespace === undefined)
    checkPlaceAcross(verb, name, () => (kind.custom ? new UnknownPath(path) : unknownResource()));
  if (verb === "update" && name === "" && kind.custom) throw badRequest("name must be provided");
  const needsName = verb === "update" || verb === "patch";
  const mayHaveName = verb !== "create";
  if (name === "" ? needsName : !mayHaveName) throw methodNotAllowed();
}

function checkPlaceAcross(verb: ApiRequest["verb"], name: string, nothing: () => Error): void {
  if (name !== "") throw nothing();
  if (verb !== "list" && verb !== "watch") throw methodNotAllowed();
}

function verbOf(method: string, name: string, query: URLSearchParams): ApiRequest["verb"] {
  switch (method) {
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return name === "" ? "deletecollection" : "delete";
    default:
      return ["true", "1"].includes(query.get("watch") ?? "") ? "watch" : name === "" ? "list" : "get";
  }
}
