import fc from "fast-check";
import { expect, test } from "vitest";
import {
  candidateListName,
  componentSnapshotName,
  compositeSnapshotName,
  labelValue,
  releaseName,
  testRunName,
} from "./names.ts";
import type { Owner } from "./owner.ts";

const dnsLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const longest = "a".repeat(63);
const app = (name: string): Pick<Owner, "kind" | "name"> => ({ kind: "Application", name });
const group = (name: string): Pick<Owner, "kind" | "name"> => ({ kind: "ComponentGroup", name });

// prettier-ignore
test.each([
  ["a component Snapshot's", componentSnapshotName(app("shop"), "cart", "uid-1"), /^shop-cart-[0-9a-z]{11}$/],
  ["a composite's", compositeSnapshotName(app("shop"), 7), /^shop-composite-7$/],
  ["a long Application's composite's", compositeSnapshotName(app(longest), 7), /^a{39}-composite-7-[0-9a-z]{11}$/],
  ["a test run's", testRunName("shop-composite-7", "e2e", 1), /^shop-composite-7-e2e-[0-9a-z]{11}$/],
  ["a Release's", releaseName("shop-composite-7", "prod"), /^shop-composite-7-prod-[0-9a-z]{11}$/],
  ["a candidate list's", candidateListName(app("shop")), /^shop-gcl$/],
  ["a long Application's candidate list's", candidateListName(app(longest)), /^a{47}-gcl-[0-9a-z]{11}$/],
  ["a ComponentGroup's composite's", compositeSnapshotName(group("shop"), 7), /^shop-composite-7-cg$/],
  ["a ComponentGroup's component Snapshot's", componentSnapshotName(group("shop"), "cart@v1", "uid-1"), /^shop-cart-[0-9a-z]{11}$/],
  ["a ComponentGroup's candidate list's", candidateListName(group("shop")), /^shop-gcl-cg$/],
  ["a name that ends in dashes where it is cut", testRunName(`${"a".repeat(20)}${"-".repeat(30)}z`, "b".repeat(40), 1), /^a{20}-b{25,}-[0-9a-z]{11}$/],
])("%s name can be read by people", (_whose, name, pattern) => {
  expect(name).toMatch(pattern);
  expect(name).toMatch(dnsLabel);
});

test("a label takes a name as it is, unless it is too long for one", () => {
  expect(labelValue(longest)).toBe(longest);
  expect(labelValue(`${longest}b`)).toMatch(dnsLabel);
  expect(labelValue(`${longest}b`)).not.toBe(labelValue(`${longest}c`));
});

// A name that changes with a new version of the operator would make every object a second time.
test.each([
  [componentSnapshotName(app("shop"), "cart", "0b8e8b1c-8a5c-4a0c-9a2f-0a1b2c3d4e5f"), "shop-cart-0yggi0edzzm"],
  [testRunName("shop-composite-7", "e2e", 1), "shop-composite-7-e2e-0sn23tinoy4"],
  [releaseName("shop-composite-7", "prod"), "shop-composite-7-prod-0ev2y0mm6d3"],
])("%s is the name it always was", (name, before) => {
  expect(name).toBe(before);
});

// prettier-ignore
test.each([
  ["dashes that moved between the parts", releaseName("a-b", "c"), releaseName("a", "b-c")],
  ["letters that moved between the parts", releaseName("ab", "c"), releaseName("a", "bc")],
  ["Snapshots that differ only after the cut", testRunName(`${longest}1`, "e2e", 1), testRunName(`${longest}2`, "e2e", 1)],
  ["scenarios that differ only after the cut", testRunName("shop", `${longest}1`, 1), testRunName("shop", `${longest}2`, 1)],
  ["attempts", testRunName("shop", "e2e", 1), testRunName("shop", "e2e", 2)],
  ["a scenario's number and an attempt", testRunName("shop", "e2e", 11), testRunName("shop", "e2e1", 1)],
  ["builds of one Component", componentSnapshotName(app("shop"), "cart", "uid-1"), componentSnapshotName(app("shop"), "cart", "uid-2")],
  ["revisions", compositeSnapshotName(app("shop"), 1), compositeSnapshotName(app("shop"), 11)],
  ["revisions of a long Application", compositeSnapshotName(app(longest), 1), compositeSnapshotName(app(longest), 2)],
  ["long Applications", compositeSnapshotName(app(`${longest}1`), 1), compositeSnapshotName(app(`${longest}2`), 1)],
  ["an Application and one called like its composite", compositeSnapshotName(app("shop"), 1), compositeSnapshotName(app("shop-composite"), 1)],
  ["versions of a Component", componentSnapshotName(group("shop"), "cart@v1", "uid-1"), componentSnapshotName(group("shop"), "cart@v2", "uid-1")],
  ["one build's Snapshots in two ComponentGroups", componentSnapshotName(group("shop"), "cart@v1", "uid-1"), componentSnapshotName(group("mall"), "cart@v1", "uid-1")],
  ["the lists of long Applications", candidateListName(app(`${longest}1`)), candidateListName(app(`${longest}2`))],
])("names tell apart %s", (_what, one, another) => {
  expect(one).not.toBe(another);
});

const name = (maxLength: number): fc.Arbitrary<string> =>
  fc.stringMatching(/^[a-z]([-a-z0-9]*[a-z0-9])?$/, { maxLength });
const part = fc.oneof(fc.constantFrom("a", "a-b", "constructor", longest, `${longest.slice(1)}b`), name(63));
const whole = fc.integer({ min: 1, max: 10 ** 12 });
const makers: readonly (readonly [string, (a: string, b: string, n: number) => string])[] = [
  ["component Snapshots", (a, b, n) => componentSnapshotName(app(a), b, String(n))],
  ["composites", (a, _b, n) => compositeSnapshotName(app(a), n)],
  ["test runs", (a, b, n) => testRunName(a, b, n)],
  ["Releases", (a, b) => releaseName(a, b)],
  ["candidate lists", (a) => candidateListName(app(a))],
];

test.each(makers)("names of %s are DNS labels that begin like the first part, and stay the same", (_of, make) => {
  fc.assert(
    fc.property(part, part, whole, (a, b, n) => {
      const made = make(a, b, n);
      expect(made).toMatch(dnsLabel);
      expect(made.startsWith(/^[a-z0-9]{1,10}/.exec(a)?.[0] ?? "")).toBe(true);
      expect(make(a, b, n)).toBe(made);
    }),
  );
});

test.each([
  ["test runs", testRunName],
  ["component Snapshots", (a: string, b: string, n: number) => componentSnapshotName(app(a), b, String(n))],
])("names of %s differ when what they name does", (_of, make) => {
  const identity = fc.tuple(part, part, whole);
  fc.assert(
    fc.property(identity, identity, (one, another) => {
      fc.pre(one.some((each, index) => each !== another[index]));
      expect(make(...one)).not.toBe(make(...another));
    }),
  );
});

test("no two of many neighbouring names are the same", () => {
  const all = Array.from({ length: 200_000 }, (_, index) =>
    testRunName(`shop-composite-${String(index % 1000)}`, "e2e", index),
  );
  expect(new Set(all).size).toBe(all.length);
});
