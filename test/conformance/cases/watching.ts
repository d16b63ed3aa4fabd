import type { Body } from "../api.ts";
import type { ConformanceCase } from "../case.ts";
import { configMap, widget } from "./objects.ts";

const labelled = (l: string): object => ({ labels: { l } });

/** Event type, name and version of each event. */
const outline = (events: Body): Body =>
  Array.isArray(events)
    ? events.map((event) =>
        typeof event === "string"
          ? event
          : {
              type: event.type,
              name: event.object.metadata.name,
              resourceVersion: event.object.metadata.resourceVersion,
            },
      )
    : events;

/** Watches: order, selection, bookmarks and ends. */
export const watchingCases: readonly ConformanceCase[] = [
  {
    name: "shows a watch without a version what is there, then what happens",
    run: async (api) => {
      await api.create(api.widgets, widget("a"));
      return api.watch(api.widgets, 4, {}, async () => {
        await api.create(api.widgets, widget("b"));
        await api.patch(`${api.widgets}/a`, "merge", { spec: { size: 2 } });
        await api.remove(`${api.widgets}/a`);
      });
    },
  },
  {
    name: "continues a watch from a version",
    run: async (api) => {
      const { body } = await api.create(api.configMaps, configMap("a"));
      await api.patch(`${api.configMaps}/a`, "merge", { data: { b: "2" } });
      await api.remove(`${api.configMaps}/a`);
      return api.watch(`${api.configMaps}?resourceVersion=${body.metadata.resourceVersion}`, 2);
    },
  },
  {
    name: "shows a deletion at a version of its own",
    run: async (api) => {
      const { body } = await api.create(api.widgets, widget("a"));
      await api.remove(`${api.widgets}/a`);
      const events = await api.watch(`${api.widgets}?resourceVersion=${body.metadata.resourceVersion}`, 1);
      return [
        events[0].type,
        Number(events[0].object.metadata.resourceVersion) > Number(body.metadata.resourceVersion),
        events[0].object.spec,
      ];
    },
  },
  {
    name: "shows objects that enter and leave a selection",
    run: async (api) => {
      const { body } = await api.create(api.widgets, widget("a", { size: 1 }, labelled("out")));
      const from = body.metadata.resourceVersion;
      await api.patch(`${api.widgets}/a`, "merge", { metadata: labelled("in") });
      await api.patch(`${api.widgets}/a`, "merge", { spec: { size: 2 } });
      await api.patch(`${api.widgets}/a`, "merge", { metadata: labelled("out") });
      await api.patch(`${api.widgets}/a`, "merge", { spec: { size: 3 } });
      await api.create(api.widgets, widget("b", { size: 1 }, labelled("in")));
      return api.watch(`${api.widgets}?resourceVersion=${from}&labelSelector=l%3Din`, 4);
    },
  },
  {
    name: "watches one object by its name",
    run: async (api) => {
      const { body } = await api.create(api.widgets, widget("a"));
      await api.create(api.widgets, widget("b"));
      await api.patch(`${api.widgets}/a`, "merge", { spec: { size: 2 } });
      return outline(
        await api.watch(
          `${api.widgets}?resourceVersion=${body.metadata.resourceVersion}&fieldSelector=metadata.name%3Da`,
          1,
        ),
      );
    },
  },
  {
    name: "watches all namespaces at once",
    run: async (api) => {
      const { body } = await api.create(api.widgets, widget("a"));
      await api.patch(`${api.widgets}/a`, "merge", { spec: { size: 2 } });
      const all = api.widgets.replace(/namespaces\/[^/]+\//u, "");
      return outline(
        await api.watch(
          `${all}?resourceVersion=${body.metadata.resourceVersion}&fieldSelector=metadata.namespace%3D${api.namespace}`,
          1,
        ),
      );
    },
  },
  {
    name: "says nothing about writes that change nothing",
    run: async (api) => {
      const { body } = await api.create(api.widgets, widget("a"));
      await api.patch(`${api.widgets}/a`, "merge", { spec: { size: 1 } });
      await api.patch(`${api.widgets}/a`, "merge", { spec: { size: 2 } });
      return outline(await api.watch(`${api.widgets}?resourceVersion=${body.metadata.resourceVersion}`, 1));
    },
  },
  {
    name: "shows the marks and the end of a deletion that waits for finalizers",
    run: async (api) => {
      const { body } = await api.create(api.widgets, widget("a", { size: 1 }, { finalizers: ["example.com/a"] }));
      await api.remove(`${api.widgets}/a`);
      await api.patch(`${api.widgets}/a`, "merge", { metadata: { finalizers: null } });
      return api.watch(`${api.widgets}?resourceVersion=${body.metadata.resourceVersion}`, 2);
    },
  },
  {
    name: "lists in a watch and marks the end of the list",
    run: async (api) => {
      await api.create(api.widgets, widget("a"));
      await api.create(api.widgets, widget("b"));
      const query = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
      const events = await api.watch(`${api.widgets}?${query}`, 3);
      return [
        outline(events.slice(0, 2)),
        { ...events[2].object, metadata: { annotations: events[2].object.metadata.annotations } },
      ];
    },
  },
  {
    name: "refuses to list in a watch without saying how old it may be",
    run: (api) => api.watch(`${api.widgets}?sendInitialEvents=true`, 1),
  },
  {
    name: "refuses resourceVersionMatch in an ordinary watch",
    run: (api) => api.watch(`${api.widgets}?resourceVersion=1&resourceVersionMatch=NotOlderThan`, 1),
  },
  {
    name: "refuses a watch version that is no number",
    run: (api) => api.watch(`${api.widgets}?resourceVersion=abc`, 1),
  },
  { name: "ends a watch when its time is over", run: (api) => api.watch(`${api.widgets}?timeoutSeconds=1`, 1) },
  {
    name: "shows only metadata in a watch to those who ask for it",
    run: async (api) => {
      await api.create(api.widgets, widget("a"));
      const accept = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
      return api.watch(api.widgets, 1, { accept });
    },
  },
  {
    name: "shows both groups of events in watches of both",
    run: async (api) => {
      await api.create(api.events, {
        metadata: { name: "e" },
        involvedObject: { namespace: api.namespace, name: "x" },
        reason: "Why",
        message: "what",
        type: "Normal",
      });
      return [await api.watch(api.events, 1), await api.watch(api.newEvents, 1)];
    },
  },
  {
    name: "waits for what has not happened when watching from the future",
    run: async (api) => outline(await api.watch(`${api.widgets}?resourceVersion=99999999&timeoutSeconds=1`, 1)),
  },
];
