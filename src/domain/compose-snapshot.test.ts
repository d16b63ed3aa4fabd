import { expect, test } from "vitest";
import { candidateList, content, imagesOf, names } from "../testing/domain-builders.ts";
import { composeComponentSnapshot, composeComposite, composeGroupSnapshot, leftOut } from "./compose-snapshot.ts";

test.each([
  ["holds the built image among the others' candidates", "a1 b1", "a b", "a2", "a2 b1"],
  ["holds a Component's first image", "a1", "a b", "b1", "a1 b1"],
  ["is the built image alone in a new Application", "", "a b", "a1", "a1"],
  ["leaves out the candidate of a Component that is gone", "a1 b1", "a", "a2", "a2"],
  ["leaves out Components with no image yet", "a1", "a b c", "a2", "a2"],
  ["copes with a Component called constructor", "a1", "a constructor", "constructor1", "a1 constructor1"],
])("a component Snapshot %s", (_what, ...[candidates, components, image, expected]) => {
  const built = { component: image.replace(/\d+$/, ""), image: { image } };
  const composed = composeComponentSnapshot(candidateList(candidates).candidates, names(components), built);
  expect(imagesOf(composed)).toBe(expected);
  expect([...composed.keys()]).toEqual([...composed.keys()].sort());
});

test("a group Snapshot holds its members' images, and the candidates of the rest that are still there", () => {
  const { candidates } = candidateList("a1 b1 c1 gone1");
  expect(imagesOf(composeGroupSnapshot(candidates, names("a b c"), content("a2 b2")))).toBe("a2 b2 c1");
});

test("a composite holds the candidates with their sources, and nothing of their history", () => {
  const source = { url: "https://git.example/b", revision: "c0ffee" };
  const candidates = new Map([
    ["b", { image: "b1", source, snapshot: "snapshot-b1", since: 1, revision: 3 }],
    ["a", { image: "a1", build: { createdAt: 1, name: "x" }, since: 1, revision: 2 }],
  ]);
  expect([...composeComposite(candidates)]).toEqual([
    ["a", { image: "a1" }],
    ["b", { image: "b1", source }],
  ]);
});

test("Components without an image are named in name order", () => {
  expect(leftOut(content("b1"), names("c b a"))).toEqual(["a", "c"]);
});
