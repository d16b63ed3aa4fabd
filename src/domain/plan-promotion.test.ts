import fc from "fast-check";
import { expect, test } from "vitest";
import {
  build,
  candidateList,
  componentSnapshot,
  compositeSnapshot,
  content,
  History,
  historySteps,
  imagesOf,
  names,
  overrideSnapshot,
  snapshot,
} from "../testing/domain-builders.ts";
import { compareBuilds } from "./build-order.ts";
import { sameContent, type CandidateList } from "./candidate-list.ts";
import { contentFingerprint } from "./names.ts";
import { compositeDue, planPromotion, planWithoutList, type Conclusion, type PromotionPlan } from "./plan-promotion.ts";
import type { SnapshotFacts } from "./promotion-policy.ts";

const failed = { verdict: { kind: "failed", failing: [] } } as const;
const testing = { verdict: { kind: "testing", waitingFor: ["e2e"] } } as const;

const plan = (
  list: CandidateList,
  snapshots: readonly SnapshotFacts[],
  components = "a b new constructor",
): PromotionPlan => planPromotion({ list, ownerKind: "Application", components: names(components), snapshots, now: 7 });

/** A conclusion in a few words: `a2 promoted 3`. */
function told(conclusion: Conclusion): string {
  const name = conclusion.snapshot.replace("snapshot-", "");
  return conclusion.kind === "notPromoted"
    ? `${name} ${conclusion.objection.reason}`
    : `${name} ${conclusion.kind} ${String(conclusion.revision)}`;
}

/** A list in a few words: its images and revision, then the promoted ones and theirs. */
function summary({ candidates, revision, ledger }: CandidateList): string {
  return `${imagesOf(candidates)} @${String(revision)}, promoted ${imagesOf(ledger.content)} @${String(ledger.revision)}`;
}

const list = candidateList("a1 b1", { revision: 4 });
const apart = candidateList("a2 b2", { revision: 4, promoted: "a1 b1" });

