import { afterEach, expect, test } from "vitest";
import { createFakeClock } from "../testing/fake-clock.ts";
import { createClient, type KubeClient } from "./client.ts";
import { KubeError } from "./errors.ts";
import type { KubeObject, Resource } from "./object.ts";
import type { CallObservation } from "./retrying-exchange.ts";
import type { TransportRequest, TransportResponse } from "./transport.ts";

const pods: Resource = { group: "", version: "v1", plural: "pods", kind: "Pod", namespaced: true };
const things: Resource = {
  group: "example.com",
  version: "v1beta1",
  plural: "things",
  kind: "Thing",
  namespaced: true,
};
const nodes: Resource = { group: "", version: "v1", plural: "nodes", kind: "Node", namespaced: false };
const object = (over: object = {}): KubeObject => ({
  metadata: { name: "a", namespace: "ns", uid: "u", resourceVersion: "5", ...over },
});

type Answer = { readonly status: number; readonly json?: unknown; readonly headers?: Record<string, string> } | Error;

const stops: (() => void)[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));

/** A client over a transport that gives the answers in order (the last one for ever), with time running by itself. */
function setUp(...answers: Answer[]) {
  const sent: TransportRequest[] = [];
  const waits: number[] = [];
  const observed: CallObservation[] = [];
  const clock = createFakeClock();
  const client: KubeClient = createClient(
    {
      request: (request) => {
        sent.push(request);
        const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(toResponse(answer));
      },
      close: () => Promise.resolve(),
    },
    {
      timing: { ...clock, sleep: (delayMs) => Promise.resolve(void waits.push(delayMs)) },
      random: () => 0.5,
      fieldManager: "tester",
      observe: (observation) => observed.push(observation),
    },
  );
  return { client, sent, waits, observed };
}

function toResponse({ status, json, headers }: Exclude<Answer, Error>): TransportResponse {
  async function* body(): AsyncGenerator<Uint8Array> {
    if (json !== undefined) yield Buffer.from(JSON.stringify(json));
  }
  return { status, headers: headers ?? {}, body: body() };
}

const failure = (code: string): Error => Object.assign(new Error(code), { code });
const ok: Answer = { status: 200, json: object() };

test.each<[string, (client: KubeClient) => Promise<unknown>, string]>([
  ["gets a core object", (c) => c.get(pods, { namespace: "ns", name: "a" }), "GET /api/v1/namespaces/ns/pods/a"],
  [
    "gets an object of a group",
    (c) => c.get(things, { namespace: "ns", name: "a" }),
    "GET /apis/example.com/v1beta1/namespaces/ns/things/a",
  ],
  ["gets a cluster-scoped object", (c) => c.get(nodes, { namespace: "", name: "n" }), "GET /api/v1/nodes/n"],
  [
    "lists everywhere",
    (c) => c.list(pods, { limit: 500, labelSelector: "a=b,c" }),
    "GET /api/v1/pods?limit=500&labelSelector=a%3Db%2Cc",
  ],
  [
    "lists one namespace, further",
    (c) => c.list(pods, { namespace: "ns", continue: "x/y" }),
    "GET /api/v1/namespaces/ns/pods?continue=x%2Fy",
  ],
  ["creates", (c) => c.create(pods, object()), "POST /api/v1/namespaces/ns/pods?fieldManager=tester"],
  ["replaces", (c) => c.replace(pods, object()), "PUT /api/v1/namespaces/ns/pods/a?fieldManager=tester"],
  [
    "replaces status",
    (c) => c.replace(pods, object(), { subresource: "status" }),
    "PUT /api/v1/namespaces/ns/pods/a/status?fieldManager=tester",
  ],
  ["deletes", (c) => c.delete(pods, { namespace: "ns", name: "a" }), "DELETE /api/v1/namespaces/ns/pods/a"],
])("%s", async (_what, call, expected) => {
  const { client, sent } = setUp(ok);
  await call(client);
  expect(`${sent[0]?.method} ${sent[0]?.path}`).toBe(expected);
});

test.each([
  ["merge", { type: "merge", body: { a: 1 } }, "application/merge-patch+json", "fieldManager=tester"],
  ["json", { type: "json", body: [{ op: "test" }] }, "application/json-patch+json", "fieldManager=tester"],
  [
    "apply",
    { type: "apply", body: { a: 1 }, force: true },
    "application/apply-patch+yaml",
    "fieldManager=tester&force=true",
  ],
] as const)("a %s patch says what it is", async (_type, patch, contentType, query) => {
  const { client, sent } = setUp(ok);
  await client.patch(pods, { namespace: "ns", name: "a" }, { ...patch, subresource: "status" });
  expect(sent[0]).toMatchObject({
    method: "PATCH",
    body: JSON.stringify(patch.body),
    headers: { "content-type": contentType },
  });
  expect(sent[0]?.path).toBe(`/api/v1/namespaces/ns/pods/a/status?${query}`);
});

