import type { BuildOrder } from "./build-order.ts";

/** Where an image was built from, as a Snapshot names it. */
export interface Source {
  readonly url: string;
  readonly revision?: string;
  readonly context?: string;
  readonly dockerfileUrl?: string;
  readonly devfileUrl?: string;
}

/** One Component's image: pull spec with digest, and the source it was built from when that is known. */
export interface ComponentImage {
  readonly image: string;
  readonly source?: Source;
}

/** Component name → image. A Map, because a Component may be called "constructor". */
export type Content = ReadonlyMap<string, ComponentImage>;

/** The newest image of a Component that passed its component phase. */
export interface Candidate extends ComponentImage {
  /** Absent when the image came from an override Snapshot or was there before the first build. */
  readonly build?: BuildOrder;
  /** The Snapshot that passed; absent for what the Application started from. */
  readonly snapshot?: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** The revision of the list at which it became candidate. */
  readonly revision: number;
}

/** What was promoted last. */
export interface Ledger {
  /** Absent for what the Application started from. */
  readonly snapshot?: string;
  readonly type: string;
  readonly content: Content;
  /** The revision of the list that it corresponds to. It only grows. */
  readonly revision: number;
  /** Milliseconds since the epoch. */
  readonly when: number;
}

/** A verdict that was committed with the list and may not have reached its Snapshot yet. Until each has, and a promoted
 * one has its Releases, nothing further is committed: a crash in between loses nothing and promotes nothing out of turn. */
export interface Committed {
  readonly snapshot: string;
  readonly verdict: "promoted" | "superseded";
  readonly revision: number;
}

/** The Global Candidate List of one Application, with what was promoted of it: the state of every decision. */
export interface CandidateList {
  /** Grows by one with every change of the candidates. */
  readonly revision: number;
  readonly candidates: ReadonlyMap<string, Candidate>;
  readonly ledger: Ledger;
  readonly committed: readonly Committed[];
}

/** Whether two contents ship the same images: same Components, same pull specs; order and sources do not matter. */
export function sameContent(a: Content, b: Content): boolean {
  return a.size === b.size && differences(a, b).length === 0;
}

/** The Components whose image in `content` is not the one in `base`, in name order. */
export function differences(content: Content, base: Content): readonly string[] {
  return [...content]
    .filter(([component, { image }]) => base.get(component)?.image !== image)
    .map(([component]) => component)
    .sort();
}

/** The list with one more revision, at which `images` are the candidates of their Components. */
export function withCandidates(
  list: CandidateList,
  images: ReadonlyMap<string, Omit<Candidate, "revision">>,
): CandidateList {
  const revision = list.revision + 1;
  const added = [...images].map(([component, candidate]): [string, Candidate] => [
    component,
    { ...candidate, revision },
  ]);
  return { ...list, revision, candidates: new Map([...list.candidates, ...added]) };
}

/** The list without the candidates of Components that are gone; the same list when none is. */
export function withoutRemoved(list: CandidateList, components: ReadonlySet<string>): CandidateList {
  const kept = [...list.candidates].filter(([component]) => components.has(component));
  if (kept.length === list.candidates.size) return list;
  return { ...list, revision: list.revision + 1, candidates: new Map(kept) };
}
