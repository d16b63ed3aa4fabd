import type { DeleteOptions, DeleteResult, ListPage, ListQuery, Patch, ReplaceOptions, WatchQuery } from "./calls.ts";
import { isNotFound, KubeError, type StatusObject } from "./errors.ts";
import type { KubeObject, ObjectKey, Resource } from "./object.ts";
import { collectionPath, objectPath } from "./paths.ts";
import { createRequestLimiter, defaultRequestLimits, type RequestClass, type RequestLimits } from "./request-limits.ts";
import {
  type Call,
  type CallObservation,
  exchangeJson,
  exchangeStream,
  type ExchangeOptions,
} from "./retrying-exchange.ts";
import type { Timing } from "./timing.ts";
import type { Transport } from "./transport.ts";
import { readWatchLines, type WatchLine } from "./watch-lines.ts";

/** Raw JSON in and out; every failure is a KubeError, except an abort, which throws the signal's reason. */
export interface KubeClient {
  get<T extends KubeObject>(resource: Resource, key: ObjectKey, signal?: AbortSignal): Promise<T | undefined>;
  list<T extends KubeObject>(resource: Resource, query: ListQuery, signal?: AbortSignal): Promise<ListPage<T>>;
  create<T extends KubeObject>(resource: Resource, object: T, signal?: AbortSignal): Promise<T>;
  /** PUT: refuses an object without metadata.resourceVersion, so that it can never overwrite unseen work. */
  replace<T extends KubeObject>(
    resource: Resource,
    object: T,
    options?: ReplaceOptions,
    signal?: AbortSignal,
  ): Promise<T>;
  patch<T extends KubeObject>(resource: Resource, key: ObjectKey, patch: Patch, signal?: AbortSignal): Promise<T>;
  /** An object that is not there counts as gone. */
  delete(resource: Resource, key: ObjectKey, options?: DeleteOptions, signal?: AbortSignal): Promise<DeleteResult>;
  watch(resource: Resource, query: WatchQuery, signal: AbortSignal): Promise<AsyncIterable<WatchLine>>;
}

export interface ClientOptions {
  readonly timing: Timing;
  readonly random: () => number;
  /** The name under which the API server records who set a field. */
  readonly fieldManager: string;
  readonly limits?: RequestLimits;
  readonly attemptsMax?: number;
  readonly observe?: (observation: CallObservation) => void;
}

type Send = (
  call: Omit<Call, "headers" | "longLived"> & { contentType?: string },
  signal?: AbortSignal,
) => Promise<{ json: unknown; sizeBytes: number }>;

const never = new AbortController().signal;
const accept = { accept: "application/json" };

/** A client of the Kubernetes API over any transport. */
export function createClient(transport: Transport, options: ClientOptions): KubeClient {
  const exchange: ExchangeOptions = {
    transport,
    timing: options.timing,
    random: options.random,
    acquirePlace: createRequestLimiter(options.limits ?? defaultRequestLimits, options.timing),
    observe: options.observe ?? (() => {}),
    attemptsMax: options.attemptsMax ?? 5,
  };
  const send: Send = ({ contentType, ...call }, signal) => {
    const headers = contentType === undefined ? accept : { ...accept, "content-type": contentType };
    const urgent = call.requestClass === "system";
    return exchangeJson(exchange, { ...call, headers, longLived: false, urgent }, signal ?? never);
  };
  return {
    get: (resource, key, signal) => get(send, resource, key, signal),
    list: (resource, query, signal) => list(send, resource, query, signal),
    ...createWrites(send, options.fieldManager),
    delete: (resource, key, deletion, signal) => remove(send, { resource, key, deletion: deletion ?? {} }, signal),
    watch: async (resource, { onBytes, ...query }, signal) => {
      const doing = `watch ${resource.plural} in ${query.namespace || "all namespaces"}`;
      const { namespace = "", ...rest } = query;
      const path = collectionPath(resource, namespace, { watch: 1, allowWatchBookmarks: true, ...rest });
      const call: Call = { method: "GET", path, headers: accept, doing, requestClass: "system", longLived: true };
      const response = await exchangeStream(exchange, call, signal);
      return readWatchLines(doing, response.body, onBytes);
    },
  };
}