test("only what concerns a lease is urgent", async () => {
  const leases: Resource = {
    group: "coordination.k8s.io",
    version: "v1",
    plural: "leases",
    kind: "Lease",
    namespaced: true,
  };
  const { client, sent } = setUp(ok);
  await client.replace(leases, object());
  await client.replace(pods, object());
  expect(sent.map(({ urgent }) => urgent)).toEqual([true, false]);
});

test("objects come as the raw JSON that the server sent, microseconds included", async () => {
  const json = { metadata: { name: "a" }, spec: { renewTime: "2026-11-01T12:00:00.123456Z", unknown: [null] } };
  const { client } = setUp({ status: 200, json });
  expect(await client.get(pods, { namespace: "ns", name: "a" })).toEqual(json);
});

test("creating what exists already can be told from every other refusal", async () => {
  const { client } = setUp({ status: 409, json: { reason: "AlreadyExists", code: 409 } });
  await expect(client.create(pods, object())).rejects.toMatchObject({ kind: "AlreadyExists" });
});

test("an object that is not there is undefined, not an error", async () => {
  const { client } = setUp({ status: 404, json: { reason: "NotFound" } });
  expect(await client.get(pods, { namespace: "ns", name: "a" })).toBeUndefined();
});

test("refuses to replace an object without a version, and to ask for one without a name", async () => {
  const { client, sent } = setUp(ok);
  await expect(client.replace(pods, { metadata: { name: "a", namespace: "ns" } })).rejects.toThrow(
    "resourceVersion is missing",
  );
  await expect(client.get(pods, { namespace: "ns", name: "" })).rejects.toThrow("needs a name");
  await expect(client.get(pods, { namespace: "", name: "a" })).rejects.toThrow("needs a namespace");
  expect(sent).toEqual([]);
});

test.each<[string, Answer, object]>([
  [
    "gone when the server says so",
    { status: 200, json: { kind: "Status", details: { uid: "u" } } },
    { kind: "gone", uid: "u" },
  ],
  ["gone when it was not there", { status: 404, json: {} }, { kind: "gone" }],
  ["terminating while it has finalizers", { status: 200, json: object() }, { kind: "terminating", object: object() }],
])("a deleted object is %s", async (_what, answer, expected) => {
  const { client, sent } = setUp(answer);
  expect(
    await client.delete(pods, { namespace: "ns", name: "a" }, { uid: "u", propagationPolicy: "Background" }),
  ).toEqual(expected);
  expect(JSON.parse(sent[0]?.body ?? "")).toMatchObject({
    preconditions: { uid: "u" },
    propagationPolicy: "Background",
  });
});

test("a throttled call waits for as long as the server asks, and a little more", async () => {
  const { client, waits } = setUp({ status: 429, headers: { "retry-after": "3" } }, ok);
  await client.create(pods, object());
  expect(waits).toEqual([3_100]);
});

test("a throttled call whose answer names no time backs off by itself", async () => {
  const { client, waits } = setUp({ status: 429 }, { status: 429 }, ok);
  await client.create(pods, object());
  expect(waits).toEqual([150, 300]);
});

test.each<[string, Answer]>([
  ["a server in trouble", { status: 503 }],
  ["a reset", failure("ECONNRESET")],
])("a read is repeated after %s", async (_what, answer) => {
  const { client, sent, observed } = setUp(answer, ok);
  await client.get(pods, { namespace: "ns", name: "a" });
  expect(sent).toHaveLength(2);
  expect(observed.map(({ attempt }) => attempt)).toEqual([1, 2]);
});

test.each<[string, Answer]>([
  ["a server in trouble", { status: 503 }],
  ["a reset, because the first may have had its effect", failure("ECONNRESET")],
  ["a conflict", { status: 409 }],
])("a write is not repeated after %s", async (_what, answer) => {
  const { client, sent } = setUp(answer, ok);
  await expect(client.create(pods, object())).rejects.toThrow(KubeError);
  expect(sent).toHaveLength(1);
});

test("a write is repeated after a refused connection", async () => {
  const { client, sent } = setUp(failure("ECONNREFUSED"), ok);
  await client.create(pods, object());
  expect(sent).toHaveLength(2);
});

test("repeating has a limit", async () => {
  const { client, sent } = setUp({ status: 503 });
  await expect(client.get(pods, { namespace: "ns", name: "a" })).rejects.toMatchObject({
    kind: "Unavailable",
    status: 503,
  });
  expect(sent).toHaveLength(5);
});

test("an abort is passed on as it is and not repeated", async () => {
  const abort = new AbortController();
  const reason = new Error("stop");
  const { client, sent } = setUp(failure("ECONNRESET"));
  abort.abort(reason);
  await expect(client.get(pods, { namespace: "ns", name: "a" }, abort.signal)).rejects.toBe(reason);
  expect(sent.length).toBeLessThanOrEqual(1);
});

test("an answer that is not from an API server becomes the message", async () => {
  const { client } = setUp({ status: 502, json: "Bad Gateway" });
  await expect(client.create(pods, object())).rejects.toThrow('create Pod ns/a: "Bad Gateway"');
});
