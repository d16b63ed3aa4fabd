import type { ConformanceCase } from "../case.ts";
import { configMap, widget } from "./objects.ts";

const megabyte = 1024 * 1024;

/** Names, labels, owners and sizes. */
export const metadataCases: readonly ConformanceCase[] = [
  {
    name: "refuses a name that is no DNS name",
    run: async (api) => [
      await api.create(api.configMaps, configMap("Not_Good")),
      await api.create(api.widgets, widget("Not_Good")),
    ],
  },
  {
    name: "refuses an object without a name",
    run: async (api) => [
      await api.create(api.configMaps, { data: {} }),
      await api.create(api.widgets, widget("", { size: 1 })),
    ],
  },
  {
    name: "refuses a name that is too long",
    run: async (api) => (await api.create(api.widgets, widget("a".repeat(254)))).body.details?.causes,
  },
  {
    name: "refuses bad labels",
    run: async (api) => [
      await api.create(api.widgets, widget("a", { size: 1 }, { labels: { "bad key!": "v" } })),
      await api.create(api.configMaps, configMap("a", {}, { labels: { k: "bad value!" } })),
      await api.create(api.configMaps, configMap("a", {}, { labels: { k: "v".repeat(64) } })),
      await api.create(api.configMaps, configMap("a", {}, { labels: { "Upper/k": "v" } })),
    ],
  },
  {
    name: "refuses a bad annotation name",
    run: (api) => api.create(api.configMaps, configMap("a", {}, { annotations: { "a/b/c": "v" } })),
  },
  {
    name: "refuses annotations of more than 256 KiB",
    run: (api) => api.create(api.configMaps, configMap("a", {}, { annotations: { k: "v".repeat(256 * 1024) } })),
  },
  {
    name: "refuses an owner without an identity",
    run: (api) =>
      api.create(
        api.configMaps,
        configMap("a", {}, { ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: "o" }] }),
      ),
  },
  {
    name: "refuses two owners that both control",
    run: async (api) => {
      const owner = (name: string): object => ({
        apiVersion: "v1",
        kind: "ConfigMap",
        name,
        uid: `1111111${name}-1111-1111-1111-111111111111`,
        controller: true,
      });
      const { code, body } = await api.create(
        api.widgets,
        widget("a", { size: 1 }, { ownerReferences: [owner("1"), owner("2")] }),
      );
      return [
        code,
        body.reason,
        body.details.causes.map(({ reason, field }: { reason: string; field: string }) => [reason, field]),
      ];
    },
  },
  {
    name: "refuses a finalizer without a good name",
    run: (api) => api.create(api.widgets, widget("a", { size: 1 }, { finalizers: ["bad name!"] })),
  },
  {
    name: "refuses labels that are not text",
    run: async (api) => [
      (await api.create(api.widgets, widget("a", { size: 1 }, { labels: { a: 1 } }))).code,
      (await api.create(api.configMaps, configMap("a", { x: 1 }))).code,
    ],
  },
  {
    name: "refuses a config map with a bad key",
    run: (api) => api.create(api.configMaps, configMap("a", { "bad key": "1" })),
  },
  {
    name: "refuses a config map of more than a mebibyte",
    run: async (api) => {
      const { code, body } = await api.create(api.configMaps, configMap("a", { k: "v".repeat(megabyte + 1) }));
      return [code, body.reason, body.details];
    },
  },
  {
    name: "refuses an object that is too large to be stored",
    run: async (api) => {
      const { code, body } = await api.create(
        api.widgets,
        widget("a", { size: 1, free: { k: "v".repeat(1.7 * megabyte) } }),
      );
      return [code, body.reason, body.message];
    },
  },
  {
    name: "refuses a request of more than three mebibytes",
    run: async (api) => {
      const { code, body } = await api.create(
        api.widgets,
        widget("a", { size: 1, free: { k: "v".repeat(3.1 * megabyte) } }),
      );
      return [code, body.reason, body.message];
    },
  },
  {
    name: "leaves out empty metadata",
    run: async (api) => [
      (
        await api.create(
          api.widgets,
          widget("a", { size: 1 }, { labels: {}, annotations: {}, finalizers: [], ownerReferences: [] }),
        )
      ).body.metadata,
      (await api.create(api.configMaps, configMap("a", {}, { labels: {} }))).body,
    ],
  },
  {
    name: "refuses bad metadata in an update",
    run: async (api) => {
      await api.create(api.widgets, widget("a"));
      await api.create(api.configMaps, configMap("a"));
      const metadata = { labels: { k: "bad value!" } };
      return [
        await api.patch(`${api.widgets}/a`, "merge", { metadata }),
        await api.patch(`${api.configMaps}/a`, "merge", { metadata }),
      ];
    },
  },
  {
    name: "refuses a definition whose name is not its plural and group",
    run: async (api) => {
      const { code, body } = await api.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
        metadata: { name: "wrong" },
        spec: {
          group: "g.example.com",
          scope: "Namespaced",
          names: { plural: "as", kind: "A" },
          versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
        },
      });
      return [code, body.reason, body.details.causes.map(({ field }: { field: string }) => field)];
    },
  },
];
