import { expect, test } from "vitest";
import { parseCandidateList, type ConfigMap } from "../cache/candidate-list.ts";
import type { CandidateList } from "../domain/candidate-list.ts";
import type { Patch } from "../kube/calls.ts";
import type { KubeClient } from "../kube/client.ts";
import { KubeError, type KubeErrorKind } from "../kube/errors.ts";
import type { KubeObject, ObjectKey } from "../kube/object.ts";
import { candidateList } from "../testing/domain-builders.ts";
import { commitCandidateList, type ListChange } from "./commit.ts";

const owner = { kind: "Application", namespace: "team", name: "shop" } as const;
const uid = "uid-a";
const before = candidateList("a1 b1", { revision: 1 });
const after = candidateList("a2", { revision: 2 });

const refusal = (kind: KubeErrorKind, status: number): KubeError =>
  new KubeError({ kind, status, reason: kind, message: `${kind}!` });

/** ConfigMaps of one namespace that behave as the API server's do, as far as a commit needs it. */
function createConfigMaps(broken?: KubeError) {
  const held = new Map<string, ConfigMap>();
  let version = 0;
  const put = <T>(name: string, object: T): T => {
    version += 1;
    const stored = { ...object, metadata: { ...(object as KubeObject).metadata, resourceVersion: String(version) } };
    held.set(name, stored as unknown as ConfigMap);
    return stored;
  };
  const fail = (error: KubeError): Promise<never> => Promise.reject(error);
  const client: Pick<KubeClient, "create" | "patch" | "get"> = {
    get: <T extends KubeObject>(_resource: unknown, key: ObjectKey) =>
      Promise.resolve(held.get(key.name) as unknown as T | undefined),
    create: <T extends KubeObject>(_resource: unknown, object: T) => {
      if (broken !== undefined) return fail(broken);
      const { name } = object.metadata;
      return held.has(name) ? fail(refusal("AlreadyExists", 409)) : Promise.resolve(put(name, object));
    },
    patch: <T extends KubeObject>(_resource: unknown, { name }: ObjectKey, { body }: Patch) => {
      if (broken !== undefined) return fail(broken);
      const present = held.get(name);
      const { metadata, data } = body as {
        metadata: { resourceVersion?: string };
        data: Record<string, string | null>;
      };
      if (present === undefined) return fail(refusal("NotFound", 404));
      if (metadata.resourceVersion !== present.metadata.resourceVersion) return fail(refusal("Conflict", 409));
      const merged = Object.entries({ ...present.data, ...data }).filter(
        (entry): entry is [string, string] => entry[1] !== null,
      );
      return Promise.resolve(put(name, { ...present, data: Object.fromEntries(merged) }) as unknown as T);
    },
  };
  const listed = (): CandidateList | string | undefined => {
    const present = held.get("shop-gcl");
    if (present === undefined) return undefined;
    const parsed = parseCandidateList(present.data ?? {});
    return parsed.kind === "list" ? parsed.list : parsed.problem;
  };
  const version_ = (): string => held.get("shop-gcl")?.metadata.resourceVersion ?? "";
  return { client, held, put, listed, version: version_ };
}

type ConfigMaps = ReturnType<typeof createConfigMaps>;

function commit({ client }: ConfigMaps, change: Partial<ListChange>) {
  return commitCandidateList(
    client,
    { owner, uid, from: { list: before }, to: after, ...change },
    new AbortController().signal,
  );
}

async function withList(list: CandidateList): Promise<ConfigMaps> {
  const configMaps = createConfigMaps();
  await commit(configMaps, { to: list });
  return configMaps;
}

test("a first list is created, marked and owned", async () => {
  const configMaps = createConfigMaps();
  expect(await commit(configMaps, {})).toEqual({ kind: "committed" });
  expect(configMaps.listed()).toEqual(after);
  expect(configMaps.held.get("shop-gcl")?.metadata).toMatchObject({
    namespace: "team",
    labels: { "app.kubernetes.io/component": "global-candidate-list" },
    ownerReferences: [{ kind: "Application", name: "shop", uid }],
  });
});

test("a list takes the place of the one that was read, with all that changed and all that went", async () => {
  const configMaps = await withList(before);
  expect(await commit(configMaps, { from: { list: before, resourceVersion: configMaps.version() } })).toEqual({
    kind: "committed",
  });
  expect(configMaps.listed()).toEqual(after);
});

test("what others keep in the ConfigMap's metadata survives a commit", async () => {
  const configMaps = await withList(before);
  const present = configMaps.held.get("shop-gcl")!;
  configMaps.put("shop-gcl", { ...present, metadata: { ...present.metadata, annotations: { note: "ours" } } });
  await commit(configMaps, { from: { list: before, resourceVersion: configMaps.version() } });
  expect(configMaps.held.get("shop-gcl")?.metadata.annotations).toEqual({ note: "ours" });
});

test("a list that somebody changed meanwhile stays as it is: a conflict", async () => {
  const configMaps = await withList(before);
  const read = configMaps.version();
  configMaps.put("shop-gcl", configMaps.held.get("shop-gcl")!);
  await expect(commit(configMaps, { from: { list: before, resourceVersion: read } })).rejects.toMatchObject({
    kind: "Conflict",
  });
  expect(configMaps.listed()).toEqual(before);
});

test("a list that somebody created meanwhile stays as it is: a conflict", async () => {
  const configMaps = await withList(before);
  const error = { kind: "Conflict", status: 409, serverDidNotAct: true, code: "OP_CONFLICT" };
  await expect(commit(configMaps, {})).rejects.toMatchObject(error);
  expect(configMaps.listed()).toEqual(before);
});

test("a list that somebody deleted meanwhile is not made from half of its entries: a conflict", async () => {
  const configMaps = createConfigMaps();
  const gone = commit(configMaps, { from: { list: before, resourceVersion: "1" } });
  await expect(gone).rejects.toMatchObject({ kind: "Conflict", serverDidNotAct: true });
  expect(configMaps.listed()).toBeUndefined();
});

test("something that is gone again before it is looked at is a conflict", async () => {
  const configMaps = createConfigMaps(refusal("AlreadyExists", 409));
  await expect(commit(configMaps, {})).rejects.toMatchObject({ kind: "Conflict" });
});

test.each<[string, object]>([
  ["has no labels", {}],
  ["is another component's", { labels: { "app.kubernetes.io/component": "web" } }],
  ["lost its mark", { labels: { "appstudio.openshift.io/application": "shop" } }],
])("a ConfigMap of the list's name that %s is left alone, and a person is told what to do", async (_what, metadata) => {
  const configMaps = createConfigMaps();
  const foreign = { metadata: { name: "shop-gcl", namespace: "team", ...metadata }, data: { key: "theirs" } };
  configMaps.put("shop-gcl", foreign);
  const problem =
    "ConfigMap shop-gcl exists and is no candidate list: it has no label app.kubernetes.io/component=global-candidate-list. Rename or delete it";
  expect(await commit(configMaps, {})).toEqual({ kind: "blocked", problem });
  expect(configMaps.held.get("shop-gcl")).toMatchObject(foreign);
});

test.each<[KubeErrorKind, number]>([
  ["Unavailable", 500],
  ["Forbidden", 403],
  ["Rejected", 422],
  ["Throttled", 429],
])("a refusal that is %s is told as it is, whether a list is created or changed", async (kind, status) => {
  const broken = refusal(kind, status);
  await expect(commit(createConfigMaps(broken), {})).rejects.toBe(broken);
  await expect(commit(createConfigMaps(broken), { from: { list: before, resourceVersion: "1" } })).rejects.toBe(broken);
});
