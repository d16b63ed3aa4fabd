import { conditionTypes } from "../../../../src/api/conditions.ts";
import { annotations, labels } from "../../../../src/api/labels.ts";
import { objectOf, type ApiObject } from "../../apiserver/json.ts";
import type { CommittedWrite } from "../../apiserver/write-log.ts";
import { namespace, types } from "../definitions.ts";
import { ownerOf, type OwnerId } from "../owners.ts";
import { conditionOf, labelOf, readList, typeOf, type ListReading } from "../readings.ts";
import type { Stage } from "../stage.ts";
import { hold } from "./broken.ts";
import { dueReleases, type Histories } from "./ledger.ts";
import { stillOpen } from "./quiet.ts";

const rule = "kept while needed";

/** What the operator deletes as history is history: nothing is left to do for it, no list and no Release names it, and there was
 * more than is to be kept. */
export function watchCollections(stage: Stage, histories: Histories): (write: CommittedWrite) => void {
  const { truth, now } = stage;
  return ({ plural, name, before, after, identity }) => {
    if (plural !== "snapshots" || before === undefined || after !== undefined) return;
    if (!identity.startsWith("operator")) return;
    hold(rule, isOver(before), () => `${name} is deleted, and still in flight`);
    hold(rule, !isReleased(stage, name), () => `${name} is deleted, and released`);
    const list = listOf(stage, ownerOf(before));
    hold(rule, list === undefined || !isNamed(list, name), () => `${name} is deleted, and the candidate list names it`);
    const promotion = histories.get(ownerOf(before))?.promotions.find(({ snapshot }) => snapshot === name);
    const due = promotion === undefined ? [] : dueReleases(truth, promotion, { owner: ownerOf(before), now: now() });
    hold(rule, due.length === 0, () => `${name} is deleted, and was to be released by ${due.join(", ")}`);
    hold(rule, knowsNoLast(stage, before), () => `${name} is deleted, and no other tells how far its list has come`);
    withinBudget(stage, before);
  };
}

/** Whether another Snapshot tells of a revision no smaller than the greatest that it does. */
function knowsNoLast({ server, truth }: Stage, gone: ApiObject): boolean {
  const others = server.all(types.snapshot, namespace).filter((each) => ownerOf(each) === ownerOf(gone));
  return truth.forgotten.size > 0 || [0, ...others.map(revisionOf)].some((each) => each >= revisionOf(gone));
}

/** A cache that has yet to hear what people, or another operator that leads as well, deleted counts too many. */
function withinBudget(stage: Stage, gone: ApiObject): void {
  const { members, election } = stage.settings.crew;
  if (stage.truth.forgotten.size > 0 || (members > 1 && !election)) return;
  const left = historyOf(stage, isPullRequests(stage, gone)).length;
  const budget = budgetOf(stage, isPullRequests(stage, gone));
  const { name } = gone.metadata;
  hold(rule, left >= budget, () => `${name} is deleted, which leaves ${left} of the ${budget} that are to be kept`);
}

/** Once nothing moves any more and everything was looked at again: no more history is left than is to be kept, but for what must
 * be. */
export function uncollected(stage: Stage): readonly string[] {
  if (stage.settings.snapshotBudgets === undefined) return [];
  return [true, false].flatMap((ofPullRequests) => {
    const there = historyOf(stage, ofPullRequests);
    const budget = budgetOf(stage, ofPullRequests);
    const free = there.filter((each) => !isNeeded(stage, each));
    if (there.length <= budget || free.length === 0) return [];
    const names = free.map(({ metadata }) => metadata.name).join(", ");
    return [`budget: ${there.length} Snapshots are left of ${budget}, and nobody needs ${names}`];
  });
}

function budgetOf({ settings: { snapshotBudgets } }: Stage, ofPullRequests: boolean): number {
  return (ofPullRequests ? snapshotBudgets?.pullRequests : snapshotBudgets?.others) ?? Infinity;
}

function historyOf(stage: Stage, ofPullRequests: boolean): readonly ApiObject[] {
  const all = stage.server.all(types.snapshot, namespace);
  return all.filter((each) => isOver(each) && isPullRequests(stage, each) === ofPullRequests);
}

