import type { ConformanceCase } from "../case.ts";
import { configMap, widget } from "./objects.ts";

/** What the schema of a custom kind refuses, drops and fills in. */
export const schemaCases: readonly ConformanceCase[] = [
  {
    name: "refuses a value of another type",
    run: async (api) => [
      await api.create(api.widgets, widget("a", { size: "big" })),
      await api.create(api.widgets, widget("a", { size: 1.5 })),
      await api.create(api.widgets, widget("a", { size: 1, tags: "x" })),
      await api.create(api.widgets, widget("a", { size: 1, options: [] })),
      await api.create(api.widgets, widget("a", { size: 1, port: true })),
    ],
  },
  {
    name: "refuses numbers out of their range",
    run: async (api) => [
      await api.create(api.widgets, widget("a", { size: 0 })),
      await api.create(api.widgets, widget("a", { size: 11 })),
      await api.create(api.widgets, widget("a", { size: 1, ratio: 0.7 })),
    ],
  },
  {
    name: "refuses texts that break their rules",
    run: async (api) => [
      await api.create(api.widgets, widget("a", { size: 1, code: "A" })),
      await api.create(api.widgets, widget("a", { size: 1, title: "too long" })),
      await api.create(api.widgets, widget("a", { size: 1, color: "blue" })),
      await api.create(api.widgets, widget("a", { size: 1, when: "soon" })),
    ],
  },
  {
    name: "refuses lists and maps that break their rules",
    run: async (api) => [
      await api.create(api.widgets, widget("a", { size: 1, tags: ["a", "b", "c"] })),
      await api.create(api.widgets, widget("a", { size: 1, tags: [] })),
      await api.create(api.widgets, widget("a", { size: 1, labels: { a: "1", b: "2", c: "3" } })),
    ],
  },
  {
    name: "refuses what lacks a required field",
    run: async (api) => [
      await api.create(api.widgets, widget("a", {})),
      await api.create(api.widgets, widget("a", { size: 1, parts: [{ count: 1 }] })),
    ],
  },
  {
    name: "refuses duplicates in sets and lists with keys",
    run: async (api) => [
      await api.create(api.widgets, widget("a", { size: 1, members: ["x", "x"] })),
      await api.create(api.widgets, widget("a", { size: 1, parts: [{ name: "p" }, { name: "p" }] })),
    ],
  },
  {
    name: "names everything that is wrong at once",
    run: async (api) => {
      const { code, body } = await api.create(api.widgets, widget("a", { size: 0, color: "blue" }));
      return [code, body.details.causes.map(({ field }: { field: string }) => field).toSorted()];
    },
  },
  {
    name: "fills in defaults, also deep ones",
    run: async (api) => (await api.create(api.widgets, widget("a"))).body.spec,
  },
  {
    name: "drops fields that the schema does not know",
    run: async (api) =>
      (
        await api.create(api.widgets, {
          ...widget("a", { size: 1, unknown: 1, options: { deeper: 1 }, free: { kept: { deep: 1 } } }, { unknown: 1 }),
          extra: 1,
        })
      ).body,
  },
  {
    name: "refuses unknown fields when asked to be strict",
    run: async (api) => [
      await api.create(`${api.widgets}?fieldValidation=Strict`, widget("a", { size: 1, unknown: 1 })),
      (await api.create(`${api.configMaps}?fieldValidation=Strict`, { ...configMap("a"), extra: 1 })).body,
    ],
  },
  {
    name: "takes numbers and texts where either may be",
    run: async (api) => [
      (await api.create(api.widgets, widget("a", { size: 1, port: 80 }))).body.spec.port,
      (await api.create(api.widgets, widget("b", { size: 1, port: "http" }))).body.spec.port,
    ],
  },
  {
    name: "drops nulls unless they are allowed",
    run: async (api) => [
      (await api.create(api.widgets, widget("a", { size: 1, title: null, maybe: null, mode: null }))).body.spec,
      (await api.create(api.widgets, widget("b", { size: null }))).body,
    ],
  },
  {
    name: "judges a status by the schema",
    run: async (api) => [
      (await api.create(api.widgets, widget("a"))).code,
      await api.patch(`${api.widgets}/a/status`, "merge", { status: { observed: "x" } }),
      await api.patch(`${api.widgets}/a/status`, "merge", { status: { conditions: [{}] } }),
    ],
  },
  {
    name: "lets an update keep what was allowed before",
    run: async (api) => {
      await api.create(api.widgets, widget("a"));
      return (await api.patch(`${api.widgets}/a`, "merge", { spec: { mode: "other" } })).body.spec;
    },
  },
  {
    name: "judges an update by the schema",
    run: async (api) => {
      await api.create(api.widgets, widget("a"));
      return [
        await api.patch(`${api.widgets}/a`, "merge", { spec: { size: 0 } }),
        await api.patch(`${api.widgets}/a`, "merge", { spec: { size: null } }),
        await api.patch(`${api.widgets}/a`, "merge", { spec: null }),
      ];
    },
  },
];
