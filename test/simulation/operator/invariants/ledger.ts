import type { SimulatedApiServer } from "../../apiserver/server.ts";
import type { CommittedWrite } from "../../apiserver/write-log.ts";
import { namespace, types } from "../definitions.ts";
import { isToldPromoted, staleMaxMs, type GroundTruth } from "../ground-truth.ts";
import { componentsOf, type OwnerId } from "../owners.ts";
import { candidatesOf, readList, textOf, type Content, type ListReading } from "../readings.ts";
import { isPass } from "../workload.ts";
import { shortOf } from "../manifests.ts";
import { hold } from "./broken.ts";

/** One promotion as it was committed. */
export interface Promotion {
  readonly snapshot: string;
  readonly revision: number;
  readonly content: Content;
  readonly at: number;
}

/** What an owner's list went through. */
export interface ListHistory {
  readonly promotions: Promotion[];
  /** What the candidates were at each revision. */
  readonly revisions: Map<number, string>;
  /** The images that overrides made candidates, by component. */
  readonly overridden: Map<string, Set<string>>;
  list: ListReading | undefined;
  /** Somebody deleted the list: the promotions that its Snapshots knew of then. */
  lost: { readonly known: readonly Promotion[] } | undefined;
  wasLost: boolean;
}

export type Histories = ReadonlyMap<OwnerId, ListHistory>;

/** I1, I3 and rule 10: what every committed candidate list must fulfil. */
export function watchLedgers(
  server: SimulatedApiServer,
  truth: GroundTruth,
  owners: readonly OwnerId[],
): { readonly histories: Histories; readonly onWrite: (write: CommittedWrite) => void } {
  const histories = new Map(owners.map((id) => [id, newHistory()]));
  return {
    histories,
    onWrite: (write) => {
      const history = write.plural === "configmaps" ? histories.get(write.name) : undefined;
      if (history === undefined) return;
      if (!write.identity.startsWith("operator")) return meddled(server, history, write);
      hold(
        "rule: the list is never deleted",
        write.after !== undefined,
        () => `${write.name} is deleted by ${write.identity}`,
      );
      const list = write.after && readList(write.after);
      hold("I7 isolated", list !== undefined, () => `${write.identity} writes a list that nobody can read`);
      if (list !== undefined) committed({ server, truth, history, list, at: write.at, name: write.name });
    },
  };
}

function newHistory(): ListHistory {
  return {
    promotions: [],
    revisions: new Map(),
    overridden: new Map(),
    list: undefined,
    lost: undefined,
    wasLost: false,
  };
}

function meddled(server: SimulatedApiServer, history: ListHistory, { after }: CommittedWrite): void {
  if (after !== undefined) return;
  const told = history.promotions.filter(({ snapshot }) =>
    isToldPromoted(server.get(types.snapshot, snapshot, namespace)),
  );
  history.lost = { known: told };
  history.wasLost = true;
}

interface Commit {
  readonly server: SimulatedApiServer;
  readonly truth: GroundTruth;
  readonly history: ListHistory;
  readonly list: ListReading;
  readonly at: number;
  readonly name: string;
}

function committed(commit: Commit): void {
  const { history, list, truth, at } = commit;
  const before = history.lost === undefined ? history.list : rebuiltFrom(commit, history.lost.known);
  history.lost = undefined;
  history.list = list;
  history.revisions.set(list.revision, textOf(candidatesOf(list)));
  const { snapshot, revision, content } = list.promoted;
  const last = history.promotions.at(-1);
  const known = history.promotions.find((each) => each.snapshot === snapshot);
  if (snapshot !== undefined && known === undefined) history.promotions.push({ snapshot, revision, content, at });
  if (before !== undefined) grows(before, list);
  noCandidateGoesBack(commit, before);
  if (snapshot === undefined) return;
  if (known !== undefined) {
    return hold(
      "I3 no regression",
      textOf(known.content) === textOf(content),
      () => `${snapshot} was promoted with ${textOf(known.content)} and now with ${textOf(content)}`,
    );
  }
  const promotion = { snapshot, revision, content, at };
  tested(truth, promotion);
  if (before !== undefined) noneGoesBack(commit, before, promotion);
  if (last !== undefined) released(commit, last);
}

/** After a deletion the list goes on from what its Snapshots knew, and so do we. */
function rebuiltFrom({ history, list, name }: Commit, known: readonly Promotion[]): ListReading | undefined {
  const highest = Math.max(0, ...known.map(({ revision }) => revision));
  hold(
    "I3 no regression",
    list.revision >= highest,
    () => `${name} was rebuilt at revision ${list.revision}; its Snapshots tell of ${highest}`,
  );
  const base = history.list;
  const last = known.at(-1);
  if (base === undefined || last === undefined) return undefined;
  // Revisions of what never reached a Snapshot are forgotten with the list.
  return { ...base, revision: highest, candidates: new Map(), promoted: { ...base.promoted, ...last } };
}

