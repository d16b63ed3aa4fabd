import { setTimeout as sleep } from "node:timers/promises";
import type { Transport } from "../../src/kube/transport.ts";

/** What one call answered. */
export interface Reply {
  readonly code: number;
  readonly body: Body;
}

/** A body as JSON; text stands for itself. */
// oxlint-disable-next-line typescript/no-explicit-any -- cases look into answers of any shape.
export type Body = any;

/** What a case may do to an API server: its own namespace, and nothing outside of it but a few kinds. */
export interface Api {
  readonly namespace: string;
  /** Collections of the case's namespace. */
  readonly configMaps: string;
  readonly secrets: string;
  readonly events: string;
  readonly newEvents: string;
  readonly leases: string;
  readonly widgets: string;
  readonly oldWidgets: string;
  /** A cluster-scoped kind without a status subresource; use names that begin with the namespace's. */
  readonly gadgets: string;
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  create(path: string, body: unknown): Promise<Reply>;
  replace(path: string, body: unknown): Promise<Reply>;
  patch(path: string, type: PatchType, body: unknown): Promise<Reply>;
  remove(path: string, options?: unknown): Promise<Reply>;
  send(method: "POST" | "PUT" | "PATCH", path: string, body: string, contentType: string): Promise<Reply>;
  /** Reads watch events until there are as many as asked for or the time is over. */
  watch(
    path: string,
    count: number,
    headers?: Record<string, string>,
    whileWatching?: () => Promise<unknown>,
  ): Promise<Body>;
}

export type PatchType = "merge" | "json" | "strategic" | "apply";

const patchTypes: Readonly<Record<PatchType, string>> = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
};

const watchLimitMs = 3_000;

/** An API for one case. */
export function apiFor(transport: Transport, namespace: string): Api {
  const call = async (
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<Reply> => {
    const withBody = body === undefined ? {} : { body };
    const request = {
      method,
      path,
      headers: { accept: "application/json", "content-type": "application/json", ...headers },
    };
    const response = await transport.request({
      ...request,
      ...withBody,
      signal: AbortSignal.timeout(20_000),
      longLived: false,
    });
    return { code: response.status, body: parse(await textOf(response.body)) };
  };
  const core = `/api/v1/namespaces/${namespace}`;
  const custom = "/apis/conformance.example.com";
  return {
    namespace,
    configMaps: `${core}/configmaps`,
    secrets: `${core}/secrets`,
    events: `${core}/events`,
    newEvents: `/apis/events.k8s.io/v1/namespaces/${namespace}/events`,
    leases: `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`,
    widgets: `${custom}/v1/namespaces/${namespace}/widgets`,
    oldWidgets: `${custom}/v1beta1/namespaces/${namespace}/widgets`,
    gadgets: `${custom}/v1/gadgets`,
    get: (path, headers) => call("GET", path, undefined, headers),
    create: (path, body) => call("POST", path, JSON.stringify(body)),
    replace: (path, body) => call("PUT", path, JSON.stringify(body)),
    patch: (path, type, body) => call("PATCH", path, JSON.stringify(body), { "content-type": patchTypes[type] }),
    remove: (path, options) => call("DELETE", path, options === undefined ? undefined : JSON.stringify(options)),
    send: (method, path, body, contentType) => call(method, path, body, { "content-type": contentType }),
    watch: (path, count, headers, whileWatching) => watch(transport, { path, headers, count }, whileWatching),
  };
}

interface WatchRequest {
  readonly path: string;
  readonly headers: Record<string, string> | undefined;
  readonly count: number;
}

async function watch(
  transport: Transport,
  { path, headers, count }: WatchRequest,
  whileWatching?: () => Promise<unknown>,
): Promise<Body> {
  const stop = new AbortController();
  const limit = globalThis.setTimeout(() => stop.abort(new Error("enough")), watchLimitMs);
  try {
    const separator = path.includes("?") ? "&" : "?";
    const request = {
      method: "GET" as const,
      path: `${path}${separator}watch=true`,
      headers: { accept: "application/json", ...headers },
    };
    const response = await transport.request({ ...request, signal: stop.signal, longLived: true });
    if (response.status !== 200) return { code: response.status, body: parse(await textOf(response.body)) };
    const [events] = await Promise.all([readEvents(response.body, count), actSoon(whileWatching)]);
    return events;
  } finally {
    clearTimeout(limit);
    stop.abort(new Error("enough"));
  }
}

async function actSoon(act: (() => Promise<unknown>) | undefined): Promise<void> {
  await sleep(20);
  await act?.();
}

async function readEvents(body: AsyncIterable<Uint8Array>, count: number): Promise<Body[]> {
  const events: Body[] = [];
  let rest = "";
  try {
    for await (const chunk of body) {
      const lines = (rest + Buffer.from(chunk).toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) events.push(JSON.parse(line));
      if (events.length >= count) return events;
    }
    return [...events, "END"];
  } catch {
    return [...events, "NOTHING MORE"];
  }
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function parse(text: string): Body {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