// prettier-ignore
test.each<[string, CandidateList, readonly SnapshotFacts[], string]>([
  ["a build that was tested with the candidates is promoted", list, [componentSnapshot("a2", "a2 b1")], "a2 promoted 5 → a2 b1 @5, promoted a2 b1 @5"],
  ["a build that was not becomes candidate and is superseded", list, [componentSnapshot("a2", "a2 b0")], "a2 superseded 5 → a2 b1 @5, promoted a1 b1 @4"],
  ["an older build that passes late does not become candidate", apart, [componentSnapshot("a1", "a1 b2")], "a1 NewerBuildIsCandidate → a2 b2 @4, promoted a1 b1 @3"],
  ["a build that failed does not become candidate", list, [componentSnapshot("a2", "a2 b1", failed)], "a2 TestsFailed → a1 b1 @4, promoted a1 b1 @4"],
  ["a build in testing is left alone", list, [componentSnapshot("a2", "a2 b1", testing)], " → a1 b1 @4, promoted a1 b1 @4"],
  ["a pull request does not become candidate", list, [componentSnapshot("a2", "a2 b1", { isPush: false })], "a2 PullRequest → a1 b1 @4, promoted a1 b1 @4"],
  ["the first build of all is promoted alone", candidateList("", { revision: 0 }), [componentSnapshot("a1", "a1")], "a1 promoted 1 → a1 @1, promoted a1 @1"],
  ["a new Component joins with its first build", list, [componentSnapshot("new1", "a1 b1 new1")], "new1 promoted 5 → a1 b1 new1 @5, promoted a1 b1 new1 @5"],
  ["a Component may be called constructor", list, [componentSnapshot("constructor1", "a1 b1 constructor1")], "constructor1 promoted 5 → a1 b1 constructor1 @5, promoted a1 b1 constructor1 @5"],
  [
    "two builds that were tested apart: the first is promoted, the second superseded",
    list,
    [componentSnapshot("a2", "a2 b1"), componentSnapshot("b2", "a1 b2", { createdAt: 3 })],
    "a2 promoted 5, b2 superseded 6 → a2 b2 @6, promoted a2 b1 @5",
  ],
  [
    "two builds of one Component, the older first: both become candidate, one after the other",
    list,
    [componentSnapshot("a2", "a2 b0"), componentSnapshot("a3", "a3 b1")],
    "a2 superseded 5, a3 promoted 6 → a3 b1 @6, promoted a3 b1 @6",
  ],
  [
    "two builds of one Component, the newer's Snapshot first: the older does not become candidate",
    list,
    [componentSnapshot("a2", "a2 b1", { createdAt: 9 }), componentSnapshot("a3", "a3 b1", { createdAt: 8 })],
    "a3 promoted 5, a2 NewerBuildIsCandidate → a3 b1 @5, promoted a3 b1 @5",
  ],
  [
    "Snapshots of one second are decided in the order of their names",
    list,
    [componentSnapshot("b2", "a1 b2", { createdAt: 5 }), componentSnapshot("a2", "a2 b1", { createdAt: 5 })],
    "a2 promoted 5, b2 superseded 6 → a2 b2 @6, promoted a2 b1 @5",
  ],
  ["a composite is promoted at the revision it was made from", apart, [compositeSnapshot(4, "a2 b2")], "composite-4 promoted 4 → a2 b2 @4, promoted a2 b2 @4"],
  [
    "a composite that the list has left behind is promoted, being newer than what was promoted",
    { ...apart, revision: 6, candidates: content("a3 b2") as CandidateList["candidates"] },
    [compositeSnapshot(4, "a2 b2")],
    "composite-4 promoted 4 → a3 b2 @6, promoted a2 b2 @4",
  ],
  ["a composite is not promoted over something newer", list, [compositeSnapshot(3, "a1 b0")], "composite-3 NewerPromoted → a1 b1 @4, promoted a1 b1 @4"],
  ["a composite is not promoted over its own revision", list, [compositeSnapshot(4, "a1 b1")], "composite-4 NewerPromoted → a1 b1 @4, promoted a1 b1 @4"],
  ["a composite that failed changes nothing", apart, [compositeSnapshot(4, "a2 b2", failed)], "composite-4 TestsFailed → a2 b2 @4, promoted a1 b1 @3"],
  [
    "a composite that ends with a newer build's Snapshot does not overtake it",
    apart,
    [componentSnapshot("a3", "a3 b2"), compositeSnapshot(4, "a2 b2")],
    "a3 promoted 5, composite-4 NewerPromoted → a3 b2 @5, promoted a3 b2 @5",
  ],
  ["an override of everything is promoted, however old its images", apart, [overrideSnapshot("a1 b1")], "override promoted 5 → a1 b1 @5, promoted a1 b1 @5"],
  ["an override of a part becomes candidate and is superseded", apart, [overrideSnapshot("a1")], "override superseded 5 → a1 b2 @5, promoted a1 b1 @3"],
  ["an override's unknown Components do not become candidate", list, [overrideSnapshot("a0 gone1")], "override superseded 5 → a0 b1 @5, promoted a1 b1 @4"],
  ["a Snapshot without a type leaves the list as it is", list, [snapshot("mine", "", "a9")], "mine Untyped → a1 b1 @4, promoted a1 b1 @4"],
])("%s", (_sentence, given, snapshots, expected) => {
  const decided = plan(given, snapshots);
  expect(`${decided.conclusions.map(told).join(", ")} → ${summary(decided.list)}`).toBe(expected);
  expect(plan(given, snapshots.toReversed())).toEqual(decided);
});

test.each([
  ["a Component that is gone takes its candidate along, as a new revision", "a", "a1 @5, promoted a1 b1 @4"],
  ["when all Components are gone, so are all candidates", "", " @5, promoted a1 b1 @4"],
  ["a Component without a build changes nothing", "a b c", "a1 b1 @4, promoted a1 b1 @4"],
])("%s", (_sentence, components, after) => {
  expect(summary(plan(list, [], components).list)).toBe(after);
});

test("a build that was tested with a Component that is gone is superseded", () => {
  const decided = plan(list, [componentSnapshot("a2", "a2 b1")], "a");
  expect([decided.conclusions.map(told), summary(decided.list)]).toEqual([
    ["a2 superseded 6"],
    "a2 @6, promoted a1 b1 @4",
  ]);
});

