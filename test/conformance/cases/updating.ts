import type { ConformanceCase } from "../case.ts";
import { configMap, gadget, widget, withMetadata } from "./objects.ts";

/** PUT, and what counts as a change. */
export const updatingCases: readonly ConformanceCase[] = [
  {
    name: "drops the status of a creation where there is a status subresource",
    run: (api) => api.create(api.widgets, { ...widget("a"), status: { phase: "x" } }),
  },
  {
    name: "keeps the status of a creation where there is no status subresource",
    run: (api) => api.create(api.gadgets, gadget(`${api.namespace}-s`, 1, { status: { phase: "x" } })),
  },
  {
    name: "replaces an object at the version it was read at",
    run: async (api) => {
      const { body } = await api.create(api.widgets, widget("a"));
      const replaced = await api.replace(`${api.widgets}/a`, { ...body, spec: { size: 2 } });
      const stale = await api.replace(`${api.widgets}/a`, { ...body, spec: { size: 3 } });
      return [body, replaced, stale];
    },
  },
  {
    name: "refuses to replace a custom object without a version",
    run: async (api) => [
      (await api.create(api.widgets, widget("a"))).code,
      await api.replace(`${api.widgets}/a`, widget("a", { size: 2 })),
    ],
  },
  {
    name: "replaces a config map without a version",
    run: async (api) => [
      (await api.create(api.configMaps, configMap("a"))).code,
      await api.replace(`${api.configMaps}/a`, configMap("a", { b: "2" })),
    ],
  },
  {
    name: "refuses to replace what is not there",
    run: async (api) => [
      await api.replace(`${api.configMaps}/a`, configMap("a")),
      await api.replace(`${api.widgets}/a`, widget("a", { size: 1 }, { resourceVersion: "1" })),
    ],
  },
  { name: "refuses to replace under another name", run: (api) => api.replace(`${api.configMaps}/b`, configMap("a")) },
  {
    name: "refuses to replace an object of another identity",
    run: async (api) => {
      const { body } = await api.create(api.widgets, widget("a"));
      const { code, body: refusal } = await api.replace(
        `${api.widgets}/a`,
        withMetadata(body, { uid: "11111111-1111-1111-1111-111111111111" }),
      );
      return [code, refusal.reason, refusal.details];
    },
  },
  {
    name: "does not write what is already so",
    run: async (api) => {
      const { body } = await api.create(api.widgets, widget("a"));
      const again = await api.replace(`${api.widgets}/a`, body);
      const patched = await api.patch(`${api.widgets}/a`, "merge", { spec: { size: 1 } });
      return [body.metadata, again.body.metadata, patched.body.metadata];
    },
  },
  {
    name: "counts a generation for each change of the spec and for nothing else",
    run: async (api) => {
      await api.create(api.widgets, widget("a"));
      const path = `${api.widgets}/a`;
      const labelled = await api.patch(path, "merge", { metadata: { labels: { a: "b" } } });
      const changed = await api.patch(path, "merge", { spec: { size: 2 } });
      const told = await api.patch(`${path}/status`, "merge", { status: { phase: "x" } });
      const ignored = await api.patch(path, "merge", { status: { phase: "y" } });
      return [labelled, changed, told, ignored].map(({ body }) => ({
        generation: body.metadata.generation,
        resourceVersion: body.metadata.resourceVersion,
        status: body.status,
      }));
    },
  },
  {
    name: "counts a generation for every change where there is no status subresource",
    run: async (api) => {
      const name = `${api.namespace}-g`;
      await api.create(api.gadgets, gadget(name, 1));
      const told = await api.patch(`${api.gadgets}/${name}`, "merge", { status: { phase: "x" } });
      const labelled = await api.patch(`${api.gadgets}/${name}`, "merge", { metadata: { labels: { a: "b" } } });
      return [told.body.metadata.generation, labelled.body.metadata.generation];
    },
  },
  {
    name: "changes only the status through the status subresource",
    run: async (api) => {
      const { body } = await api.create(api.widgets, widget("a"));
      const told = await api.replace(`${api.widgets}/a/status`, {
        ...withMetadata(body, { labels: { no: "no" } }),
        spec: { size: 9 },
        status: { phase: "x" },
      });
      const stale = await api.replace(`${api.widgets}/a/status`, { ...body, status: { phase: "y" } });
      const read = await api.get(`${api.widgets}/a/status`);
      return [told, stale.code, read];
    },
  },
  {
    name: "refuses a status of an object that is not there",
    run: async (api) => (await api.patch(`${api.widgets}/a/status`, "merge", { status: {} })).body,
  },
  {
    name: "counts a generation when a field is removed or a default replaced",
    run: async (api) => {
      await api.create(api.widgets, widget("a", { size: 1, title: "x" }));
      const removed = await api.patch(`${api.widgets}/a`, "merge", { spec: { title: null } });
      const replaced = await api.patch(`${api.widgets}/a`, "merge", { spec: { mode: "normal" } });
      return [removed.body.metadata, replaced.body.metadata];
    },
  },
];
