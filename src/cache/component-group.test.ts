import { expect, test } from "vitest";
import type { KubeObject } from "../kube/object.ts";
import { componentGroupIndexes, isSameGroup, mirroredImages, projectComponentGroup } from "./component-group.ts";

const digest = `sha256:${"0".repeat(64)}`;
const project = (spec: object, metadata: object = {}, status: object = {}) =>
  projectComponentGroup({
    metadata: { name: "shop", namespace: "ns", uid: "uid", generation: 1, ...metadata },
    spec,
    status,
  } as KubeObject);
const members = [
  { name: "cart", componentVersion: { name: "v1", version: "main" } },
  { name: "cart", kind: "Component", componentVersion: { name: "v2" } },
  { name: "web", kind: "ComponentGroup" },
  { name: "half" },
];

test("of a ComponentGroup, its members and the order of its tests are kept", () => {
  const testGraph = { e2e: [{ name: "smoke", failFast: true }, { name: "lint" }] };
  expect(project({ components: members, testGraph })).toMatchObject({
    members: [
      { kind: "component", name: "cart", version: "v1" },
      { kind: "component", name: "cart", version: "v2" },
      { kind: "group", name: "web" },
    ],
    graph: new Map([
      [
        "e2e",
        [
          { name: "smoke", failFast: true },
          { name: "lint", failFast: false },
        ],
      ],
    ]),
    coalesce: true,
    deleting: false,
  });
});

test("it is found by each Component and each group in it", () => {
  const group = project({ components: members });
  expect(componentGroupIndexes.byComponent(group)).toEqual(["ns/cart"]);
  expect(componentGroupIndexes.byGroup(group)).toEqual(["ns/web"]);
});

test.each<[string, boolean, object, object]>([
  ["its status", true, {}, { globalCandidateList: [] }],
  ["its spec", false, { generation: 2 }, {}],
  ["that it is going", false, { deletionTimestamp: "t" }, {}],
  [
    "its way with composites",
    false,
    { annotations: { "test.appstudio.openshift.io/composite-mode": "immediate" } },
    {},
  ],
  ["that it is another of the same name", false, { uid: "other" }, {}],
])("a change of %s leaves it the same: %s", (_what, same, metadata, status) => {
  expect(isSameGroup(project({}), project({}, metadata, status))).toBe(same);
});

test("a list starts from what the status says, where that names an image with a digest", () => {
  const globalCandidateList = [
    {
      name: "cart",
      version: "v1",
      url: "https://git",
      lastPromotedImage: `q.io/cart@${digest}`,
      lastPromotedCommit: "c",
    },
    { name: "cart", version: "v2", lastPromotedImage: "q.io/cart:latest" },
    { name: "web", version: "v1" },
    { name: "bare", version: "v1", url: "", lastPromotedImage: `q.io/bare@${digest}` },
  ];
  expect(mirroredImages(project({}, {}, { globalCandidateList }))).toEqual(
    new Map([
      ["cart@v1", { image: `q.io/cart@${digest}`, source: { url: "https://git", revision: "c" } }],
      ["bare@v1", { image: `q.io/bare@${digest}` }],
    ]),
  );
});
