import { compareBuilds, type BuildOrder } from "./build-order.ts";
import { differences, sameContent, type CandidateList, type Content } from "./candidate-list.ts";
import type { SnapshotVerdict } from "./judge-snapshot.ts";
import type { OwnerKind } from "./owner.ts";

/** A Snapshot that has not been concluded, as far as its promotion is concerned. */
export interface SnapshotFacts {
  readonly name: string;
  /** `component`, `composite`, `override`, another label's value, or "" for one that a person made without the label. */
  readonly type: string;
  readonly isPush: boolean;
  readonly content: Content;
  /** For a component Snapshot: what was built. */
  readonly built?: { readonly component: string; readonly order: BuildOrder };
  /** For a composite: the revision of the list it was made from. */
  readonly madeFrom?: number;
  readonly verdict: SnapshotVerdict;
  /** What is wrong with the Snapshot itself. */
  readonly problems: readonly string[];
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Why a Snapshot is not promoted; the word is the reason of its `Promoted` condition, the message is for its author. */
export interface Objection {
  readonly reason:
    | "OverrideInvalid"
    | "ImageInvalid"
    | "TestsFailed"
    | "PullRequest"
    | "NotForPromotion"
    | "Untyped"
    | "ComponentRemoved"
    | "NewerBuildIsCandidate"
    | "SupersededByComposite"
    | "AlreadyPromoted"
    | "NewerPromoted";
  readonly message: string;
}

interface World {
  readonly list: CandidateList;
  readonly components: ReadonlySet<string>;
  readonly ownerKind: OwnerKind;
}

type Rule = (snapshot: SnapshotFacts, world: World) => Objection | undefined;

/** The reasons that are the Snapshot's own. */
const ownObjections: readonly ((snapshot: SnapshotFacts) => Objection | undefined)[] = [
  contentIsInvalid,
  testsFailed,
  madeForPullRequest,
  madeByHand,
  typeIsNotPromoted,
];

/** Every reason not to let a tested Snapshot near the candidate list, in the order given to people. */
const objections: readonly Rule[] = [...ownObjections, componentIsRemoved, newerBuildIsCandidate, newerIsPromoted];

/** The first reason why a Snapshot whose tests are over can neither change the candidate list nor be promoted. */
export function objectionTo(snapshot: SnapshotFacts, world: World): Objection | undefined {
  for (const rule of objections) {
    const objection = rule(snapshot, world);
    if (objection !== undefined) return withSuspects(objection, snapshot, world.list);
  }
  return undefined;
}

/** The same, of the reasons that hold whatever the candidate list says. What has passed was valid then, and may be in the list:
 * that it is invalid now, since a Component went, says nothing without it. */
export function objectionWithoutList(snapshot: SnapshotFacts): Objection | undefined {
  const rules =
    snapshot.verdict.kind === "passed" ? ownObjections.filter((rule) => rule !== contentIsInvalid) : ownObjections;
  for (const rule of rules) {
    const objection = rule(snapshot);
    if (objection !== undefined) return objection;
  }
  return undefined;
}

/** What becomes of a Snapshot that was not tested with what the candidate list holds. */
export const superseding =
  "The global component list has changed in the meantime, superseding with a composite snapshot";

/** The last reason, asked after the Snapshot's images have become candidates: the list holds something it was not tested with. */
export function supersededAfter(snapshot: SnapshotFacts, list: CandidateList): Objection | undefined {
  const { candidates } = list;
  if (sameContent(snapshot.content, candidates)) return undefined;
  const moved = [
    ...new Set([...differences(candidates, snapshot.content), ...differences(snapshot.content, candidates)]),
  ].sort();
  const { reason, message } = superseded(list);
  return { reason, message: `${message}. Not tested with: ${listed(moved)}` };
}

/** What becomes of images that are candidates now, but not by a promotion of their own Snapshot. */
export function superseded({ candidates, ledger }: CandidateList): Objection {
  if (sameContent(candidates, ledger.content)) {
    const promoted = ledger.snapshot === undefined ? "what the list started from" : `Snapshot ${ledger.snapshot}`;
    return {
      reason: "AlreadyPromoted",
      message: `The global candidate list is back at what was promoted: ${promoted}`,
    };
  }
  const message = "The global component list has changed in the meantime, superseding with a composite snapshot";
  return { reason: "SupersededByComposite", message };
}

function contentIsInvalid({ type, problems }: SnapshotFacts): Objection | undefined {
  if (problems.length === 0) return undefined;
  const reason = type === "override" ? "OverrideInvalid" : "ImageInvalid";
  return { reason, message: `The Snapshot is invalid: ${problems.join("; ")}` };
}

function testsFailed({ verdict }: SnapshotFacts): Objection | undefined {
  if (verdict.kind !== "failed") return undefined;
  const failing = verdict.failing.map(
    ({ scenario, details, testPipelineRunName: run }) =>
      `${scenario}${run === undefined ? "" : ` (${run})`}: ${details}`,
  );
  return { reason: "TestsFailed", message: `Required scenarios did not pass: ${failing.join("; ")}` };
}

/** A failed composite names its suspects: the images that nothing promoted has combined before (rule 8). */
function withSuspects(objection: Objection, { type, content }: SnapshotFacts, list: CandidateList): Objection {
  const suspects =
    type === "composite" && objection.reason === "TestsFailed" ? differences(content, list.ledger.content) : [];
  if (suspects.length === 0) return objection;
  return { ...objection, message: `${objection.message}. Never promoted together before: ${listed(suspects)}` };
}

function madeForPullRequest({ isPush }: SnapshotFacts): Objection | undefined {
  return isPush
    ? undefined
    : { reason: "PullRequest", message: "The Snapshot was created for a pull request: it is tested, never promoted" };
}

function madeByHand({ type }: SnapshotFacts): Objection | undefined {
  if (type !== "") return undefined;
  return {
    reason: "Untyped",
    message:
      "The Snapshot carries no type label: it is tested and released, and the global candidate list stays as it is",
  };
}

const promotedTypes: ReadonlySet<string> = new Set(["component", "composite", "override"]);

function typeIsNotPromoted({ type, built, madeFrom }: SnapshotFacts): Objection | undefined {
  if (!promotedTypes.has(type))
    return { reason: "NotForPromotion", message: `Snapshots of type "${type}" are tested, never promoted` };
  if (type === "component" && built === undefined) {
    return {
      reason: "NotForPromotion",
      message:
        "The Snapshot is of type component, but does not say which Component's build it is for: label appstudio.openshift.io/component",
    };
  }
  if (type === "composite" && madeFrom === undefined) {
    return {
      reason: "NotForPromotion",
      message: "The Snapshot is of type composite, but was not made from a revision of the global candidate list",
    };
  }
  return undefined;
}

/** A build of a Component that is gone, or a combination that holds one, must not ship; what is left gets a composite of its own. */
function componentIsRemoved(
  { type, built, content }: SnapshotFacts,
  { components, ownerKind }: World,
): Objection | undefined {
  const needed = type === "composite" ? [...content.keys()] : built === undefined ? [] : [built.component];
  const removed = needed.filter((component) => !components.has(component));
  if (removed.length === 0) return undefined;
  return { reason: "ComponentRemoved", message: `No longer part of the ${ownerKind}: Component ${listed(removed)}` };
}

function newerBuildIsCandidate({ built }: SnapshotFacts, { list }: World): Objection | undefined {
  const measure = built && list.candidates.get(built.component)?.build;
  if (built === undefined || measure === undefined) return undefined;
  const order = compareBuilds(built.order, measure);
  if (order > 0) return undefined;
  const which = order === 0 ? `Build ${measure.name}` : `A newer build (${measure.name})`;
  return {
    reason: "NewerBuildIsCandidate",
    message: `${which} of Component ${built.component} became candidate before`,
  };
}

/** A composite comes too late when its revision, or a later one, was promoted meanwhile (rule 7). */
export function newerIsPromoted(
  { type, madeFrom }: SnapshotFacts,
  { list }: Pick<World, "list">,
): Objection | undefined {
  if (type !== "composite" || madeFrom === undefined || madeFrom > list.ledger.revision) return undefined;
  const { snapshot, revision } = list.ledger;
  return {
    reason: "NewerPromoted",
    message: `Made from revision ${String(madeFrom)} of the global candidate list; ${snapshot === undefined ? "the list" : `Snapshot ${snapshot}`} was promoted at revision ${String(revision)} meanwhile`,
  };
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(", ");
  return names.length > 10 ? `${shown} and ${String(names.length - 10)} more` : shown;
}
