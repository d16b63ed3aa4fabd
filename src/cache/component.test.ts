import { expect, test } from "vitest";
import type { KubeObject, ObjectMeta } from "../kube/object.ts";
import { componentIndexes, projectComponent } from "./component.ts";

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const [specImage, statusImage] = [`quay.io/cart@${digest("1")}`, `quay.io/cart@${digest("2")}`];

function project(spec: object, status: object = {}, metadata: Partial<ObjectMeta> = {}) {
  return projectComponent({
    metadata: { name: "cart", namespace: "ns", ...metadata },
    spec: { application: "shop", ...spec },
    status,
  } as KubeObject);
}

test.each<[string, object, object, string | undefined]>([
  ["none when it has none", {}, {}, undefined],
  ["the one of its spec", { containerImage: specImage }, {}, specImage],
  ["the one that upstream promoted last", {}, { lastPromotedImage: statusImage }, statusImage],
  [
    "the one that upstream promoted last, before the one of its spec",
    { containerImage: specImage },
    { lastPromotedImage: statusImage },
    statusImage,
  ],
  [
    "the one of its spec when upstream promoted none",
    { containerImage: specImage },
    { lastPromotedImage: "" },
    specImage,
  ],
  [
    "the one of its spec when upstream promoted one without a digest",
    { containerImage: specImage },
    { lastPromotedImage: "quay.io/cart:1" },
    specImage,
  ],
  ["none when no image has a digest", { containerImage: "quay.io/cart:latest" }, {}, undefined],
  ["none when the digest is too short", { containerImage: "quay.io/cart@sha256:123" }, {}, undefined],
  [
    "none when the digest is of another kind",
    { containerImage: `quay.io/cart@sha512:${"1".repeat(64)}` },
    {},
    undefined,
  ],
  ["none from the status field that others write", {}, { containerImage: statusImage }, undefined],
  [
    "one with a port, a tag and a digest",
    { containerImage: `registry:5000/cart:v1@${digest("1")}` },
    {},
    `registry:5000/cart:v1@${digest("1")}`,
  ],
])("the image a Component starts from is %s", (_what, spec, status, expected) => {
  expect(project(spec, status).startingImage?.image).toBe(expected);
});

const git = { url: "https://git/cart", revision: "main", context: "cart" };

test.each<[string, object, object, object | undefined]>([
  ["unknown when the Component names none", {}, {}, undefined],
  ["unknown when the Component's is no git repository", { source: { url: "https://git/cart" } }, {}, undefined],
  ["the repository and branch that the Component names", { source: { git } }, {}, git],
  [
    "the repository at the commit that was built last",
    { source: { git } },
    { lastBuiltCommit: "abc" },
    { ...git, revision: "abc" },
  ],
  [
    "the commit that was built last, even where the Component names no branch",
    { source: { git: { url: "https://git/cart" } } },
    { lastBuiltCommit: "abc" },
    { url: "https://git/cart", revision: "abc" },
  ],
  ["the repository alone", { source: { git: { url: "https://git/cart" } } }, {}, { url: "https://git/cart" }],
  ["unknown where only a commit is known", {}, { lastBuiltCommit: "abc" }, undefined],
])("the source of that image is %s", (_what, spec, status, expected) => {
  expect(project({ containerImage: specImage, ...spec }, status).startingImage?.source).toEqual(expected);
});

test.each<[string, object, Partial<ObjectMeta>, readonly string[]]>([
  ["its Application", {}, {}, ["ns/shop"]],
  ["nothing when it has no Application", { application: "" }, {}, []],
  ["nothing when it is being deleted", {}, { deletionTimestamp: "2026-11-01T12:00:00Z" }, []],
])("a Component is found by %s", (_what, spec, metadata, expected) => {
  expect(componentIndexes.byApplication(project(spec, {}, metadata))).toEqual(expected);
});

test.each<[string, readonly string[], boolean]>([
  ["by upstream's finalizer", ["other", "test.appstudio.openshift.io/component"], true],
  ["not by a finalizer of others", ["other"], false],
])("a Component is held %s", (_how, finalizers, held) => {
  expect(project({}, {}, { finalizers })).toMatchObject({ finalizers, held });
});

test.each([
  ["its spec's", { git: { url: "https://git/cart", context: "web/" } }, "web/"],
  ["none where it is empty", { git: { url: "https://git/cart", context: "" } }, undefined],
  ["none where there is no source", undefined, undefined],
])("the directory of its sources is %s", (_what, source, context) => {
  expect(project({ source }).context).toBe(context);
});
