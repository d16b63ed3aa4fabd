import { expect, test } from "vitest";
import { candidateList, content } from "../testing/domain-builders.ts";
import type { Candidate, CandidateList } from "./candidate-list.ts";
import { broughtImages, pendingSince } from "./pending-promotion.ts";

/** A list whose candidate `a2` passed at 20 and was built from 12 on. */
function listOf(images: string, promoted: string, snapshot: string): CandidateList {
  const list = candidateList(images, { promoted });
  const candidates = [...list.candidates].map(([component, candidate]): [string, Candidate] => {
    const age = Number(/\d+$/.exec(candidate.image)?.[0]);
    return [component, { ...candidate, since: age * 10, build: { ...candidate.build!, startedAt: age + 10 } }];
  });
  return { ...list, candidates: new Map(candidates), ledger: { ...list.ledger, snapshot, when: 5 } };
}

test.each<[string, CandidateList, number | undefined]>([
  ["nothing waits when what is candidate was promoted", listOf("a1 b1", "a1 b1", "s"), undefined],
  ["a candidate waits since it passed", listOf("a2 b1", "a1 b1", "s"), 20],
  ["several wait since the first of them passed", listOf("a3 b2 c1", "a1 b1 c1", "s"), 20],
  ["a Component that is gone waits since the last promotion", listOf("a1", "a1 b1", "s"), 5],
])("%s", (_what, list, expected) => {
  expect(pendingSince(list)).toBe(expected);
});

test("a promotion brings the images that the one before did not have", () => {
  const before = listOf("a2 b2 c1", "a1 b1 c1", "first");
  const after = { ...before, ledger: { ...before.ledger, snapshot: "second", content: content("a2 b2 c1") } };
  expect(broughtImages(before, after)).toEqual([
    { candidateSince: 20, buildStartedAt: 12 },
    { candidateSince: 20, buildStartedAt: 12 },
  ]);
});

test("a promotion brings nothing when it is the one that was there before", () => {
  const list = listOf("a2", "a1", "first");
  expect(broughtImages(list, list)).toEqual([]);
});

test("a promotion says nothing of an image that is no longer candidate", () => {
  const before = listOf("a3 b2", "a1 b1", "first");
  const after = { ...before, ledger: { ...before.ledger, snapshot: "second", content: content("a2 b2") } };
  expect(broughtImages(before, after)).toHaveLength(1);
});

test("an image that no build led to has no start of a build", () => {
  const before = listOf("a2", "a1", "first");
  const [[component, { build: _, ...candidate }]] = [...before.candidates] as [[string, Candidate]];
  const after = {
    ...before,
    candidates: new Map([[component, candidate]]),
    ledger: { ...before.ledger, snapshot: "override", content: content("a2") },
  };
  expect(broughtImages(before, after)).toEqual([{ candidateSince: 20 }]);
});
