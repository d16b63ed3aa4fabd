import { expect, test } from "vitest";
import type { Caches } from "../cache/caches.ts";
import { projectCandidateList, renderCandidateList } from "../cache/candidate-list.ts";
import { componentIndexes, projectComponent } from "../cache/component.ts";
import { projectSnapshot, snapshotIndexes } from "../cache/snapshot.ts";
import { present } from "../domain/present.ts";
import type { ListPage, ListQuery } from "../kube/calls.ts";
import type { KubeClient } from "../kube/client.ts";
import type { KubeObject, ObjectMeta } from "../kube/object.ts";
import type { IndexFunctions } from "../runtime/store-indexes.ts";
import { createStore, type CachedObject, type Store } from "../runtime/store.ts";
import { candidateList, imagesOf } from "../testing/domain-builders.ts";
import { readRevision } from "../cache/snapshot-retention.ts";
import { openCandidateList } from "./open.ts";

const shop = { kind: "Application", namespace: "team", name: "shop" } as const;
const own = "test.appstudio.openshift.io";
const now = Date.UTC(2026, 10, 1);
const image = (name: string): string => `quay.io/team/${name}@sha256:${"0".repeat(64)}`;

interface World {
  readonly candidateLists?: readonly KubeObject[];
  readonly components?: readonly KubeObject[];
  readonly snapshots?: readonly KubeObject[];
  readonly pageSize?: number;
}

/** Opens the list of `shop` in a world that the caches know, and tells what the API server was asked for that. */
async function open({ candidateLists = [], components = [], snapshots = [], pageSize = 100 }: World) {
  const asked: ListQuery[] = [];
  const client: Pick<KubeClient, "list"> = {
    list: <T extends KubeObject>(_resource: unknown, query: ListQuery): Promise<ListPage<T>> => {
      asked.push(query);
      const from = Number(query.continue ?? 0);
      const items = snapshots.filter(({ metadata }) => metadata.namespace === query.namespace);
      const more = from + pageSize < items.length ? { continue: String(from + pageSize) } : {};
      return Promise.resolve({
        items: items.slice(from, from + pageSize) as T[],
        resourceVersion: "9",
        sizeBytes: 0,
        ...more,
      });
    },
  };
  const caches = {
    releases: { byIndex: () => [] },
    candidateLists: filled(candidateLists.map(projectCandidateList)),
    components: filled(components.map(projectComponent), componentIndexes),
    snapshots: filled(
      snapshots.flatMap((raw) => projectSnapshot(raw) ?? []),
      snapshotIndexes,
    ),
  } as unknown as Caches;
  const opened = await openCandidateList({ caches, client, now: () => now }, shop, new AbortController().signal);
  return { opened, asked };
}

function filled<T extends CachedObject>(records: readonly T[], indexes: IndexFunctions<T> = {}): Store<T> {
  const store = createStore<T>({ indexes });
  for (const record of records) store.apply(record);
  return store;
}

const configMap = (data: Readonly<Record<string, string>>): KubeObject & { readonly data: object } => ({
  metadata: { name: "shop-gcl", namespace: "team", uid: "uid-l", resourceVersion: "5" },
  data,
});
const component = (
  name: string,
  spec: object = {},
  metadata: Partial<ObjectMeta> = {},
): KubeObject & { readonly spec: object } => ({
  metadata: { name, namespace: "team", uid: `uid-${name}`, resourceVersion: "1", ...metadata },
  spec: { application: "shop", containerImage: image(name), ...spec },
});

interface Told {
  readonly name?: string;
  readonly type?: string;
  readonly images: readonly string[];
  readonly promoted?: string;
  readonly reason?: string;
  readonly built?: string;
  readonly concludedAt?: number;
  readonly madeFrom?: string;
  readonly application?: string;
  readonly namespace?: string;
}

let made = 0;