test("one commit holds one promotion: the next one, and all after it, wait", () => {
  const snapshots = [
    componentSnapshot("a2", "a2 b1"),
    componentSnapshot("b3", "a2 b3"),
    componentSnapshot("a4", "a4 b0"),
    componentSnapshot("b5", "a1 b5", failed),
  ];
  const first = plan(list, snapshots);
  const second = plan(first.list, snapshots.slice(1));
  expect([first.conclusions.map(told), first.more, summary(first.list)]).toEqual([
    ["a2 promoted 5"],
    true,
    "a2 b1 @5, promoted a2 b1 @5",
  ]);
  expect([second.conclusions.map(told), second.more]).toEqual([
    ["b3 promoted 6", "a4 superseded 7", "b5 TestsFailed"],
    false,
  ]);
});

test("an override keeps the mark that builds must be newer than, so that what it put aside stays away", () => {
  const overridden = plan(apart, [overrideSnapshot("a1 b2")]).list;
  const late = plan(overridden, [componentSnapshot("a2", "a2 b2", { name: "snapshot-again" })]);
  const next = plan(overridden, [componentSnapshot("a3", "a3 b2")]);
  expect([late.conclusions.map(told), summary(late.list)]).toEqual([
    ["again NewerBuildIsCandidate"],
    "a1 b2 @5, promoted a1 b2 @5",
  ]);
  expect(next.conclusions.map(told)).toEqual(["a3 promoted 6"]);
});

test("the verdicts that changed the list are committed with it, and those that did not are not", () => {
  const decided = plan({ ...list, committed: [{ snapshot: "before", verdict: "promoted", revision: 4 }] }, [
    componentSnapshot("a2", "a2 b1"),
    componentSnapshot("b2", "a1 b2", { createdAt: 3 }),
    componentSnapshot("a0", "a0 b1", { createdAt: 4 }),
  ]);
  expect(decided.list.committed).toEqual([
    { snapshot: "snapshot-a2", verdict: "promoted", revision: 5 },
    { snapshot: "snapshot-b2", verdict: "superseded", revision: 6 },
  ]);
});

test("when no verdict changes the list, it stays the very same one", () => {
  expect(plan(list, []).list).toBe(list);
  expect(plan(list, [componentSnapshot("a2", "a2 b1", failed), componentSnapshot("b0", "a1 b0")]).list).toBe(list);
});

test("what a Snapshot's build became candidate with is kept: image, source, build, Snapshot, time and revision", () => {
  const source = { url: "https://git.example/a", revision: "c0ffee" };
  const built = componentSnapshot("a2", "", { content: new Map([["a", { image: "a2", source }]]) });
  expect(plan(list, [built]).list.candidates.get("a")).toEqual({
    image: "a2",
    source,
    build: build(2),
    snapshot: "snapshot-a2",
    since: 7,
    revision: 5,
  });
});

test("an Application of 500 Components with 500 builds at once is decided at once", () => {
  const letter = (place: number): string => "abcdefghij".charAt(place % 10);
  const all = Array.from({ length: 500 }, (_, index) =>
    ["c", ...[100, 10, 1].map((unit) => letter(Math.floor(index / unit)))].join(""),
  );
  const before = candidateList(all.map((name) => `${name}1`).join(" "));
  // Read once, not from 500 texts of 500 images.
  const snapshots = all.map((name) => {
    const tested = new Map([...before.candidates, ...content(`${name}2`)]);
    return componentSnapshot(`${name}2`, "", { content: tested });
  });
  const decided = plan(before, snapshots, all.join(" "));
  expect([decided.conclusions.length, decided.list.revision, decided.list.ledger.revision]).toEqual([500, 501, 2]);
  expect(imagesOf(decided.list.candidates)).not.toMatch(/1\b/);
});

