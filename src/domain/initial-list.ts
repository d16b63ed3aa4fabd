import type { BuildOrder } from "./build-order.ts";
import {
  sameContent,
  type Candidate,
  type CandidateList,
  type Committed,
  type ComponentImage,
  type Content,
  type Ledger,
} from "./candidate-list.ts";

/** A Snapshot as evidence of what the candidate list was. */
export interface SnapshotEvidence {
  readonly name: string;
  readonly type: string;
  readonly content: Content;
  /** For a component Snapshot: what was built. */
  readonly built?: { readonly component: string; readonly order: BuildOrder };
  /** The revision at which its images became candidate or were promoted, as its status says. */
  readonly concludedAt?: number;
  /** For a composite: the revision it was made from. */
  readonly madeFrom?: number;
  readonly promoted: boolean;
  /** We made a Release of it. */
  readonly released: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** The list of an Application that has none: rebuilt from its Snapshots, on top of the images its Components come with.
 * Nothing of it is new, so what was promoted last stays the ledger, and the revision continues above the highest seen. */
export function initialList(
  startingImages: Content,
  snapshots: readonly SnapshotEvidence[],
  now: number,
): CandidateList {
  const start = startFrom(startingImages, now);
  const untold = untoldPromotions(snapshots);
  const told = snapshots.map((snapshot) => untold.get(snapshot.name) ?? snapshot);
  const evidence = told.sort((a, b) => revisionOf(a) - revisionOf(b) || a.createdAt - b.createdAt);
  const highest = highestSeen(evidence);
  if (highest === 0) return start;
  const revision = highest + 1;
  const candidates = evidence.reduce(applyEvidence, start.candidates);
  const ledger = lastPromoted(evidence) ?? start.ledger;
  const inStep = sameContent(candidates, ledger.content);
  const committed = [...untold.values()].map((each): Committed => ({
    snapshot: each.name,
    verdict: "promoted",
    revision: revisionOf(each),
  }));
  return { revision, candidates, ledger: inStep ? { ...ledger, revision } : ledger, committed };
}

function highestSeen(snapshots: readonly SnapshotEvidence[]): number {
  return snapshots.reduce((highest, { concludedAt = 0, madeFrom = 0 }) => Math.max(highest, concludedAt, madeFrom), 0);
}

const promotedTypes: ReadonlySet<string> = new Set(["component", "composite", "override"]);

/** A Snapshot that was released had been promoted by the last commit there was, although nobody came to tell it so. Telling
 * it comes first, as after any commit. By name. */
function untoldPromotions(snapshots: readonly SnapshotEvidence[]): ReadonlyMap<string, SnapshotEvidence> {
  const last = highestSeen(snapshots) + 1;
  const untold = snapshots.filter(
    ({ released, concludedAt, type }) => released && concludedAt === undefined && promotedTypes.has(type),
  );
  return new Map(
    untold.map((snapshot) => {
      const concludedAt = snapshot.type === "composite" ? (snapshot.madeFrom ?? last) : last;
      return [snapshot.name, { ...snapshot, promoted: true, concludedAt }];
    }),
  );
}

function startFrom(images: Content, now: number): CandidateList {
  const candidates = new Map(
    [...images].map(([component, image]): [string, Candidate] => [component, { ...image, since: now, revision: 0 }]),
  );
  return {
    revision: 0,
    candidates,
    ledger: { type: "initial", content: images, revision: 0, when: now },
    committed: [],
  };
}

function revisionOf({ concludedAt, madeFrom }: SnapshotEvidence): number {
  return concludedAt ?? madeFrom ?? 0;
}

function applyEvidence(
  candidates: ReadonlyMap<string, Candidate>,
  snapshot: SnapshotEvidence,
): ReadonlyMap<string, Candidate> {
  if (snapshot.type === "composite" && snapshot.madeFrom !== undefined)
    return wholeList(candidates, snapshot, snapshot.madeFrom);
  if (snapshot.concludedAt === undefined) return candidates;
  const held = snapshot.promoted ? wholeList(candidates, snapshot, snapshot.concludedAt) : candidates;
  const adopted = snapshot.built === undefined ? [...snapshot.content.keys()] : [snapshot.built.component];
  return adopted.reduce((list, component) => adopt(list, component, snapshot), held);
}

/** A composite, or a promoted Snapshot, holds exactly what the list held at its revision. Build orders are kept: they are
 * the mark that a build has to be newer than. */
function wholeList(
  candidates: ReadonlyMap<string, Candidate>,
  { content, createdAt }: SnapshotEvidence,
  revision: number,
): ReadonlyMap<string, Candidate> {
  return new Map(
    [...content].map(([component, image]) => [
      component,
      replaceImage(candidates.get(component), image, { since: createdAt, revision }),
    ]),
  );
}

function adopt(
  candidates: ReadonlyMap<string, Candidate>,
  component: string,
  { name, content, built, createdAt, concludedAt }: SnapshotEvidence,
): ReadonlyMap<string, Candidate> {
  const image = content.get(component);
  if (image === undefined || concludedAt === undefined) return candidates;
  const order = built?.order ?? candidates.get(component)?.build;
  return new Map([
    ...candidates,
    [
      component,
      {
        ...image,
        ...(order === undefined ? {} : { build: order }),
        snapshot: name,
        since: createdAt,
        revision: concludedAt,
      },
    ],
  ]);
}

function replaceImage(
  present: Candidate | undefined,
  image: ComponentImage,
  at: { readonly since: number; readonly revision: number },
): Candidate {
  if (present?.image === image.image) return present;
  return { ...image, ...(present?.build === undefined ? {} : { build: present.build }), ...at };
}

function lastPromoted(evidence: readonly SnapshotEvidence[]): Ledger | undefined {
  const last = evidence.filter(({ promoted }) => promoted).at(-1);
  return (
    last && {
      snapshot: last.name,
      type: last.type,
      content: last.content,
      revision: revisionOf(last),
      when: last.createdAt,
    }
  );
}
