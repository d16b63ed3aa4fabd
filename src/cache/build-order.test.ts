import fc from "fast-check";
import { expect, test } from "vitest";
import { buildOrderOf, formatBuildOrder, readBuildOrder } from "./build-order.ts";

const own = "test.appstudio.openshift.io";

test.each<[string, string | undefined, object]>([
  ["not at all", undefined, {}],
  ["by a number", "42", { sequence: 42 }],
  ["by a negative number", "-1", { sequence: -1 }],
  ["by an empty text", "", {}],
  ["by a word", "latest", {}],
  ["by a fraction", "1.5", {}],
  ["by more digits than can be counted", "9".repeat(16), {}],
])("a build that its author numbers %s", (_how, text, expected) => {
  const annotations = text === undefined ? {} : { [`${own}/build-sequence`]: text };
  const order = buildOrderOf({ key: { name: "build-1" }, createdAt: 1, startedAt: 2, annotations });
  expect(order).toEqual({ name: "build-1", createdAt: 1, startedAt: 2, ...expected });
});

test("a build that has not started has no start in its order", () => {
  expect(buildOrderOf({ key: { name: "b" }, createdAt: 1, annotations: {} })).toEqual({ name: "b", createdAt: 1 });
});

const written = { createdAt: 1, startedAt: 2, sequence: 3, name: "build-1" };
const startTime = { [`${own}/pipelinerunstarttime`]: "50" };
const upstream = { createdAt: 50, startedAt: 50, name: "labelled" };
const age = { createdAt: 99, startedAt: 99, name: "labelled" };

test.each<[string, string | undefined, Readonly<Record<string, string>>, object]>([
  ["what its annotation says", JSON.stringify(written), startTime, written],
  ["what its annotation says, in the least words", '{"createdAt":1,"name":"b"}', {}, { createdAt: 1, name: "b" }],
  [
    "what its annotation says, without what is no number",
    '{"createdAt":1,"name":"b","sequence":"3","startedAt":null}',
    {},
    { createdAt: 1, name: "b" },
  ],
  ["the start of the build where upstream made it", undefined, startTime, upstream],
  ["its own age where nothing says more", undefined, {}, age],
  ["its own age where the start is no number", undefined, { [`${own}/pipelinerunstarttime`]: "soon" }, age],
  ["the start of the build where the annotation is not JSON", "{", startTime, upstream],
  ["the start of the build where the annotation is null", "null", startTime, upstream],
  ["the start of the build where the annotation is a list", "[1]", startTime, upstream],
  ["the start of the build where the annotation has no time", '{"name":"b"}', startTime, upstream],
  ["the start of the build where the annotation has no name", '{"createdAt":1}', startTime, upstream],
  ["the start of the build where the annotation's time is a text", '{"createdAt":"1","name":"b"}', startTime, upstream],
  [
    "the start of the build where the annotation hides it in the prototype",
    `{"__proto__":${JSON.stringify(written)}}`,
    startTime,
    upstream,
  ],
])("the place of a Snapshot's build is %s", (_what, order, annotations, expected) => {
  const labels = { "appstudio.openshift.io/build-pipelinerun": "labelled" };
  const all = order === undefined ? annotations : { ...annotations, [`${own}/build-order`]: order };
  expect(readBuildOrder({ labels, annotations: all, createdAt: 99 })).toEqual(expected);
});

test("a Snapshot that names no build has a place all the same", () => {
  expect(readBuildOrder({ labels: {}, annotations: {}, createdAt: 99 })).toEqual({ ...age, name: "" });
});

test("the place that is written is the place that is read", () => {
  const order = fc.record(
    { createdAt: fc.nat(), name: fc.string(), startedAt: fc.nat(), sequence: fc.integer() },
    { requiredKeys: ["createdAt", "name"], noNullPrototype: true },
  );
  fc.assert(
    fc.property(order, (each) => {
      const annotations = { [`${own}/build-order`]: formatBuildOrder(each) };
      expect(readBuildOrder({ labels: {}, annotations, createdAt: 99 })).toEqual(each);
    }),
  );
});
