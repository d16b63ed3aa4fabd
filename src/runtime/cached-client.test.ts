import { expect, test } from "vitest";
import type { DeleteResult } from "../kube/calls.ts";
import type { KubeClient } from "../kube/client.ts";
import type { KubeObject, Resource } from "../kube/object.ts";
import { createCachedClient, defineCachedKind } from "./cached-client.ts";
import { type CachedObject, createStore } from "./store.ts";

const things: Resource = { group: "example.com", version: "v1", plural: "things", kind: "Thing", namespaced: true };
const others: Resource = { ...things, plural: "others", kind: "Other" };
const key = { namespace: "ns", name: "a" };
const answer = (version: string, over: object = {}): KubeObject => ({
  metadata: { ...key, uid: "u", resourceVersion: version, ...over },
});

function setUp(replies: { write?: KubeObject; deletion?: DeleteResult }) {
  const store = createStore<CachedObject>();
  const project = ({ metadata }: KubeObject): CachedObject | undefined => {
    if (metadata.labels?.["bad"]) throw new Error("unreadable");
    return metadata.labels?.["unwanted"]
      ? undefined
      : { key, uid: metadata.uid!, resourceVersion: metadata.resourceVersion! };
  };
  const write = (): Promise<never> => Promise.resolve(replies.write as never);
  const inner = {
    create: write,
    replace: write,
    patch: write,
    delete: () => Promise.resolve(replies.deletion!),
  } as unknown as KubeClient;
  return { store, client: createCachedClient(inner, [defineCachedKind({ resource: things, store, project })]) };
}

test.each<[string, (client: KubeClient) => Promise<unknown>]>([
  ["create", (client) => client.create(things, answer("1"))],
  ["replace", (client) => client.replace(things, answer("1"))],
  ["patch", (client) => client.patch(things, key, { type: "merge", body: {} })],
])("what a %s returned is in the cache before the watch brings it", async (_verb, write) => {
  const { store, client } = setUp({ write: answer("2") });
  await write(client);
  expect(store.get(key)?.resourceVersion).toBe("2");
});

test("an answer that comes after the watch has brought something newer changes nothing", async () => {
  const { store, client } = setUp({ write: answer("2") });
  store.apply({ key, uid: "u", resourceVersion: "3" });
  await client.patch(things, key, { type: "merge", body: {} });
  expect(store.get(key)?.resourceVersion).toBe("3");
});

test("a final deletion is in the cache at once; one that waits for finalizers is only marked", async () => {
  const gone = setUp({ deletion: { kind: "gone", uid: "u" } });
  gone.store.apply({ key, uid: "u", resourceVersion: "3" });
  await gone.client.delete(things, key);
  expect(gone.store.size).toBe(0);
  const terminating = setUp({ deletion: { kind: "terminating", object: answer("4") } });
  terminating.store.apply({ key, uid: "u", resourceVersion: "3" });
  await terminating.client.delete(things, key);
  expect(terminating.store.get(key)?.resourceVersion).toBe("4");
});

test("an answer that is no longer of interest leaves the cache", async () => {
  const { store, client } = setUp({ write: answer("4", { labels: { unwanted: "yes" } }) });
  store.apply({ key, uid: "u", resourceVersion: "3" });
  await client.patch(things, key, { type: "merge", body: {} });
  expect(store.size).toBe(0);
});

test("a write has succeeded even when its answer cannot be projected or its kind is not cached", async () => {
  const { store, client } = setUp({ write: answer("4", { labels: { bad: "yes" } }) });
  await expect(client.create(things, answer("1"))).resolves.toMatchObject({ metadata: { resourceVersion: "4" } });
  await expect(client.create(others, answer("1"))).resolves.toBeDefined();
  expect(store.size).toBe(0);
});
