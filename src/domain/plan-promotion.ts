import { compareText } from "./build-order.ts";
import {
  withCandidates,
  withoutRemoved,
  type Candidate,
  type CandidateList,
  type Committed,
  type Content,
  sameContent,
} from "./candidate-list.ts";
import { composeComposite } from "./compose-snapshot.ts";
import { compositeSnapshotName, contentFingerprint } from "./names.ts";
import type { Owner, OwnerKind } from "./owner.ts";
import {
  newerIsPromoted,
  objectionTo,
  objectionWithoutList,
  superseded,
  supersededAfter,
  type Objection,
  type SnapshotFacts,
} from "./promotion-policy.ts";

export interface PromotionFacts {
  readonly list: CandidateList;
  readonly ownerKind: OwnerKind;
  /** The owner's Components, by key. */
  readonly components: ReadonlySet<string>;
  /** Its Snapshots that have not been concluded. */
  readonly snapshots: readonly SnapshotFacts[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The present revision cannot be used for a composite. */
  readonly revisionTaken?: boolean;
}

/** What becomes of a Snapshot, for good. */
export type Conclusion =
  | { readonly kind: "promoted"; readonly snapshot: string; readonly revision: number }
  | { readonly kind: "superseded"; readonly snapshot: string; readonly revision: number; readonly objection: Objection }
  /** Nothing of it entered the candidate list. */
  | { readonly kind: "notPromoted"; readonly snapshot: string; readonly objection: Objection };

export interface PromotionPlan {
  /** The list as it should be committed; the very same one when nothing of it changes. */
  readonly list: CandidateList;
  readonly conclusions: readonly Conclusion[];
  /** A further promotion waits until this one is finished. */
  readonly more: boolean;
}

/** Decides every Snapshot whose tests are over, oldest first, against one candidate list (ADR-0015; docs/two-phase.md, rules
 * 3, 4, 7, 11 and 13). All of it is one commit, which holds at most one promotion: the rest waits for the next. */
export function planPromotion(facts: PromotionFacts): PromotionPlan {
  const { list, components, snapshots, revisionTaken } = facts;
  const finished = snapshots
    .filter(({ verdict }) => verdict.kind !== "testing")
    .sort((a, b) => a.createdAt - b.createdAt || compareText(a.name, b.name));
  const usable = revisionTaken === true ? { ...list, revision: list.revision + 1 } : list;
  let present = removeGone(usable, components);
  const conclusions: Conclusion[] = [];
  let more = false;
  for (const snapshot of finished) {
    const step = conclude(snapshot, present, facts);
    more = step.conclusion.kind === "promoted" && conclusions.some(({ kind }) => kind === "promoted");
    if (more) break;
    present = step.list;
    conclusions.push(step.conclusion);
  }
  conclusions.push(...overtaken(snapshots, present));
  return {
    list: present === list ? list : { ...present, committed: conclusions.flatMap(committed) },
    conclusions,
    more,
  };
}

/** A composite that something newer has overtaken cannot be promoted however its tests end: nobody need wait for them. */
function overtaken(snapshots: readonly SnapshotFacts[], list: CandidateList): readonly Conclusion[] {
  return snapshots.flatMap((snapshot) => {
    const objection = snapshot.verdict.kind === "testing" ? newerIsPromoted(snapshot, { list }) : undefined;
    return objection === undefined ? [] : [{ kind: "notPromoted", snapshot: snapshot.name, objection }];
  });
}

/** Decides the Snapshots that could not change the candidate list whatever it holds: they need not wait for it. */
export function planWithoutList(snapshots: readonly SnapshotFacts[]): readonly Conclusion[] {
  return snapshots.flatMap((snapshot) => {
    const objection = snapshot.verdict.kind === "testing" ? undefined : objectionWithoutList(snapshot);
    return objection === undefined ? [] : [{ kind: "notPromoted", snapshot: snapshot.name, objection }];
  });
}

export interface CompositeFacts {
  readonly owner: Pick<Owner, "kind" | "name">;
  /** A composite of it is in testing. */
  readonly inTesting: boolean;
  readonly coalesce: boolean;
  /** The fingerprint of the Snapshot that has a name, if there is one. */
  readonly existing: (name: string) => string | undefined;
}

export type CompositeDue =
  | { readonly kind: "none" }
  | { readonly kind: "due"; readonly composite: Composite }
  /** The revision's name is another content's: a list was restored from before it. The next revision is needed. */
  | { readonly kind: "taken" };

const none: CompositeDue = { kind: "none" };

/** The composite that is due: the list holds what no promotion has, and nothing has tested that combination yet. While
 * another composite is in testing it waits, unless its owner asked for each at once (rules 5 and 6). */
export function compositeDue(list: CandidateList, facts: CompositeFacts): CompositeDue {
  if (list.candidates.size === 0 || sameContent(list.candidates, list.ledger.content)) return none;
  if (facts.coalesce && facts.inTesting) return none;
  const name = compositeSnapshotName(facts.owner, list.revision);
  const existing = facts.existing(name);
  if (existing === undefined) {
    return { kind: "due", composite: { name, revision: list.revision, content: composeComposite(list.candidates) } };
  }
  return existing === contentFingerprint(list.candidates) ? none : { kind: "taken" };
}

export interface Composite {
  readonly name: string;
  readonly revision: number;
  readonly content: Content;
}

interface Step {
  readonly list: CandidateList;
  readonly conclusion: Conclusion;
}

function removeGone(list: CandidateList, components: ReadonlySet<string>): CandidateList {
  const kept = withoutRemoved(list, components);
  return kept === list ? list : inStep(kept);
}

function conclude(
  snapshot: SnapshotFacts,
  list: CandidateList,
  { components, ownerKind, now }: Pick<PromotionFacts, "components" | "ownerKind" | "now">,
): Step {
  const before = concludedBefore(snapshot, list);
  if (before !== undefined) return { list, conclusion: before };
  const objection = objectionTo(snapshot, { list, components, ownerKind });
  if (objection !== undefined) return { list, conclusion: { kind: "notPromoted", snapshot: snapshot.name, objection } };
  if (snapshot.type === "composite") return promote(snapshot, list, snapshot.madeFrom ?? list.revision, now);
  const adopted = withCandidates(list, candidatesOf(snapshot, list, components, now));
  const objectionNow = supersededAfter(snapshot, adopted);
  if (objectionNow === undefined) return promote(snapshot, adopted, adopted.revision, now);
  return {
    list: inStep(adopted),
    conclusion: { kind: "superseded", snapshot: snapshot.name, revision: adopted.revision, objection: objectionNow },
  };
}

/** When the candidates are what is promoted already, the promotion stands for this revision too: a composite of an earlier
 * one, which holds what has been put aside since, comes too late. */
function inStep(list: CandidateList): CandidateList {
  if (!sameContent(list.candidates, list.ledger.content)) return list;
  return { ...list, ledger: { ...list.ledger, revision: list.revision } };
}

/** What the list itself says of a Snapshot that was evaluated before, although the Snapshot does not: evaluating is done once. */
function concludedBefore(snapshot: SnapshotFacts, list: CandidateList): Conclusion | undefined {
  const { name, verdict } = snapshot;
  if (verdict.kind !== "passed") return undefined;
  if (list.ledger.snapshot === name) return { kind: "promoted", snapshot: name, revision: list.ledger.revision };
  const adopted = [...list.candidates.values()].find((candidate) => candidate.snapshot === name);
  if (adopted === undefined) return undefined;
  const objection = supersededAfter(snapshot, list) ?? superseded(list);
  return { kind: "superseded", snapshot: name, revision: adopted.revision, objection };
}

function promote({ name, type, content }: SnapshotFacts, list: CandidateList, revision: number, now: number): Step {
  return {
    list: { ...list, ledger: { snapshot: name, type, content, revision, when: now } },
    conclusion: { kind: "promoted", snapshot: name, revision },
  };
}

/** The candidates a passed Snapshot brings: a build's own image, or each image of an override. An override leaves the mark
 * that builds are measured against where it was, so that what it put aside does not come back by itself. */
function candidatesOf(
  snapshot: SnapshotFacts,
  list: CandidateList,
  components: ReadonlySet<string>,
  now: number,
): ReadonlyMap<string, Omit<Candidate, "revision">> {
  const { built, content, name } = snapshot;
  const brought = [...content].filter(([component]) =>
    built === undefined ? components.has(component) : component === built.component,
  );
  return new Map(
    brought.map(([component, image]) => {
      const order = built?.order ?? list.candidates.get(component)?.build;
      return [component, { ...image, ...(order === undefined ? {} : { build: order }), snapshot: name, since: now }];
    }),
  );
}

function committed(conclusion: Conclusion): readonly Committed[] {
  return conclusion.kind === "notPromoted"
    ? []
    : [{ snapshot: conclusion.snapshot, verdict: conclusion.kind, revision: conclusion.revision }];
}
