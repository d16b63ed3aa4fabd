import type { ConformanceCase } from "../case.ts";
import { configMap, widget } from "./objects.ts";

/** Merge patches, JSON patches and strategic merge patches. */
export const patchingCases: readonly ConformanceCase[] = [
  {
    name: "merges a merge patch and deletes what it sets to null",
    run: async (api) => {
      await api.create(api.configMaps, configMap("a", { a: "1", b: "2" }));
      return api.patch(`${api.configMaps}/a`, "merge", { data: { a: null, c: "3" }, metadata: { labels: { x: "y" } } });
    },
  },
  { name: "refuses to patch what is not there", run: (api) => api.patch(`${api.widgets}/a`, "merge", {}) },
  {
    name: "holds a patch to the version that it names",
    run: async (api) => {
      const { body } = await api.create(api.widgets, widget("a"));
      const first = await api.patch(`${api.widgets}/a`, "merge", {
        metadata: { resourceVersion: body.metadata.resourceVersion },
        spec: { size: 2 },
      });
      const second = await api.patch(`${api.widgets}/a`, "merge", {
        metadata: { resourceVersion: body.metadata.resourceVersion },
        spec: { size: 3 },
      });
      return [first, second];
    },
  },
  {
    name: "holds a patch to the identity that it names",
    run: async (api) => {
      await api.create(api.widgets, widget("a"));
      return api.patch(`${api.widgets}/a`, "merge", { metadata: { uid: "11111111-1111-1111-1111-111111111111" } });
    },
  },
  {
    name: "refuses a patch that renames",
    run: async (api) => [
      (await api.create(api.widgets, widget("a"))).code,
      (await api.patch(`${api.widgets}/a`, "merge", { metadata: { name: "b" } })).code,
    ],
  },
  {
    name: "follows a JSON patch step by step",
    run: async (api) => {
      await api.create(api.widgets, widget("a", { size: 1, tags: ["x"], free: { "a/b": 1 } }));
      return api.patch(`${api.widgets}/a`, "json", [
        { op: "test", path: "/spec/size", value: 1 },
        { op: "replace", path: "/spec/size", value: 2 },
        { op: "add", path: "/spec/tags/-", value: "y" },
        { op: "remove", path: "/spec/free/a~1b" },
        { op: "copy", from: "/spec/tags/0", path: "/spec/free/copied" },
        { op: "move", from: "/spec/free/copied", path: "/spec/free/moved" },
      ]);
    },
  },
  {
    name: "refuses a JSON patch whose test fails",
    run: async (api) => [
      (await api.create(api.widgets, widget("a"))).code,
      await api.patch(`${api.widgets}/a`, "json", [{ op: "test", path: "/spec/size", value: 9 }]),
    ],
  },
  {
    name: "refuses a JSON patch that removes what is not there",
    run: async (api) => {
      await api.create(api.widgets, widget("a"));
      const removed = await api.patch(`${api.widgets}/a`, "json", [{ op: "remove", path: "/spec/none" }]);
      const replaced = await api.patch(`${api.widgets}/a`, "json", [{ op: "replace", path: "/spec/none", value: 1 }]);
      return [removed.code, removed.body.reason, replaced.code, replaced.body.reason];
    },
  },
  {
    name: "holds a JSON patch to the version that it tests",
    run: async (api) => {
      const { body } = await api.create(api.configMaps, configMap("a"));
      const test = { op: "test", path: "/metadata/resourceVersion", value: body.metadata.resourceVersion };
      const add = { op: "add", path: "/data/b", value: "2" };
      const first = await api.patch(`${api.configMaps}/a`, "json", [test, add]);
      const second = await api.patch(`${api.configMaps}/a`, "json", [test, { ...add, value: "3" }]);
      return [first.code, second.code, second.body.reason];
    },
  },
  {
    name: "does not know strategic merge patches of custom objects",
    run: async (api) => [
      (await api.create(api.widgets, widget("a"))).code,
      await api.patch(`${api.widgets}/a`, "strategic", {}),
    ],
  },
  {
    name: "merges lists of a built-in kind in a strategic merge patch",
    run: async (api) => {
      await api.create(api.configMaps, configMap("a", { a: "1" }, { finalizers: ["example.com/a"] }));
      const patched = await api.patch(`${api.configMaps}/a`, "strategic", {
        metadata: { finalizers: ["example.com/b"] },
        data: { a: null, b: "2" },
      });
      await api.patch(`${api.configMaps}/a`, "merge", { metadata: { finalizers: null } });
      return [patched.body.metadata.finalizers, patched.body.data];
    },
  },
  {
    name: "refuses a patch of an unknown type",
    run: async (api) => [
      (await api.create(api.configMaps, configMap("a"))).code,
      (await api.send("PATCH", `${api.configMaps}/a`, "{}", "application/json")).code,
    ],
  },
  {
    name: "drops the changes to the status from a patch of the object",
    run: async (api) => [
      (await api.create(api.widgets, widget("a"))).code,
      (await api.patch(`${api.widgets}/a`, "merge", { status: { phase: "x" } })).body,
    ],
  },
  {
    name: "refuses to force an ordinary patch",
    run: async (api) => [
      (await api.create(api.configMaps, configMap("a"))).code,
      (await api.patch(`${api.configMaps}/a?force=true`, "merge", {})).code,
    ],
  },
];
