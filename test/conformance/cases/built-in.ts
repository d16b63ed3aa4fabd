import type { ConformanceCase } from "../case.ts";
import { configMap } from "./objects.ts";

/** Leases, events, secrets and service accounts. */
export const builtInCases: readonly ConformanceCase[] = [
  {
    name: "has no generation for config maps and leases",
    run: async (api) => [
      await api.create(api.leases, { metadata: { name: "l" }, spec: { holderIdentity: "me" } }),
      (await api.create(api.configMaps, configMap("a"))).body.metadata.generation,
    ],
  },
  {
    name: "creates a lease by replacing it",
    run: async (api) =>
      (await api.replace(`${api.leases}/l`, { metadata: { name: "l" }, spec: { holderIdentity: "me" } })).code,
  },
  {
    name: "refuses to replace a lease without a version",
    run: async (api) => [
      (await api.create(api.leases, { metadata: { name: "l" }, spec: {} })).code,
      await api.replace(`${api.leases}/l`, { metadata: { name: "l" }, spec: { holderIdentity: "me" } }),
    ],
  },
  {
    name: "wants six decimals in the times of a lease",
    run: async (api) => {
      const at = async (renewTime: string): Promise<number> =>
        (
          await api.replace(`${api.leases}/l${renewTime.length}`, {
            metadata: { name: `l${renewTime.length}` },
            spec: { renewTime },
          })
        ).code;
      return [
        await at("2026-01-01T00:00:00.000000Z"),
        await at("2026-01-01T00:00:00.000Z"),
        await at("2026-01-01T00:00:00Z"),
        await at("2026-01-01T00:00:00.0000000Z"),
      ];
    },
  },
  {
    name: "refuses a lease that lasts no time",
    run: (api) => api.create(api.leases, { metadata: { name: "l" }, spec: { leaseDurationSeconds: 0 } }),
  },
  {
    name: "turns the text of a secret into data",
    run: (api) => api.create(api.secrets, { metadata: { name: "s" }, stringData: { a: "hello" } }),
  },
  {
    name: "shows an event in both of its groups",
    run: async (api) => {
      const regarding = { apiVersion: "v1", kind: "ConfigMap", name: "a", namespace: api.namespace };
      const event = {
        metadata: { name: "e" },
        regarding,
        reason: "Why",
        note: "what",
        type: "Normal",
        action: "Act",
        reportingController: "example.com/me",
        reportingInstance: "me-1",
        eventTime: "2026-01-01T00:00:00.000000Z",
      };
      return [await api.create(api.newEvents, event), await api.get(`${api.events}/e`)];
    },
  },
  {
    name: "refuses a new event without what it needs",
    run: (api) => api.create(api.newEvents, { metadata: { name: "e" }, regarding: { namespace: api.namespace } }),
  },
  {
    name: "refuses an event about another namespace",
    run: (api) => api.create(api.events, { metadata: { name: "e" }, involvedObject: { namespace: "other" } }),
  },
  {
    name: "gives a service account no generation and answers its deletion with it",
    run: async (api) => {
      const path = `/api/v1/namespaces/${api.namespace}/serviceaccounts`;
      return [await api.create(path, { metadata: { name: "s" } }), (await api.remove(`${path}/s`)).body.kind];
    },
  },
  {
    name: "creates an event by replacing it, and changes it",
    run: async (api) => {
      const event = {
        metadata: { name: "e" },
        involvedObject: { namespace: api.namespace, name: "x", kind: "Y" },
        reason: "Why",
        message: "what",
        type: "Normal",
        count: 1,
        firstTimestamp: "2026-01-01T00:00:00Z",
        lastTimestamp: "2026-01-01T00:00:00Z",
        source: { component: "me" },
      };
      const created = await api.replace(`${api.events}/e`, event);
      const patched = await api.patch(`${api.events}/e`, "merge", { count: 2 });
      const same = await api.patch(`${api.events}/e`, "merge", { count: 2 });
      return [created, patched, same, await api.get(`${api.newEvents}/e`)];
    },
  },
  {
    name: "refuses to rewrite a new event, but counts its series",
    run: async (api) => {
      const event = {
        metadata: { name: "e" },
        regarding: { namespace: api.namespace },
        reason: "Why",
        note: "what",
        type: "Normal",
        action: "Act",
        reportingController: "example.com/me",
        reportingInstance: "me-1",
        eventTime: "2026-01-01T00:00:00.000000Z",
      };
      await api.create(api.newEvents, event);
      const counted = await api.patch(`${api.newEvents}/e`, "merge", {
        series: { count: 2, lastObservedTime: "2026-01-01T00:00:01.000000Z" },
      });
      const rewritten = await api.patch(`${api.newEvents}/e`, "merge", { note: "else" });
      const badSeries = await api.patch(`${api.newEvents}/e`, "merge", { series: { count: 1 } });
      return [counted, rewritten, badSeries];
    },
  },
];