test("without the list, only what does not need it is decided", () => {
  const snapshots = [
    componentSnapshot("a2", "a2 b1"),
    componentSnapshot("b2", "b2", failed),
    snapshot("mine", "", "a1"),
    componentSnapshot("a3", "a3", { isPush: false, ...testing }),
  ];
  expect(planWithoutList(snapshots).map(told)).toEqual(["b2 TestsFailed", "mine Untyped"]);
});

interface Asked {
  readonly inTesting?: boolean;
  readonly coalesce?: boolean;
  readonly exists?: string;
  /** What the Snapshot of that name holds, when it is not what the list does. */
  readonly holding?: string;
}

// prettier-ignore
test.each<[string, CandidateList, Asked, string | undefined]>([
  ["is due when the candidates are not what was promoted", apart, {}, "shop-composite-4: a2 b2"],
  ["is due when a Component was removed", candidateList("a1", { promoted: "a1 b1", revision: 4 }), {}, "shop-composite-4: a1"],
  ["is not due when the candidates are what was promoted", list, {}, undefined],
  ["is not due when they are so again at a later revision", candidateList("b1 a1", { promoted: "a1 b1", revision: 9 }), {}, undefined],
  ["is not due without candidates", candidateList("", { promoted: "a1", revision: 4 }), {}, undefined],
  ["is not due a second time for one revision", apart, { exists: "shop-composite-4" }, undefined],
  ["is due again at the next revision", { ...apart, revision: 5 }, { exists: "shop-composite-4" }, "shop-composite-5: a2 b2"],
  ["waits while another is in testing", apart, { inTesting: true }, undefined],
  ["does not wait where each is asked for at once", apart, { inTesting: true, coalesce: false }, "shop-composite-4: a2 b2"],
  ["is not made twice where each is asked for at once", apart, { inTesting: true, coalesce: false, exists: "shop-composite-4" }, undefined],
  ["needs another revision when its name holds something else", apart, { exists: "shop-composite-4", holding: "a1 b9" }, "taken"],
])("a composite %s", (_sentence, given, { inTesting = false, coalesce = true, exists, holding }, expected) => {
  const held = holding === undefined ? given.candidates : content(holding);
  const existing = (name: string): string | undefined => (name === exists ? contentFingerprint(held) : undefined);
  const answer = compositeDue(given, { owner: { kind: "Application", name: "shop" }, inTesting, coalesce, existing });
  const due = answer.kind === "due" ? `${answer.composite.name}: ${imagesOf(answer.composite.content)}` : answer.kind;
  expect(due).toBe(expected ?? "none");
});

test("an override back to what is promoted promotes nothing, and a composite of what it put aside comes too late", () => {
  const stuck = candidateList("a2 b1", { promoted: "a1 b1", revision: 2 });
  const back = plan(stuck, [overrideSnapshot("a1")]);
  expect(back.conclusions.map(told)).toEqual(["override superseded 3"]);
  expect(back.conclusions[0]).toMatchObject({ objection: { reason: "AlreadyPromoted" } });
  expect(summary(back.list)).toBe("a1 b1 @3, promoted a1 b1 @3");
  expect(plan(back.list, [compositeSnapshot(2, "a2 b1")]).conclusions.map(told)).toEqual(["composite-2 NewerPromoted"]);
});

test("what is wrong in itself changes nothing, also where no test would stop it", () => {
  const { list: after, conclusions } = plan(list, [overrideSnapshot("", { problems: ["no components"] })]);
  expect([after, conclusions.map(told)]).toEqual([list, ["override OverrideInvalid"]]);
});

test("a revision whose composite's name is taken is passed over", () => {
  const { list: after } = planPromotion({
    list: apart,
    ownerKind: "Application",
    components: names("a b"),
    snapshots: [],
    now: 7,
    revisionTaken: true,
  });
  expect(summary(after)).toBe(summary({ ...apart, revision: apart.revision + 1 }));
});

const runs = { numRuns: 300 };

