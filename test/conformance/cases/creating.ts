import type { ConformanceCase } from "../case.ts";
import { configMap, widget } from "./objects.ts";

/** POST, and what is refused at the door. */
export const creatingCases: readonly ConformanceCase[] = [
  {
    name: "answers a creation with the object",
    run: async (api) => [await api.create(api.configMaps, configMap("a")), await api.create(api.widgets, widget("a"))],
  },
  {
    name: "refuses to create what is there",
    run: async (api) => [await api.create(api.widgets, widget("a")), await api.create(api.widgets, widget("a"))],
  },
  {
    name: "refuses to create in a namespace that is not there",
    run: (api) => api.create("/api/v1/namespaces/none-such/configmaps", configMap("a")),
  },
  {
    name: "refuses an object of another namespace",
    run: (api) => api.create(api.configMaps, configMap("a", {}, { namespace: "other" })),
  },
  {
    name: "refuses an object of another kind",
    run: async (api) => [
      await api.create(api.configMaps, { ...configMap("a", {}), kind: "Secret" }),
      await api.create(api.widgets, { ...widget("a"), kind: "Gidget" }),
    ],
  },
  {
    name: "refuses an object of another version",
    run: (api) => api.create(api.widgets, { ...widget("a"), apiVersion: "conformance.example.com/v9" }),
  },
  {
    name: "refuses a custom object without a kind",
    run: async (api) => {
      const { code, body } = await api.create(api.widgets, { metadata: { name: "a" }, spec: { size: 1 } });
      return [code, body.reason];
    },
  },
  {
    name: "refuses what is not JSON",
    run: async (api) => (await api.send("POST", api.configMaps, "{nope", "application/json")).code,
  },
  {
    name: "reads YAML",
    run: (api) =>
      api.send(
        "POST",
        api.configMaps,
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: z}\n",
        "application/yaml",
      ),
  },
  {
    name: "reads YAML as it was in version 1.1, where y is a boolean",
    run: async (api) =>
      (
        await api.send(
          "POST",
          api.configMaps,
          "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: y}\n",
          "application/yaml",
        )
      ).code,
  },
  {
    name: "refuses a content type that it does not know",
    run: (api) => api.send("POST", api.configMaps, "{}", "text/plain"),
  },
  {
    name: "makes up a name from a prefix",
    run: async (api) => {
      const { code, body } = await api.create(api.configMaps, { metadata: { generateName: "made-" } });
      return [code, body.metadata.generateName, /^made-[a-z0-9]{5}$/u.test(body.metadata.name)];
    },
  },
  {
    name: "ignores what only the server may decide",
    run: (api) =>
      api.create(
        api.widgets,
        widget(
          "a",
          { size: 1 },
          {
            uid: "11111111-1111-1111-1111-111111111111",
            generation: 7,
            creationTimestamp: "2001-01-01T00:00:00Z",
            deletionTimestamp: "2001-01-01T00:00:00Z",
          },
        ),
      ),
  },
  {
    name: "refuses a resourceVersion on creation",
    run: (api) => api.create(api.configMaps, configMap("a", {}, { resourceVersion: "1" })),
  },
  {
    name: "does not change anything in a dry run",
    run: async (api) => [
      (await api.create(`${api.configMaps}?dryRun=All`, configMap("a"))).code,
      (await api.get(`${api.configMaps}/a`)).code,
    ],
  },
  {
    name: "labels a namespace with its name",
    run: async (api) => (await api.get(`/api/v1/namespaces/${api.namespace}`)).body.metadata.labels,
  },
];
