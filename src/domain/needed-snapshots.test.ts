import fc from "fast-check";
import { expect, test } from "vitest";
import { candidateList, History, historySteps, imagesOf } from "../testing/domain-builders.ts";
import type { CandidateList } from "./candidate-list.ts";
import { initialList, type SnapshotEvidence } from "./initial-list.ts";
import { neededSnapshots, type SnapshotTrace } from "./needed-snapshots.ts";

const traceOf = ({ name, type, built, concludedAt = 0, madeFrom = 0 }: SnapshotEvidence): SnapshotTrace => ({
  name,
  isComposite: type === "composite",
  ...(built === undefined ? {} : { build: built.order.name }),
  revision: Math.max(concludedAt, madeFrom),
});

/** What of a list decides what happens next. */
const essence = ({ revision, candidates, ledger }: CandidateList, components: ReadonlySet<string>): unknown => [
  revision,
  [...candidates]
    .filter(([component]) => components.has(component))
    .map(([component, { image, build }]) => [component, image, build?.name])
    .toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
  [imagesOf(ledger.content), ledger.snapshot],
];

test("in any history a lost list is made anew from what is needed as it is from everything", () => {
  let spared = 0;
  fc.assert(
    fc.property(historySteps(), fc.boolean(), (history, coalesce) => {
      const lived = new History(coalesce).live(history);
      const all = [...lived.evidence.values()];
      const needed = neededSnapshots(lived.list, all.map(traceOf));
      const open = new Set(lived.open.map(({ name }) => name));
      const kept = all.filter(({ name }) => needed.has(name) || open.has(name));
      spared += all.length - kept.length;
      const [fromAll, fromKept] = [all, kept].map((evidence) => initialList(lived.start, evidence, 0));
      expect(essence(fromKept!, lived.components)).toEqual(essence(fromAll!, lived.components));
    }),
    { numRuns: 300 },
  );
  expect(spared).toBeGreaterThan(100);
});

test("in any history this holds again after the list was lost and made anew", () => {
  fc.assert(
    fc.property(historySteps(), historySteps(), fc.boolean(), (first, second, coalesce) => {
      const lived = new History(coalesce).live(first);
      lived.list = initialList(lived.start, [...lived.evidence.values()], 0);
      lived.live(second);
      const all = [...lived.evidence.values()];
      const needed = neededSnapshots(lived.list, all.map(traceOf));
      const open = new Set(lived.open.map(({ name }) => name));
      const kept = all.filter(({ name }) => needed.has(name) || open.has(name));
      const [fromAll, fromKept] = [all, kept].map((evidence) => initialList(lived.start, evidence, 0));
      expect(essence(fromKept!, lived.components)).toEqual(essence(fromAll!, lived.components));
    }),
    { numRuns: 200 },
  );
});

test("whatever a list names is needed, known or not", () => {
  const list = {
    ...candidateList("a1 b2"),
    committed: [{ snapshot: "told", verdict: "promoted", revision: 1 }] as const,
  };
  expect([...neededSnapshots(list, [])].toSorted()).toEqual(["snapshot-a1", "snapshot-b2", "snapshot-before", "told"]);
});

test("of several that know the highest revision the same one is needed, in whatever order they are looked at", () => {
  const known = ["c", "a", "b"].map((name) => ({ name, isComposite: false, revision: 7 }));
  const list = candidateList("x1", { revision: 7 });
  const [one, other] = [known, known.toReversed()].map((each) => [...neededSnapshots(list, each)].toSorted());
  expect(one).toEqual(other);
  expect(one).toContain("a");
});

test("what is needed does not grow with the history", () => {
  const history = Array.from({ length: 1000 }, (_, index) => ({
    name: `old-${String(index)}`,
    isComposite: index % 3 === 0,
    build: `old-build-${String(index)}`,
    revision: index,
  }));
  expect(neededSnapshots(candidateList("a1 b2", { revision: 2000 }), history).size).toBe(4);
});
