import type { ConformanceCase } from "../case.ts";
import { configMap, widget } from "./objects.ts";

const held = { finalizers: ["example.com/a", "example.com/b"] };

/** DELETE, finalizers and preconditions. */
export const deletingCases: readonly ConformanceCase[] = [
  {
    name: "answers a deletion with a status",
    run: async (api) => {
      await api.create(api.configMaps, configMap("a"));
      await api.create(api.widgets, widget("a"));
      return [
        await api.remove(`${api.configMaps}/a`),
        await api.remove(`${api.widgets}/a`),
        (await api.get(`${api.widgets}/a`)).code,
      ];
    },
  },
  { name: "refuses to delete what is not there", run: (api) => api.remove(`${api.widgets}/a`) },
  {
    name: "holds a deletion to an identity",
    run: async (api) => {
      const { body } = await api.create(api.widgets, widget("a"));
      const other = await api.remove(`${api.widgets}/a`, {
        preconditions: { uid: "11111111-1111-1111-1111-111111111111" },
      });
      const right = await api.remove(`${api.widgets}/a`, { preconditions: { uid: body.metadata.uid } });
      return [other.code, other.body.reason, right.code];
    },
  },
  {
    name: "holds a deletion to a version",
    run: async (api) => {
      const { body } = await api.create(api.widgets, widget("a"));
      await api.patch(`${api.widgets}/a`, "merge", { spec: { size: 2 } });
      const stale = await api.remove(`${api.widgets}/a`, {
        preconditions: { resourceVersion: body.metadata.resourceVersion },
      });
      return [stale.code, stale.body.reason, stale.body.details];
    },
  },
  {
    name: "waits for the last finalizer",
    run: async (api) => {
      await api.create(api.widgets, widget("a", { size: 1 }, held));
      const marked = await api.remove(`${api.widgets}/a`);
      const again = await api.remove(`${api.widgets}/a`);
      const one = await api.patch(`${api.widgets}/a`, "merge", { metadata: { finalizers: ["example.com/a"] } });
      const last = await api.patch(`${api.widgets}/a`, "merge", { metadata: { finalizers: null } });
      return [marked, again, one, last, (await api.get(`${api.widgets}/a`)).code];
    },
  },
  {
    name: "takes no new finalizer while deleting, but other changes",
    run: async (api) => {
      await api.create(api.configMaps, configMap("a", { a: "1" }, { finalizers: ["example.com/a"] }));
      await api.remove(`${api.configMaps}/a`);
      const refused = await api.patch(`${api.configMaps}/a`, "merge", {
        metadata: { finalizers: ["example.com/a", "example.com/b"] },
      });
      const changed = await api.patch(`${api.configMaps}/a`, "merge", { data: { b: "2" } });
      await api.patch(`${api.configMaps}/a`, "merge", { metadata: { finalizers: [] } });
      return [refused, changed.code, (await api.get(`${api.configMaps}/a`)).code];
    },
  },
  {
    name: "keeps the finalizer of a foreground deletion until someone removes it",
    run: async (api) => {
      await api.create(api.widgets, widget("a"));
      const marked = await api.remove(`${api.widgets}/a`, { propagationPolicy: "Foreground" });
      await api.patch(`${api.widgets}/a`, "merge", { metadata: { finalizers: null } });
      return [marked.code, marked.body.metadata, (await api.get(`${api.widgets}/a`)).code];
    },
  },
  {
    name: "keeps the finalizer of an orphaning deletion until someone removes it",
    run: async (api) => {
      await api.create(api.configMaps, configMap("a"));
      const marked = await api.remove(`${api.configMaps}/a`, { propagationPolicy: "Orphan" });
      await api.patch(`${api.configMaps}/a`, "merge", { metadata: { finalizers: null } });
      return [marked.code, marked.body.metadata?.finalizers];
    },
  },
  {
    name: "does not delete dependents by itself",
    run: async (api) => {
      const { body } = await api.create(api.configMaps, configMap("owner"));
      await api.create(
        api.configMaps,
        configMap(
          "owned",
          {},
          { ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: body.metadata.uid }] },
        ),
      );
      await api.remove(`${api.configMaps}/owner`);
      return (await api.get(`${api.configMaps}/owned`)).code;
    },
  },
  {
    name: "deletes through an update that removes the last finalizer, seen by the finalizer's own manager",
    run: async (api) => {
      const { body } = await api.create(api.widgets, widget("a", { size: 1 }, { finalizers: ["example.com/a"] }));
      await api.remove(`${api.widgets}/a`);
      const stale = await api.replace(`${api.widgets}/a`, { ...body, metadata: { ...body.metadata, finalizers: [] } });
      const fresh = (await api.get(`${api.widgets}/a`)).body;
      const done = await api.replace(`${api.widgets}/a`, {
        ...fresh,
        metadata: { ...fresh.metadata, finalizers: [] },
        spec: { size: 5 },
      });
      return [stale.code, done];
    },
  },
  {
    name: "leaves an object alone that loses its finalizers before it is deleted",
    run: async (api) => {
      await api.create(api.widgets, widget("a", { size: 1 }, { finalizers: ["example.com/a"] }));
      await api.patch(`${api.widgets}/a`, "merge", { metadata: { finalizers: [] } });
      return (await api.get(`${api.widgets}/a`)).body.metadata;
    },
  },
  {
    name: "does not let anyone set or unset the marks of a deletion",
    run: async (api) => {
      await api.create(api.widgets, widget("a", { size: 1 }, { finalizers: ["example.com/a"] }));
      const set = await api.patch(`${api.widgets}/a`, "merge", {
        metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" },
      });
      await api.remove(`${api.widgets}/a`);
      const unset = await api.patch(`${api.widgets}/a`, "merge", { metadata: { deletionTimestamp: null } });
      await api.patch(`${api.widgets}/a`, "merge", { metadata: { finalizers: null } });
      return [set, unset.code, unset.body.metadata];
    },
  },
  {
    name: "writes a status while deleting",
    run: async (api) => {
      await api.create(api.widgets, widget("a", { size: 1 }, { finalizers: ["example.com/a"] }));
      await api.remove(`${api.widgets}/a`);
      const told = await api.patch(`${api.widgets}/a/status`, "merge", { status: { phase: "Going" } });
      await api.patch(`${api.widgets}/a`, "merge", { metadata: { finalizers: null } });
      return told;
    },
  },
  {
    name: "refuses a namespace twice deleted",
    run: async (api) => {
      const namespace = `/api/v1/namespaces/${api.namespace}-gone`;
      await api.create("/api/v1/namespaces", { metadata: { name: `${api.namespace}-gone` } });
      const first = await api.remove(namespace);
      const again = await api.remove(namespace);
      const inside = await api.create(`${namespace}/configmaps`, configMap("a"));
      return [first, again, inside];
    },
  },
  {
    name: "deletes a selection",
    run: async (api) => {
      for (const name of ["a", "b", "c"])
        await api.create(api.widgets, widget(name, { size: 1 }, { labels: { l: name === "c" ? "no" : "yes" } }));
      const { code } = await api.remove(`${api.widgets}?labelSelector=l%3Dyes`);
      return [code, (await api.get(api.widgets)).body.items.length];
    },
  },
  {
    name: "gives a recreated object a new identity",
    run: async (api) => {
      const first = await api.create(api.widgets, widget("a"));
      await api.remove(`${api.widgets}/a`);
      const second = await api.create(api.widgets, widget("a"));
      return [first.body.metadata.uid === second.body.metadata.uid, second.body.metadata.generation];
    },
  },
  {
    name: "deletes only in a dry run when asked to",
    run: async (api) => {
      await api.create(api.widgets, widget("a"));
      const { code } = await api.remove(`${api.widgets}/a?dryRun=All`);
      return [code, (await api.get(`${api.widgets}/a`)).code];
    },
  },
];
