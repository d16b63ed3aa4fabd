import { expect, test } from "vitest";
import { candidateList, content, imagesOf, names } from "../testing/domain-builders.ts";
import { differences, sameContent, withCandidates, withoutRemoved, type Content } from "./candidate-list.ts";

test.each<[string, Content, Content]>([
  ["whatever the order", content("a1 b1"), content("b1 a1")],
  ["whatever the source", content("a1"), new Map([["a", { image: "a1", source: { url: "git" } }]])],
  ["when both are empty", content(""), content("")],
])("two contents of the same images are the same %s", (_when, a, b) => {
  expect([sameContent(a, b), sameContent(b, a)]).toEqual([true, true]);
});

test.each<[string, Content, Content]>([
  ["an image differs", content("a1 b1"), content("a1 b2")],
  ["one has a Component more", content("a1"), content("a1 b1")],
  ["they hold the same image for different Components", content("a1"), new Map([["b", { image: "a1" }]])],
  ["only one holds a Component that is named like a property of objects", content("constructor1"), content("b1")],
])("two contents are not the same when %s", (_when, a, b) => {
  expect([sameContent(a, b), sameContent(b, a)]).toEqual([false, false]);
});

test.each([
  ["names a changed image", "a2 b1", "a1 b1", ["a"]],
  ["names a new Component", "a1 b1", "a1", ["b"]],
  ["says nothing of a Component that is gone", "a1", "a1 b1", []],
  ["names them in name order", "c2 a2 b2", "a1 b1 c1", ["a", "b", "c"]],
  ["is not fooled by a name that objects know", "constructor1 tostring1", "", ["constructor", "tostring"]],
])("the difference between contents %s", (_what, now, before, expected) => {
  expect(differences(content(now), content(before))).toEqual(expected);
});

test("new candidates make one revision, however many there are", () => {
  const list = candidateList("a1 b1", { revision: 4 });
  const images = new Map([...content("b2 c1")].map(([name, image]) => [name, { ...image, since: 9 }]));
  const next = withCandidates(list, images);
  expect(imagesOf(next.candidates)).toBe("a1 b2 c1");
  expect([next.revision, next.candidates.get("a")?.revision, next.candidates.get("b")?.revision]).toEqual([5, 4, 5]);
  expect(next.ledger).toBe(list.ledger);
  expect(imagesOf(list.candidates)).toBe("a1 b1");
});

test.each([
  ["a Component that is gone loses its candidate", "a", "a1", 2],
  ["all that are gone go in one revision", "", "", 2],
  ["a Component without an image changes nothing", "a b c", "a1 b1", 1],
])("%s", (_sentence, components, left, revision) => {
  const list = candidateList("a1 b1");
  const next = withoutRemoved(list, names(components));
  expect([imagesOf(next.candidates), next.revision]).toEqual([left, revision]);
  expect(next === list).toBe(revision === list.revision);
  expect(withoutRemoved(next, names(components))).toBe(next);
});