async function get<T extends KubeObject>(
  send: Send,
  resource: Resource,
  key: ObjectKey,
  signal?: AbortSignal,
): Promise<T | undefined> {
  try {
    const path = objectPath(resource, key);
    return (
      await send(
        { method: "GET", path, doing: describe("get", resource, key), requestClass: classOf(resource, "read") },
        signal,
      )
    ).json as T;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function list<T extends KubeObject>(
  send: Send,
  resource: Resource,
  query: ListQuery,
  signal?: AbortSignal,
): Promise<ListPage<T>> {
  const { namespace = "", ...rest } = query;
  const doing = `list ${resource.plural} in ${namespace || "all namespaces"}`;
  const answer = await send(
    { method: "GET", path: collectionPath(resource, namespace, { ...rest }), doing, requestClass: "list" },
    signal,
  );
  const body = answer.json as {
    items?: T[] | null;
    metadata?: { resourceVersion?: string; continue?: string; remainingItemCount?: number };
  };
  const metadata = body.metadata ?? {};
  return {
    items: body.items ?? [],
    resourceVersion: metadata.resourceVersion ?? "",
    sizeBytes: answer.sizeBytes,
    ...(metadata.continue ? { continue: metadata.continue } : {}),
    ...(metadata.remainingItemCount === undefined ? {} : { remaining: metadata.remainingItemCount }),
  };
}

function createWrites(send: Send, fieldManager: string): Pick<KubeClient, "create" | "replace" | "patch"> {
  const write = async <T>(
    call: Omit<Parameters<Send>[0], "requestClass">,
    resource: Resource,
    signal?: AbortSignal,
  ): Promise<T> => (await send({ ...call, requestClass: classOf(resource, "write") }, signal)).json as T;
  return {
    create: (resource, object, signal) => {
      const path = collectionPath(resource, object.metadata.namespace ?? "", { fieldManager });
      const doing = describe("create", resource, keyOf(object));
      return write(
        { method: "POST", path, doing, body: JSON.stringify(object), contentType: "application/json" },
        resource,
        signal,
      );
    },
    replace: async (resource, object, options, signal) => {
      const doing = describe("replace", resource, keyOf(object));
      if (object.metadata.resourceVersion === undefined)
        throw new TypeError(`${doing}: metadata.resourceVersion is missing`);
      const path = objectPath(resource, keyOf(object), options?.subresource, { fieldManager });
      return write(
        { method: "PUT", path, doing, body: JSON.stringify(object), contentType: "application/json" },
        resource,
        signal,
      );
    },
    patch: (resource, key, patch, signal) => {
      const apply =
        patch.type === "apply"
          ? { fieldManager: patch.fieldManager ?? fieldManager, force: patch.force }
          : { fieldManager };
      const path = objectPath(resource, key, patch.subresource, apply);
      const doing = describe("patch", resource, key);
      return write(
        { method: "PATCH", path, doing, body: JSON.stringify(patch.body), contentType: patchTypes[patch.type] },
        resource,
        signal,
      );
    },
  };
}

/** JSON is YAML, so an apply may be sent as JSON under the YAML name, which every server accepts. */
const patchTypes: Readonly<Record<Patch["type"], string>> = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  apply: "application/apply-patch+yaml",
};

async function remove(
  send: Send,
  { resource, key, deletion }: { resource: Resource; key: ObjectKey; deletion: DeleteOptions },
  signal?: AbortSignal,
): Promise<DeleteResult> {
  const { propagationPolicy, ...preconditions } = deletion;
  const body = JSON.stringify({ kind: "DeleteOptions", apiVersion: "v1", preconditions, propagationPolicy });
  const call = { method: "DELETE", path: objectPath(resource, key), body, contentType: "application/json" } as const;
  try {
    const answer = await send(
      { ...call, doing: describe("delete", resource, key), requestClass: classOf(resource, "write") },
      signal,
    );
    return readDeletion(answer.json as KubeObject & StatusObject);
  } catch (error) {
    if (error instanceof KubeError && error.kind === "NotFound") return { kind: "gone" };
    throw error;
  }
}

/** The API server answers with a Status when the object is gone, with the object when it is (or may be) still going. */
function readDeletion(answer: KubeObject & StatusObject): DeleteResult {
  if (answer.kind !== "Status") return { kind: "terminating", object: answer };
  return answer.details?.uid === undefined ? { kind: "gone" } : { kind: "gone", uid: answer.details.uid };
}

function classOf(resource: Resource, otherwise: RequestClass): RequestClass {
  return resource.group === "coordination.k8s.io" ? "system" : otherwise;
}

function keyOf(object: KubeObject): ObjectKey {
  return { namespace: object.metadata.namespace ?? "", name: object.metadata.name };
}

function describe(verb: string, resource: Resource, key: ObjectKey): string {
  return `${verb} ${resource.kind} ${key.namespace === "" ? "" : `${key.namespace}/`}${key.name}`;
}
