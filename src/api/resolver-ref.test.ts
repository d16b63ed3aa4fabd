import { expect, test } from "vitest";
import { resolverRefOf } from "./resolver-ref.ts";

const resolverRef = { resolver: "git", params: [{ name: "url", value: "https://example.com/tests.git" }] };

test("a v1beta2 scenario runs the pipeline its resolverRef names", () => {
  expect(resolverRefOf({ application: "shop", resolverRef })).toEqual(resolverRef);
});

test("a v1alpha1 scenario's bundle and pipeline read as resolver bundles", () => {
  expect(resolverRefOf({ application: "shop", bundle: "quay.io/org/tests:1", pipeline: "smoke" })).toEqual({
    resolver: "bundles",
    params: [
      { name: "bundle", value: "quay.io/org/tests:1" },
      { name: "name", value: "smoke" },
      { name: "kind", value: "pipeline" },
    ],
    resourceKind: "pipeline",
  });
});

test("a v1alpha1 scenario's environment is dropped", () => {
  const reading = resolverRefOf({ bundle: "b", pipeline: "p", environment: { name: "staging", type: "POC" } });
  expect(JSON.stringify(reading)).not.toContain("staging");
});

test("resolverRef wins over what an old version left behind", () => {
  expect(resolverRefOf({ resolverRef, bundle: "b", pipeline: "p" })).toEqual(resolverRef);
});

test.each([
  ["nothing", {}],
  ["a bundle only", { bundle: "b" }],
  ["a pipeline only", { pipeline: "p" }],
])("a scenario with %s names no pipeline", (_what, spec) => {
  expect(resolverRefOf(spec)).toBeUndefined();
});
