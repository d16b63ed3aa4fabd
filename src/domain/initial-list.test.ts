import fc from "fast-check";
import { expect, test } from "vitest";
import { build, content, History, historySteps, imagesOf } from "../testing/domain-builders.ts";
import { sameContent, withoutRemoved, type CandidateList } from "./candidate-list.ts";
import { initialList, type SnapshotEvidence } from "./initial-list.ts";

const evidence = (
  name: string,
  type: string,
  tested: string,
  over: Partial<SnapshotEvidence> = {},
): SnapshotEvidence => ({
  name,
  type,
  content: content(tested),
  promoted: false,
  released: false,
  createdAt: 1,
  ...over,
});
const component = (image: string, tested: string, over: Partial<SnapshotEvidence> = {}): SnapshotEvidence =>
  evidence(`snapshot-${image}`, "component", tested, {
    built: { component: image.replace(/\d+$/, ""), order: build(Number(image.replace(/^\D+/, ""))) },
    ...over,
  });
const composite = (madeFrom: number, tested: string, over: Partial<SnapshotEvidence> = {}): SnapshotEvidence =>
  evidence(`composite-${String(madeFrom)}`, "composite", tested, { madeFrom, ...over });

function summary({ candidates, revision, ledger }: CandidateList): string {
  return `${imagesOf(candidates)} @${String(revision)}, promoted ${imagesOf(ledger.content)} @${String(ledger.revision)}`;
}

const promotedAt = (concludedAt: number): Partial<SnapshotEvidence> => ({ concludedAt, promoted: true });

// prettier-ignore
test.each<[string, string, readonly SnapshotEvidence[], string]>([
  ["has nothing when there is nothing", "", [], " @0, promoted  @0"],
  ["starts from its Components' images, which count as promoted", "a1 b1", [], "a1 b1 @0, promoted a1 b1 @0"],
  ["starts so too when its Snapshots tell of no revision", "a1", [component("a2", "a2"), evidence("old", "", "a3", { promoted: true })], "a1 @0, promoted a1 @0"],
  ["may start from a Component called constructor", "constructor1", [], "constructor1 @0, promoted constructor1 @0"],
  ["has what was promoted last, above the highest revision seen", "", [component("a1", "a1", promotedAt(1)), component("a2", "a2", promotedAt(2))], "a2 @3, promoted a2 @3"],
  ["has a superseded build as candidate, and what was promoted before as promoted", "b1", [component("a1", "a1 b1", promotedAt(1)), component("a2", "a2 b0", { concludedAt: 2 })], "a2 b1 @3, promoted a1 b1 @1"],
  ["keeps what it started from as promoted while nothing else was", "a0 b1", [component("a1", "a1", { concludedAt: 1 })], "a1 b1 @2, promoted a0 b1 @0"],
  ["has what a composite in testing was made from", "", [composite(3, "a2 b2")], "a2 b2 @4, promoted  @0"],
  ["has what a failed composite was made from", "", [component("a1", "a1", promotedAt(1)), composite(3, "a2 b2")], "a2 b2 @4, promoted a1 @1"],
  ["lacks what a composite was made without", "gone1", [composite(3, "a2"), component("gone2", "gone2", { concludedAt: 2 })], "a2 @4, promoted gone1 @0"],
  ["has what became candidate after a composite was promoted", "", [composite(3, "a2 b2", promotedAt(3)), component("b3", "a1 b3", { concludedAt: 4 })], "a2 b3 @5, promoted a2 b2 @3"],
  ["goes by revisions, not by age", "", [component("a2", "a2", { ...promotedAt(2), createdAt: 1 }), component("a1", "a1", { ...promotedAt(1), createdAt: 9 })], "a2 @3, promoted a2 @3"],
  ["has every image of an override", "a1 b1", [evidence("override", "override", "a0 b0", { concludedAt: 4 })], "a0 b0 @5, promoted a1 b1 @0"],
  ["has as promoted what was released before it could be told so", "", [component("a1", "a1 b1", promotedAt(1)), component("a2", "a2 b1", { released: true })], "a2 b1 @3, promoted a2 b1 @3"],
  ["has nothing of a build that failed", "a1", [component("a2", "a2", promotedAt(1)), component("a3", "a3")], "a2 @2, promoted a2 @2"],
])("a list that is made anew %s", (_what, images, snapshots, expected) => {
  expect(summary(initialList(content(images), snapshots, 9))).toBe(expected);
  expect(summary(initialList(content(images), snapshots.toReversed(), 9))).toBe(expected);
});

test("a list that is made anew knows which build each candidate came from, or was an override of", () => {
  const list = initialList(
    content("c1"),
    [
      component("a2", "a2 b1", promotedAt(3)),
      component("b3", "b3", { concludedAt: 4 }),
      evidence("override", "override", "b1", { concludedAt: 5 }),
    ],
    9,
  );
  expect(
    [...list.candidates].map(([name, { image, build: from, snapshot, revision }]) => [
      name,
      image,
      from?.createdAt,
      snapshot,
      revision,
    ]),
  ).toEqual([
    ["a", "a2", 2, "snapshot-a2", 3],
    ["b", "b1", 3, "override", 5],
  ]);
});

test("a Snapshot that is promoted with a candidate of another leaves it its history", () => {
  const list = initialList(
    content(""),
    [component("b3", "b3", { concludedAt: 1 }), composite(2, "a2 b3", promotedAt(2))],
    9,
  );
  expect(list.candidates.get("b")).toMatchObject({ image: "b3", snapshot: "snapshot-b3", revision: 1 });
});

test("a deleted list, made anew from its Snapshots, is the list that was, at a higher revision than any of them tells", () => {
  fc.assert(
    fc.property(historySteps(), fc.boolean(), (steps, coalesce) => {
      const { list, evidence: all, components, start } = new History(coalesce).live(steps);
      const was = withoutRemoved(list, components);
      const made = initialList(start, [...all.values()], 9);
      const now = withoutRemoved(made, components);
      expect(imagesOf(now.candidates)).toBe(imagesOf(was.candidates));
      expect(new Map([...now.candidates].map(([name, { build: from }]) => [name, from]))).toEqual(
        new Map([...was.candidates].map(([name, { build: from }]) => [name, from])),
      );
      expect([imagesOf(made.ledger.content), made.ledger.snapshot]).toEqual([
        imagesOf(list.ledger.content),
        list.ledger.snapshot,
      ]);
      expect(made.ledger.revision >= list.ledger.revision || !sameContent(made.candidates, made.ledger.content)).toBe(
        true,
      );
      for (const { concludedAt = -1, madeFrom = -1 } of all.values())
        expect(made.revision).toBeGreaterThan(Math.max(concludedAt, madeFrom));
    }),
    { numRuns: 300 },
  );
});