function grows(before: ListReading, list: ListReading): void {
  hold(
    "I3 no regression",
    list.revision >= before.revision,
    () => `the list goes back from revision ${before.revision} to ${list.revision}`,
  );
  hold(
    "I3 no regression",
    list.promoted.revision >= before.promoted.revision,
    () => `the promoted revision goes back from ${before.promoted.revision} to ${list.promoted.revision}`,
  );
  const [was, is] = [textOf(candidatesOf(before)), textOf(candidatesOf(list))];
  hold(
    "I3 no regression",
    before.candidates.size === 0 || list.revision > before.revision || was === is,
    () => `revision ${list.revision} was ${was} and now is ${is}`,
  );
  if (before.promoted.snapshot === list.promoted.snapshot) return;
  hold(
    "I3 no regression",
    list.promoted.revision > before.promoted.revision,
    () =>
      `${list.promoted.snapshot} is promoted at revision ${list.promoted.revision}, and ${before.promoted.snapshot} was at ${before.promoted.revision}`,
  );
}

function noCandidateGoesBack(commit: Commit, before: ListReading | undefined): void {
  const { truth, history, list, name } = commit;
  for (const [component, { image, snapshot = "" }] of list.candidates) {
    if (truth.snapshots.get(snapshot)?.type === "override") noteOverride(history, component, image);
    const was = before?.candidates.get(component)?.image;
    const allowed = was === undefined || mayReplace(commit, component, { image, was });
    hold(
      "I3 no regression",
      allowed,
      () => `in ${name} ${shortOf(image)} takes the place of the newer ${shortOf(was ?? "")}`,
    );
  }
}

/** What an override brought is no build's: the builds after it are measured against each other. */
function mayReplace(
  { truth, history, name }: Commit,
  component: string,
  { image, was }: { readonly image: string; readonly was: string },
): boolean {
  return (
    truth.wasRemoved(component, name) ||
    isOverridden(history, component, image) ||
    isOverridden(history, component, was) ||
    !truth.isOlder(image, was)
  );
}

/** A composite may carry on what an override brought when another override has come since. */
function noteOverride({ overridden }: ListHistory, component: string, image: string): void {
  overridden.set(component, (overridden.get(component) ?? new Set()).add(image));
}

function isOverridden({ overridden }: ListHistory, component: string, image: string): boolean {
  return overridden.get(component)?.has(image) ?? false;
}

/** I1. */
function tested(truth: GroundTruth, { snapshot: name, content, at }: Promotion): void {
  const snapshot = truth.snapshots.get(name);
  if (snapshot === undefined) return hold("I1 tested", false, () => `${name} is promoted and never existed`);
  hold(
    "I1 tested",
    textOf(snapshot.content) === textOf(content),
    () => `the ledger says that ${name} is ${textOf(content)}, and it is ${textOf(snapshot.content)}`,
  );
  hold("I1 tested", snapshot.isPush, () => `${name} is a pull request's`);
  for (const { name: scenario } of truth.surelyRequired(snapshot, at)) {
    const plays = truth.played(name, scenario);
    const passed = plays.some(
      ({ result, images }) => result !== "deleted" && isPass(result) && images === textOf(content),
    );
    hold(
      "I1 tested",
      passed,
      () =>
        `${name} is promoted, and its required scenario ${scenario} ended: ${plays.map(({ result }) => result).join(", ") || "never"}`,
    );
  }
}

function noneGoesBack(
  { server, truth, history, name }: Commit,
  before: ListReading,
  { snapshot, content }: Promotion,
): void {
  const present = componentsOf(server, name);
  for (const [component, was] of before.promoted.content) {
    if (!present.has(component) || truth.wasRemoved(component, name)) continue;
    const image = content.get(component);
    if (image === undefined)
      return hold(
        "I3 no regression",
        false,
        () => `${component} is missing from ${snapshot}; ${shortOf(was)} had been promoted`,
      );
    const allowed = [image, was].some((each) => isOverridden(history, component, each));
    hold(
      "I3 no regression",
      allowed || !truth.isOlder(image, was),
      () => `${snapshot} brings ${shortOf(image)}, and ${shortOf(was)} had been promoted`,
    );
  }
}

/** Rule 10. */
function released({ server, truth, at, name }: Commit, last: Promotion): void {
  if (server.get(types.snapshot, last.snapshot, namespace) === undefined) return;
  const missing = dueReleases(truth, last, { owner: name, now: at }).find(
    (plan) => !truth.releases.has(`${last.snapshot}/${plan}`),
  );
  hold(
    "rule 10 promotion order",
    missing === undefined,
    () => `the next promotion is committed, and ${last.snapshot} has no Release by ${missing}`,
  );
}

/** The plans by which a promoted Snapshot must have been released. */
export function dueReleases(
  truth: GroundTruth,
  { at }: Promotion,
  { owner, now }: { readonly owner: OwnerId; readonly now: number },
): readonly string[] {
  return truth.plans
    .filter(
      (plan) =>
        plan.owner === owner && plan.auto && plan.until > now && (plan.since === 0 || plan.since < at - staleMaxMs),
    )
    .map(({ name }) => name);
}