function snapshot(told: Told): KubeObject & { readonly spec: object; readonly status: object } {
  made += 1;
  const { images, promoted, built, concludedAt, madeFrom, ...rest } = told;
  const name = `snapshot-${images.join("-")}`;
  const defaults = { name, namespace: "team", application: "shop", type: "component", reason: "x" };
  const { namespace, application, type, reason, ...named } = { ...defaults, ...rest };
  const order = JSON.stringify({ createdAt: made, name: `build-${images.join("-")}` });
  return {
    metadata: {
      ...named,
      namespace,
      uid: `uid-s${String(made)}`,
      resourceVersion: "1",
      creationTimestamp: new Date(made * 1000).toISOString(),
      labels: present({ [`${own}/type`]: type, "appstudio.openshift.io/component": built }),
      annotations: present({ [`${own}/gcl-revision`]: madeFrom, [`${own}/build-order`]: built && order }),
    } as ObjectMeta,
    spec: { application, components: images.map((each) => ({ name: each.replace(/\d+$/, ""), containerImage: each })) },
    status: {
      conditions: promoted === undefined ? [] : [{ type: "Promoted", status: promoted, reason }],
      ...(concludedAt === undefined ? {} : { candidateList: { revision: concludedAt } }),
    },
  };
}

const history = (): readonly KubeObject[] => [
  snapshot({ images: ["a1", "b1"], built: "a", promoted: "True", concludedAt: 1 }),
  snapshot({ images: ["a2", "b1"], built: "a", promoted: "False", reason: "SupersededByComposite", concludedAt: 2 }),
  snapshot({ images: ["a1", "b2"], built: "b", promoted: "False", reason: "SupersededByComposite", concludedAt: 3 }),
  snapshot({ images: ["a9", "b9"], built: "a", promoted: "False", reason: "TestsFailed" }),
];

test("a list is what its ConfigMap says, at the version that says it", async () => {
  const list = candidateList("a1 b1", { revision: 4 });
  const raw = { ...configMap(renderCandidateList(list, shop, "uid-a").data ?? {}) };
  const { opened, asked } = await open({ candidateLists: [raw], components: [component("c")], snapshots: history() });
  expect(opened).toEqual({ kind: "list", list, resourceVersion: "5", rebuilt: false });
  expect(asked).toEqual([]);
});

test("a list that cannot be read is not rebuilt: a person has to look", async () => {
  const { opened, asked } = await open({ candidateLists: [configMap({ _ledger: "{" })], snapshots: history() });
  const problem = expect.stringContaining('data["_ledger"]');
  expect(opened).toEqual({ kind: "unreadable", problem, configMap: { namespace: "team", name: "shop-gcl" } });
  expect(asked).toEqual([]);
});

test("an Application without a history starts from the images of its Components, and nobody is asked", async () => {
  const components = [
    component("a"),
    component("b"),
    component("new", { containerImage: "" }),
    component("other", { application: "other" }),
  ];
  const { opened, asked } = await open({ components, snapshots: [snapshot({ images: ["a1"], built: "a" })] });
  const images = `${image("a")} ${image("b")}`;
  expect(opened).toMatchObject({
    kind: "list",
    rebuilt: false,
    list: { revision: 0, committed: [], ledger: { type: "initial", revision: 0, when: now } },
  });
  expect(opened).not.toHaveProperty("resourceVersion");
  expect(opened.kind === "list" && [imagesOf(opened.list.candidates), imagesOf(opened.list.ledger.content)]).toEqual([
    images,
    images,
  ]);
  expect(asked).toEqual([]);
});

test("a Component that is being deleted is none to start from", async () => {
  const { opened } = await open({
    components: [component("a"), component("b", {}, { deletionTimestamp: "2026-11-01T12:00:00Z" })],
  });
  expect(opened.kind === "list" && [...opened.list.candidates.keys()]).toEqual(["a"]);
});

test("an Application without anything has an empty list", async () => {
  const { opened } = await open({});
  expect(opened).toMatchObject({ kind: "list", rebuilt: false, list: { revision: 0, candidates: new Map() } });
});

test.each([1, 2, 3, 100])("a list that is gone is rebuilt from its Snapshots, in pages of %i", async (pageSize) => {
  const snapshots = history();
  const { opened, asked } = await open({ snapshots, pageSize });
  if (opened.kind !== "list") throw new Error("unreadable");
  expect(opened).toMatchObject({
    rebuilt: true,
    list: { revision: 4, ledger: { snapshot: "snapshot-a1-b1", type: "component", revision: 1 } },
  });
  expect(opened).not.toHaveProperty("resourceVersion");
  expect(imagesOf(opened.list.candidates)).toBe("a2 b2");
  expect(imagesOf(opened.list.ledger.content)).toBe("a1 b1");
  expect(opened.list.candidates.get("a")?.build?.name).toBe("build-a2-b1");
  expect(asked).toHaveLength(Math.ceil(snapshots.length / pageSize));
  expect(asked.every(({ namespace, limit }) => namespace === "team" && limit !== undefined && limit <= 500)).toBe(true);
});

