import { expect, test } from "vitest";
import type { ParsedList } from "../../cache/candidate-list.ts";
import type { MirroredCandidates } from "../../cache/component-group.ts";
import { candidateList } from "../../testing/domain-builders.ts";
import { mirrorOf } from "./mirror.ts";

const components = new Set(["cart@v1", "web@v1"]);
const source = { url: "https://git.example/cart", revision: "c0ffee" };
const build = { name: "cart-1", createdAt: Date.UTC(2026, 0, 1), startedAt: Date.UTC(2026, 0, 1, 0, 0, 5, 700) };
const list: ParsedList = {
  kind: "list",
  list: {
    ...candidateList(""),
    candidates: new Map([["cart@v1", { image: "cart:1", source, build, since: 0, revision: 1 }]]),
  },
};
const said: MirroredCandidates = [
  {
    name: "cart",
    version: "v1",
    url: source.url,
    lastPromotedImage: "cart:1",
    lastPromotedCommit: "c0ffee",
    lastPromotedBuildTime: "2026-01-01T00:00:05Z",
  },
  { name: "web", version: "v1" },
];

test("a status says what is candidate, and which Components have none", () => {
  expect(mirrorOf([], components, list)).toEqual(said);
});

test("a status that says so already is left as it is, whatever the order of its keys", () => {
  const before = said.map((entry) => Object.fromEntries(Object.entries(entry).toReversed()) as (typeof said)[number]);
  expect(mirrorOf(before, components, list)).toBe(before);
});

test.each<[string, MirroredCandidates]>([
  ["lost", []],
  ["edited", [{ name: "cart", version: "v1", lastPromotedImage: "evil" }, said[1]!]],
  ["in another order", said.toReversed()],
  ["of a Component that is no member", [...said, { name: "gone", version: "v1" }]],
])("a status that is %s is written anew", (_how, before) => {
  expect(mirrorOf(before, components, list)).toEqual(said);
});

test.each<[string, ParsedList | undefined]>([
  ["there is no list yet", undefined],
  ["nobody can read the list", { kind: "unreadable", problem: "odd" }],
])("while %s, what a status says of its members stays", (_when, parsed) => {
  const before = [said[0]!, { name: "gone", version: "v1" }];
  expect(mirrorOf(before, components, parsed)).toEqual(said);
});