function isPullRequests({ truth }: Stage, snapshot: ApiObject): boolean {
  return truth.snapshots.get(snapshot.metadata.name)?.isPush === false;
}

function isOver(snapshot: ApiObject): boolean {
  const told = conditionOf(snapshot, conditionTypes.promoted);
  if (told === undefined || told.status === "Unknown" || stillOpen(snapshot) !== undefined) return false;
  const { composite } = objectOf(objectOf(snapshot["status"])["candidateList"]);
  const awaitsComposite = told.reason === "SupersededByComposite" && composite === undefined;
  return !awaitsComposite && labelOf(snapshot, labels.run) === undefined;
}

function isReleased({ truth }: Stage, name: string): boolean {
  return [...truth.releases].some((release) => release.startsWith(`${name}/`));
}

function listOf({ server }: Stage, owner: OwnerId): ListReading | undefined {
  const configMap = server.get(types.configMap, owner, namespace);
  return configMap && readList(configMap);
}

function isNamed({ promoted, candidates, committed }: ListReading, name: string): boolean {
  return [promoted.snapshot, ...committed, ...[...candidates.values()].map(({ snapshot }) => snapshot)].includes(name);
}

/** Whether a Snapshot must be kept, as docs/reference/snapshot-gc.md says it. */
function isNeeded(stage: Stage, snapshot: ApiObject): boolean {
  const { name } = snapshot.metadata;
  const list = listOf(stage, ownerOf(snapshot));
  return (
    isReleased(stage, name) ||
    waitsForGroup(snapshot) ||
    isAmongNewest(stage, snapshot) ||
    (list === undefined ? revisionOf(snapshot) > 0 : isNamed(list, name) || isTrace(stage, snapshot, list))
  );
}

function waitsForGroup({ metadata }: ApiObject): boolean {
  const said = metadata.annotations?.[annotations.groupSnapshotStatus] ?? "";
  return said.includes("still running") || said.includes("waiting for it");
}

function isAmongNewest(stage: Stage, snapshot: ApiObject): boolean {
  const { perComponent = 0 } = stage.settings.snapshotBudgets ?? {};
  const own = stage.truth.snapshots.get(snapshot.metadata.name);
  if (own?.type !== "component" || !own.isPush) return false;
  const newer = historyOf(stage, false).filter(({ metadata }) => {
    const other = stage.truth.snapshots.get(metadata.name);
    const isSame = other?.type === "component" && other.owner === own.owner && other.component === own.component;
    return isSame && timeOf(metadata) > timeOf(snapshot.metadata);
  });
  return newer.length < perComponent;
}

function timeOf({ creationTimestamp }: ApiObject["metadata"]): number {
  return Date.parse(creationTimestamp ?? "");
}

/** Whether the list would be made from it, were it lost. */
function isTrace(stage: Stage, snapshot: ApiObject, list: ListReading): boolean {
  const candidates = [...list.candidates.values()];
  const revision = revisionOf(snapshot);
  const isMark = candidates.some(
    ({ build }) => build !== undefined && build === labelOf(snapshot, labels.buildPipelineRun),
  );
  const isUnnamed = candidates.some(
    (each) => each.snapshot === undefined && each.revision === revision && revision > 0,
  );
  const others = stage.server.all(types.snapshot, namespace).filter((each) => ownerOf(each) === ownerOf(snapshot));
  const isLast = revision > 0 && others.every((each) => revisionOf(each) <= revision);
  const composites = others.filter((each) => typeOf(each) === "composite");
  const isLastComposite = typeOf(snapshot) === "composite" && composites.every((each) => revisionOf(each) <= revision);
  return isMark || isUnnamed || isLast || isLastComposite;
}

/** The greatest revision of its list that a Snapshot tells of. */
function revisionOf(snapshot: ApiObject): number {
  const concluded = objectOf(objectOf(snapshot["status"])["candidateList"])["revision"];
  const madeFrom = Number(snapshot.metadata.annotations?.[annotations.candidateListRevision] ?? 0);
  return Math.max(madeFrom, typeof concluded === "number" ? concluded : 0);
}
