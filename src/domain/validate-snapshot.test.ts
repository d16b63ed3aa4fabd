import { expect, test } from "vitest";
import { names } from "../testing/domain-builders.ts";
import { snapshotProblems, type SnapshotComponent, type SnapshotUnderValidation } from "./validate-snapshot.ts";

const pullSpec = `quay.io/shop/cart@sha256:${"0".repeat(64)}`;
const listed = (name: string, over: Partial<SnapshotComponent> = {}): SnapshotComponent => ({
  name,
  containerImage: pullSpec,
  gitUrl: "https://git.example/shop",
  gitRevision: "c0ffee",
  ...over,
});
const { gitUrl: _url, gitRevision: _revision, ...withoutSource } = listed("cart");

const problemsOf = (over: Partial<SnapshotUnderValidation>): readonly string[] =>
  snapshotProblems({
    type: "override",
    ownerKind: "Application",
    listed: [listed("cart")],
    components: names("cart web constructor"),
    ...over,
  });

// prettier-ignore
test.each<[string, Partial<SnapshotUnderValidation>, readonly string[]]>([
  ["an override of a Component that exists is fine", {}, []],
  ["an override of a Component called constructor is fine", { listed: [listed("constructor")] }, []],
  ["an override must list something", { listed: [] }, ["the Snapshot lists no components (spec.components)"]],
  ["an override's Component must exist", { listed: [listed("tostring")] }, ["component tostring does not exist in the Application"]],
  ["an override's Component is listed once", { listed: [listed("cart"), listed("cart")] }, ["component cart is listed more than once"]],
  ["an override's image has a digest", { listed: [listed("cart", { containerImage: "quay.io/shop/cart:v1" })] }, ["containerImage of component cart is invalid: it has no @sha256: digest"]],
  ["an override's image has a source", { listed: [withoutSource] }, ["component cart has no source.git.url", "component cart has no source.git.revision"]],
  ["an empty source is none", { listed: [listed("cart", { gitUrl: "", gitRevision: "" })] }, ["component cart has no source.git.url", "component cart has no source.git.revision"]],
  [
    "everything that is wrong is told at once",
    { listed: [listed("nosuch", { containerImage: "" }), listed("web", { gitUrl: "" })] },
    ["containerImage of component nosuch is invalid: it is empty", "component nosuch does not exist in the Application", "component web has no source.git.url"],
  ],
  ["a component Snapshot that holds its Component is fine, with or without source", { type: "component", component: "cart", listed: [withoutSource] }, []],
  ["a component Snapshot holds its Component", { type: "component", component: "web" }, ["component web is not among its spec.components"]],
  ["a component Snapshot's Component may be gone by now", { type: "component", component: "gone", listed: [listed("gone")] }, []],
  [
    "every image of a component Snapshot has a digest",
    { type: "component", component: "cart", listed: [listed("cart"), listed("web", { containerImage: "web:v1" })] },
    ["containerImage of component web is invalid: it has no @sha256: digest"],
  ],
  ["a component Snapshot lists a Component once", { type: "component", component: "cart", listed: [listed("cart"), listed("cart")] }, ["component cart is listed more than once"]],
  ["a Snapshot of another type is its author's business", { type: "group", listed: [] }, []],
  ["a Snapshot without a type is its author's business", { type: "", listed: [listed("x", { containerImage: "" })] }, []],
])("%s", (_sentence, over, expected) => {
  expect(problemsOf(over)).toEqual(expected);
});