test("in any history neither the list nor what was promoted ever goes back a revision", () => {
  fc.assert(
    fc.property(historySteps(), fc.boolean(), (history, coalesce) => {
      for (const {
        before,
        plan: { list: after },
      } of new History(coalesce).live(history).looks) {
        expect(after.revision).toBeGreaterThanOrEqual(Math.max(before.revision, after.ledger.revision));
        expect(after.ledger.revision).toBeGreaterThanOrEqual(before.ledger.revision);
        expect(after.ledger.revision > before.ledger.revision).toBe(after.ledger !== before.ledger);
        expect(after.revision > before.revision || sameContent(after.candidates, before.candidates)).toBe(true);
      }
    }),
    runs,
  );
});

test("in any history a look promotes one Snapshot at most, and only one that passed with exactly what is promoted", () => {
  fc.assert(
    fc.property(historySteps(), fc.boolean(), (history, coalesce) => {
      for (const {
        before,
        snapshots,
        plan: { list: after, conclusions },
      } of new History(coalesce).live(history).looks) {
        const promoted = conclusions.filter(({ kind }) => kind === "promoted").map((conclusion) => conclusion.snapshot);
        expect(promoted).toEqual(after.ledger.content === before.ledger.content ? [] : [after.ledger.snapshot]);
        const tested = snapshots.find(({ name }) => name === promoted[0]);
        const isTested = tested?.verdict.kind === "passed" && sameContent(tested.content, after.ledger.content);
        expect(isTested).toBe(promoted.length === 1);
      }
    }),
    runs,
  );
});

test("in any history looking again at once, without the Snapshots that were decided, changes nothing", () => {
  fc.assert(
    fc.property(historySteps(), fc.boolean(), (history, coalesce) => {
      for (const {
        components,
        snapshots,
        plan: { list: after, conclusions, more },
      } of new History(coalesce).live(history).looks) {
        const decided = new Set(conclusions.map((conclusion) => conclusion.snapshot));
        const left = snapshots.filter(({ name }) => !decided.has(name));
        const again = planPromotion({ list: after, ownerKind: "Application", components, snapshots: left, now: 0 });
        expect(again.conclusions.length > 0).toBe(more);
        expect(again.list === after).toBe(!more);
      }
    }),
    runs,
  );
});

test("in any history a candidate gives way to a newer build only, or to an override, which keeps the mark to be newer than", () => {
  fc.assert(
    fc.property(historySteps(), fc.boolean(), (history, coalesce) => {
      for (const {
        before,
        plan: { list: after },
      } of new History(coalesce).live(history).looks) {
        for (const [component, { build: now, snapshot: by = "" }] of after.candidates) {
          const { build: then, snapshot: replaced } = before.candidates.get(component) ?? {};
          if (then === undefined || by === replaced) continue;
          const newer = now === undefined ? -1 : compareBuilds(now, then);
          expect(newer > 0 || (newer === 0 && by.startsWith("override"))).toBe(true);
        }
      }
    }),
    runs,
  );
});

test("when all is quiet, what is promoted is what is candidate, unless the combination was tested and failed", () => {
  fc.assert(
    fc.property(historySteps(), fc.boolean(), fc.boolean(), (history, coalesce, pass) => {
      const lived = new History(coalesce).live(history);
      expect(lived.settle(pass)).toBeLessThan(50);
      const { candidates, ledger, revision } = lived.list;
      const tested = lived.evidence.get(`shop-composite-${String(revision)}`);
      expect(sameContent(candidates, ledger.content) || candidates.size === 0 || tested?.promoted === false).toBe(true);
    }),
    runs,
  );
});

test("when all tests pass, no build is lost: the newest of every Component is promoted", () => {
  fc.assert(
    fc.property(historySteps({ onlyBuilds: true }), fc.boolean(), (history, coalesce) => {
      const lived = new History(coalesce).live(history);
      lived.settle(true);
      const built = [...lived.evidence.values()].flatMap((each) => each.built ?? []);
      for (const component of lived.components) {
        const [newest] = built
          .filter((each) => each.component === component)
          .map(({ order }) => order)
          .sort((a, b) => compareBuilds(b, a));
        expect(lived.list.candidates.get(component)?.build).toEqual(newest);
      }
      expect(imagesOf(lived.list.ledger.content)).toBe(imagesOf(lived.list.candidates));
    }),
    runs,
  );
});
