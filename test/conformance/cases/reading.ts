import type { ConformanceCase } from "../case.ts";
import { configMap, widget } from "./objects.ts";

const wide = (api: { configMaps: string }): string => api.configMaps;

/** Discovery, GET, lists and their selectors, pages and versions. */
export const readingCases: readonly ConformanceCase[] = [
  { name: "says that it is ready", run: (api) => api.get("/readyz") },
  {
    name: "answers an unknown path in plain text",
    run: async (api) => [await api.get("/apis/nowhere.example.com/v1/things"), await api.get("/api/v1/things")],
  },
  {
    name: "answers an unknown resource of a known group in plain text",
    run: (api) => api.get("/apis/conformance.example.com/v1/nothings"),
  },
  {
    name: "does not know a subresource that the kind lacks",
    run: async (api) => [await api.get(`${api.configMaps}/a/status`), await api.get(`${api.gadgets}/a/status`)],
  },
  {
    name: "refuses verbs where they make no sense",
    run: async (api) => [
      await api.create("/api/v1/configmaps", {}),
      await api.remove("/api/v1/configmaps"),
      await api.replace(api.configMaps, {}),
      await api.replace(api.gadgets, {}),
      await api.create(`${api.configMaps}/a`, {}),
      await api.get("/api/v1/configmaps/a"),
    ],
  },
  {
    name: "lists the resources of a custom group",
    run: async (api) => {
      const { body } = await api.get("/apis/conformance.example.com/v1");
      type Listed = { name: string; kind: string; namespaced: boolean; verbs: string[] };
      return {
        groupVersion: body.groupVersion,
        // In no certain order, like the verbs.
        resources: body.resources
          .map(({ name, kind, namespaced, verbs }: Listed) => ({ name, kind, namespaced, verbs: verbs.toSorted() }))
          .toSorted((a: Listed, b: Listed) => (a.name < b.name ? -1 : 1)),
      };
    },
  },
  { name: "names the versions of a custom group", run: (api) => api.get("/apis/conformance.example.com") },
  {
    name: "says NotFound for an object that is not there",
    run: async (api) => [await api.get(`${api.configMaps}/none`), await api.get(`${api.widgets}/none`)],
  },
  { name: "lists an empty collection of a built-in kind", run: (api) => api.get(api.configMaps) },
  { name: "lists an empty collection of a custom kind", run: (api) => api.get(api.widgets) },
  {
    name: "lists objects in the order of their names",
    run: async (api) => {
      for (const name of ["c", "a", "b-x", "b"]) await api.create(wide(api), configMap(name));
      const { body } = await api.get(api.configMaps);
      return [
        body.kind,
        body.apiVersion,
        body.items.map((item: { metadata: object }) => item.metadata),
        body.items[0].kind,
      ];
    },
  },
  {
    name: "gives items of a custom list their kind",
    run: async (api) => {
      await api.create(api.widgets, widget("a"));
      return (await api.get(api.widgets)).body.items;
    },
  },
  {
    name: "selects by labels in every way there is",
    run: async (api) => {
      const labels = { a: { tier: "x", env: "p" }, b: { tier: "y" }, c: { env: "q" }, d: { tier: "" } };
      for (const [name, own] of Object.entries(labels))
        await api.create(api.configMaps, configMap(name, {}, { labels: own }));
      const selectors = [
        "tier=x",
        "tier==x",
        "tier!=x",
        "tier in (x,y)",
        "tier notin (x)",
        "tier",
        "!tier",
        "tier,env",
        "tier=x,env=p",
        "tier in (x),env notin (q)",
        "tier=",
        "tier notin (x, y),!env",
      ];
      const names: unknown[] = [];
      for (const selector of selectors) {
        const { code, body } = await api.get(`${api.configMaps}?labelSelector=${encodeURIComponent(selector)}`);
        names.push([selector, code, body.items?.map((item: { metadata: { name: string } }) => item.metadata.name)]);
      }
      return names;
    },
  },
  {
    name: "refuses a label selector that it cannot read",
    run: async (api) => (await api.get(`${api.configMaps}?labelSelector=${encodeURIComponent("a in b")}`)).code,
  },
  {
    name: "selects by name",
    run: async (api) => {
      for (const name of ["a", "b"]) await api.create(api.configMaps, configMap(name));
      const one = await api.get(`${api.configMaps}?fieldSelector=metadata.name%3Da`);
      const other = await api.get(
        `${api.configMaps}?fieldSelector=metadata.name!%3Da,metadata.namespace%3D${api.namespace}`,
      );
      return [
        one.body.items.length,
        other.body.items.map((item: { metadata: { name: string } }) => item.metadata.name).includes("b"),
      ];
    },
  },
  {
    name: "refuses to select by any other field",
    run: async (api) => [
      await api.get(`${api.widgets}?fieldSelector=spec.size%3D1`),
      await api.get(`${api.configMaps}?fieldSelector=data.a%3D1`),
    ],
  },
  {
    name: "lists in pages that show one moment",
    run: async (api) => {
      for (const name of ["a", "b", "c", "d", "e"]) await api.create(api.widgets, widget(name));
      const first = await api.get(`${api.widgets}?limit=2`);
      await api.remove(`${api.widgets}/d`);
      await api.create(api.widgets, widget("c1"));
      const second = await api.get(`${api.widgets}?limit=2&continue=${first.body.metadata.continue}`);
      const third = await api.get(`${api.widgets}?limit=2&continue=${second.body.metadata.continue}`);
      return [first, second, third].map(({ body }) => [
        body.metadata,
        body.items.map((item: { metadata: { name: string } }) => item.metadata.name),
      ]);
    },
  },
  {
    name: "does not count what remains when selecting",
    run: async (api) => {
      for (const name of ["a", "b", "c"])
        await api.create(api.widgets, widget(name, { size: 1 }, { labels: { l: "1" } }));
      return (await api.get(`${api.widgets}?limit=1&labelSelector=l%3D1`)).body.metadata;
    },
  },
  {
    name: "refuses a continue token that it did not make",
    run: async (api) => (await api.get(`${api.widgets}?limit=1&continue=nonsense`)).code,
  },
  {
    name: "lists the past when asked for an exact version",
    run: async (api) => {
      await api.create(api.widgets, widget("a"));
      const { body } = await api.get(api.widgets);
      await api.create(api.widgets, widget("b"));
      const version = body.metadata.resourceVersion;
      const past = await api.get(`${api.widgets}?resourceVersion=${version}&resourceVersionMatch=Exact`);
      const now = await api.get(`${api.widgets}?resourceVersion=${version}&resourceVersionMatch=NotOlderThan`);
      const paged = await api.get(`${api.widgets}?resourceVersion=${version}&limit=10`);
      return [past, now, paged].map((reply) => reply.body.items.length);
    },
  },
  {
    name: "refuses resourceVersionMatch without a version",
    run: (api) => api.get(`${api.widgets}?resourceVersionMatch=Exact`),
  },
  { name: "refuses a list version that is no number", run: (api) => api.get(`${api.widgets}?resourceVersion=abc`) },
  {
    name: "says that a version of the future is too large",
    run: async (api) => {
      const { code, body } = await api.get(`${api.widgets}?resourceVersion=99999999&resourceVersionMatch=NotOlderThan`);
      return [code, body.reason, body.details];
    },
  },
  {
    name: "shows only metadata to those who ask for it",
    run: async (api) => {
      await api.create(api.widgets, widget("a"));
      const accept = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
      const list = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
      const { body } = await api.get(api.widgets, { accept: list });
      return [await api.get(`${api.widgets}/a`, { accept }), body.kind, body.apiVersion, body.items];
    },
  },
  {
    name: "shows an object in each version of its kind, pruned to that version",
    run: async (api) => {
      await api.create(api.widgets, widget("a", { size: 2, title: "x" }));
      const old = await api.get(`${api.oldWidgets}/a`);
      await api.patch(`${api.oldWidgets}/a`, "merge", { spec: { size: 3 } });
      return [old, await api.get(`${api.widgets}/a`)];
    },
  },
];