test("a composite tells what the list was when it was made, even while it is tested", async () => {
  const { opened } = await open({
    snapshots: [
      ...history(),
      snapshot({ type: "composite", images: ["a2", "b2", "c1"], madeFrom: "7", name: "shop-composite-7" }),
    ],
  });
  expect(opened).toMatchObject({ rebuilt: true, list: { revision: 8, ledger: { snapshot: "snapshot-a1-b1" } } });
  expect(opened.kind === "list" && imagesOf(opened.list.candidates)).toBe("a2 b2 c1");
});

test("a composite in testing alone is history enough to look at", async () => {
  const { opened, asked } = await open({
    snapshots: [snapshot({ type: "composite", images: ["a2"], madeFrom: "7", name: "shop-composite-7" })],
  });
  expect(opened).toMatchObject({ rebuilt: true, list: { revision: 8 } });
  expect(asked).toHaveLength(1);
});

test.each<[string, Partial<Told>]>([
  ["has another revision in its name", { name: "shop-composite-6" }],
  ["is called like another Application's", { name: "store-composite-7" }],
  ["names no revision", { madeFrom: "seven" }],
])("a composite that %s was not made by us, and tells nothing of what the list was", async (_what, over) => {
  const forged = snapshot({ type: "composite", images: ["a8"], madeFrom: "7", name: "shop-composite-7", ...over });
  const { opened } = await open({ snapshots: [...history(), forged] });
  expect(opened).toMatchObject({ rebuilt: true, list: { revision: 4 } });
  expect(opened.kind === "list" && imagesOf(opened.list.candidates)).toBe("a2 b2");
});

test("a list that is rebuilt with nothing but what was promoted has nothing left to promote", async () => {
  const { opened } = await open({ snapshots: history().slice(0, 1) });
  expect(opened).toMatchObject({
    rebuilt: true,
    list: { revision: 2, ledger: { snapshot: "snapshot-a1-b1", revision: 2 } },
  });
});

test("Snapshots of other Applications and namespaces are no evidence", async () => {
  const others = [
    snapshot({ images: ["a8"], built: "a", promoted: "True", concludedAt: 8, application: "other" }),
    snapshot({ images: ["a9"], built: "a", promoted: "True", concludedAt: 9, namespace: "other" }),
  ];
  expect(await open({ snapshots: others })).toMatchObject({ opened: { list: { revision: 0 } }, asked: [] });
  expect(await open({ snapshots: [...history(), ...others] })).toMatchObject({ opened: { list: { revision: 4 } } });
});

test("upstream's Snapshots name no revision, so a list is started and not rebuilt, and nobody is asked", async () => {
  const upstream = {
    ...snapshot({ images: ["a1"], built: "a" }),
    status: { conditions: [{ type: "AppStudioIntegrationStatus", status: "True", reason: "Finished" }] },
  };
  const { opened, asked } = await open({ components: [component("a")], snapshots: [upstream] });
  expect(opened).toMatchObject({ rebuilt: false, list: { revision: 0 } });
  expect(opened.kind === "list" && imagesOf(opened.list.candidates)).toBe(image("a"));
  expect(asked).toEqual([]);
});

test("when the API server does not answer, no list is made up", async () => {
  const caches = {
    releases: { byIndex: () => [] },
    candidateLists: filled([]),
    components: filled([], componentIndexes),
    snapshots: filled(
      history().map((raw) => projectSnapshot(raw)!),
      snapshotIndexes,
    ),
  } as unknown as Caches;
  const client = { list: () => Promise.reject(new Error("gone")) };
  await expect(
    openCandidateList({ caches, client, now: () => now }, shop, new AbortController().signal),
  ).rejects.toThrow("gone");
});

test.each([
  ["7", 7],
  ["0", 0],
  ["999999999999999", 999_999_999_999_999],
  ["9".repeat(16), undefined],
  ["-1", undefined],
  ["1.5", undefined],
  ["0x7", undefined],
  [" 7", undefined],
  ["", undefined],
  [undefined, undefined],
])("the annotation %o names revision %o", (text, expected) => {
  expect(readRevision(text)).toBe(expected);
});
