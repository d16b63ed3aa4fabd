import { ApiError, badRequest, expired, invalid } from "./api-error.ts";
import type { ApiContext } from "./context.ts";
import { toServed } from "./convert.ts";
import { forbiddenField } from "./field-errors.ts";
import type { ApiObject, JsonObject } from "./json.ts";
import { apiVersionOf, type Kind, type KindVersion } from "./kinds.ts";
import { parseSelectors, type Selector } from "./selectors.ts";

/** What a list is of. */
export interface Collection {
  readonly kind: Kind;
  readonly version: KindVersion;
  /** Undefined for all namespaces. */
  readonly namespace: string | undefined;
}

/** One page of a list. */
export interface Page {
  readonly items: readonly ApiObject[];
  readonly metadata: JsonObject;
  readonly kind: string;
  readonly apiVersion: string;
  readonly custom: boolean;
}

/** Lists a collection as it is now, as it was, or the next page of an earlier list. `stale` serves what an API server
 * that lags behind would, where the request allows it. */
export function listCollection(
  context: ApiContext,
  collection: Collection,
  query: URLSearchParams,
  stale?: number,
): Page {
  const selected = parseSelectors(query, collection.kind);
  const { limit, token } = pageAsked(query);
  const revision = token?.revision ?? revisionFor(context, query, stale);
  const matching = select(snapshot(context, collection, revision, token), collection, {
    selected,
    after: token?.after ?? "",
  });
  const page = matching.slice(0, limit);
  const remaining = matching.length - page.length;
  const rest = remaining === 0 ? lastPage(collection.kind) : nextPage(revision, page.at(-1)?.[0] ?? "");
  const count = remaining > 0 && selected === undefined ? { remainingItemCount: remaining } : {};
  return {
    kind: collection.kind.listKind,
    custom: collection.kind.custom,
    apiVersion: apiVersionOf(collection.kind, collection.version.name),
    metadata: { ...rest, ...count, resourceVersion: String(revision) },
    items: page.map(([, object]) => object),
  };
}

interface Selection {
  readonly selected: Selector | undefined;
  /** The key that the page begins behind. */
  readonly after: string;
}

function pageAsked(query: URLSearchParams): { readonly limit: number; readonly token: Token | undefined } {
  const limit = Number(query.get("limit") ?? 0);
  return { limit: limit > 0 ? limit : Infinity, token: readToken(query.get("continue") ?? "") };
}

function select(
  objects: ReadonlyMap<string, ApiObject>,
  collection: Collection,
  { selected, after }: Selection,
): (readonly [string, ApiObject])[] {
  return [...objects]
    .filter(([key]) => isIn(collection, key) && key > after)
    .map(([key, object]) => [key, toServed(object, collection.kind, collection.version)] as const)
    .filter(([, object]) => selected === undefined || selected(object));
}

/** Lists of custom objects say so when nothing follows, those of built-in kinds leave it out. */
function lastPage(kind: Kind): JsonObject {
  return kind.custom ? { continue: "" } : {};
}

function nextPage(revision: number, after: string): JsonObject {
  return { continue: writeToken(revision, after) };
}

/** Whether a key lies in the namespace that was asked for. */
export function isIn({ namespace }: Collection, key: string): boolean {
  return namespace === undefined || key.startsWith(`${namespace}/`);
}

interface Token {
  readonly revision: number;
  readonly after: string;
}

function writeToken(revision: number, after: string): string {
  return Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", rv: revision, start: after })).toString("base64url");
}

function readToken(text: string): Token | undefined {
  if (text === "") return undefined;
  try {
    const { rv, start } = JSON.parse(Buffer.from(text, "base64url").toString()) as { rv: number; start: string };
    return { revision: rv, after: start };
  } catch {
    throw badRequest("invalid continue token: continue key is not valid");
  }
}

const continueExpired =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without " +
  "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. " +
  "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted " +
  "between the time the first chunk was returned and now may show up in the list.";

function snapshot(
  { store }: ApiContext,
  { kind }: Collection,
  revision: number,
  token: Token | undefined,
): ReadonlyMap<string, ApiObject> {
  if (token !== undefined && revision < store.compactedRevision) {
    throw expired(continueExpired, { continue: writeToken(store.revision, token.after) });
  }
  return store.list(kind.storage, revision);
}

function revisionFor({ store }: ApiContext, query: URLSearchParams, stale: number | undefined): number {
  const { asked, match } = versionAsked(query);
  if (asked === "") return store.revision;
  const revision = parseListRevision(asked);
  if (revision > store.revision) throw tooLarge(revision, store.revision);
  const isExact = match === "Exact" || (match === "" && revision > 0 && query.has("limit"));
  if (isExact) return revision;
  const lagging = stale === undefined ? store.revision : Math.max(stale, store.compactedRevision, 1);
  return Math.max(lagging, revision);
}

function versionAsked(query: URLSearchParams): { readonly asked: string; readonly match: string } {
  const asked = query.get("resourceVersion") ?? "";
  const match = query.get("resourceVersionMatch") ?? "";
  if (match === "" || asked !== "") return { asked, match };
  throw listOptionsInvalid(
    "resourceVersionMatch",
    "resourceVersionMatch is forbidden unless resourceVersion is provided",
  );
}

function parseListRevision(text: string): number {
  if (!isRevision(text)) throw badRequest(`invalid resource version: ${notANumber(text)}`);
  return Number(text);
}

/** The version that a watch begins at; what is no number is, oddly, an error of the server. */
export function parseWatchRevision(text: string): number {
  if (!isRevision(text)) throw new ApiError(500, "", notANumber(text));
  return Number(text);
}

function isRevision(text: string): boolean {
  return /^\d+$/u.test(text);
}

function notANumber(text: string): string {
  const quoted = JSON.stringify(text);
  return `resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`;
}

/** 422 about the options of a list or watch. */
export function listOptionsInvalid(field: string, why: string): ApiError {
  return invalid({ group: "meta.k8s.io", plural: "", kind: "ListOptions" }, "", [forbiddenField(field, why)]);
}

function tooLarge(asked: number, current: number): ApiError {
  const message = `Too large resource version: ${asked}, current: ${current}`;
  const causes = [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }];
  return new ApiError(504, "Timeout", `Timeout: ${message}`, { details: { causes, retryAfterSeconds: 1 } });
}
