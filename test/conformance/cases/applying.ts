import type { ConformanceCase } from "../case.ts";
import { applied, apply } from "./apply.ts";
import { widget } from "./objects.ts";

/** Server-side apply: what it writes, refuses and leaves alone. */
export const applyingCases: readonly ConformanceCase[] = [
  {
    name: "wants a field manager to apply",
    run: (api) => api.patch(`${api.widgets}/a`, "apply", applied("a", { size: 1 })),
  },
  {
    name: "wants to know what is applied",
    run: async (api) =>
      (await api.patch(`${api.widgets}/a?fieldManager=one`, "apply", { metadata: { name: "a" } })).code,
  },
  {
    name: "applies the same again without writing",
    run: async (api) => {
      const first = await apply(api, { size: 1, title: "x" }, "one");
      const second = await apply(api, { size: 1, title: "x" }, "one");
      return [first, second];
    },
  },
  {
    name: "refuses to apply over what another manager applied",
    run: async (api) => {
      await apply(api, { size: 1, title: "x", color: "red" }, "one");
      const refused = await apply(api, { size: 2, title: "y" }, "two");
      return refused;
    },
  },
  {
    name: "refuses to apply over an ordinary update",
    run: async (api) => {
      await api.create(`${api.widgets}?fieldManager=hand`, widget("a", { size: 1 }));
      const refused = await apply(api, { size: 2 }, "one");
      return refused;
    },
  },
  {
    name: "holds an apply to the version that it names",
    run: async (api) => {
      await api.create(api.widgets, widget("a"));
      return api.patch(
        `${api.widgets}/a?fieldManager=one`,
        "apply",
        applied("a", { title: "x" }, { resourceVersion: "1" }),
      );
    },
  },
  {
    name: "refuses to apply to an identity that is not there",
    run: (api) =>
      api.patch(
        `${api.widgets}/a?fieldManager=one`,
        "apply",
        applied("a", { size: 1 }, { uid: "11111111-1111-1111-1111-111111111111" }),
      ),
  },
  { name: "judges what is applied by the schema", run: (api) => apply(api, { size: 99 }, "one") },
  {
    name: "refuses applied managedFields",
    run: async (api) =>
      (
        await api.patch(
          `${api.widgets}/a?fieldManager=one`,
          "apply",
          applied(
            "a",
            { size: 1 },
            {
              managedFields: [
                { manager: "x", operation: "Apply", apiVersion: "v1", fieldsType: "FieldsV1", fieldsV1: {} },
              ],
            },
          ),
        )
      ).code,
  },
];
