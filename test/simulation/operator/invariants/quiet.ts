import { conditionTypes } from "../../../../src/api/conditions.ts";
import { labels } from "../../../../src/api/labels.ts";
import type { ApiObject } from "../../apiserver/json.ts";
import { namespace, types } from "../definitions.ts";
import { componentsOf, ownerOf, type OwnerId } from "../owners.ts";
import {
  candidatesOf,
  conditionOf,
  contentOf,
  entriesOf,
  type EntryReading,
  isFinalStatus,
  labelOf,
  readList,
  stateOf,
  textOf,
  typeOf,
  type ListReading,
} from "../readings.ts";
import { shortOf } from "../manifests.ts";
import type { Stage } from "../stage.ts";
import type { PlannedOwner } from "../workload.ts";
import { unmirrored } from "./component-groups.ts";
import { ungrouped } from "./groups.ts";
import { dueReleases, type Histories } from "./ledger.ts";

/** Everything that is wrong once nothing moves any more (I2, I5, and what must have happened by then). */
export function problemsAtQuiet(stage: Stage, histories: Histories): readonly string[] {
  return [
    ...stage.workload.owners.flatMap((owner) => problemsOf(stage, histories, owner)),
    ...unexplained(stage, histories),
    ...heldRuns(stage),
    ...unanswered(stage),
  ];
}

function problemsOf(stage: Stage, histories: Histories, { id, kind, name }: PlannedOwner): readonly string[] {
  const configMap = stage.server.get(types.configMap, id, namespace);
  const list = configMap && readList(configMap);
  if (configMap !== undefined && list === undefined) return [`I7: ${id} is still unreadable`];
  return [
    ...lostBuilds(stage, id, list),
    ...(list === undefined ? [] : [...notPromoted(stage, id, list), ...strangers(stage, id, list)]),
    ...unreleased(stage, histories, id),
    ...(kind === "Application" ? ungrouped(stage, name) : unmirrored(stage, name, list)),
  ];
}

/** I2: the newest build of each Component that passed is candidate, unless an override took its place. */
function lostBuilds(stage: Stage, owner: OwnerId, list: ListReading | undefined): readonly string[] {
  const { truth, server } = stage;
  const present = componentsOf(server, owner);
  const passed = [...truth.snapshots.values()].filter((snapshot) => {
    const isBuild = snapshot.type === "component" && snapshot.owner === owner && snapshot.isPush;
    const { component = "" } = snapshot;
    const isThere = !truth.wasRemoved(component, owner) && present.has(component);
    return isBuild && isThere && truth.surelyPassed(snapshot) && !truth.wasRemadeAfterFailure(snapshot);
  });
  return passed.flatMap(({ name, component = "", content }) => {
    const image = content.get(component) ?? "";
    const candidate = list?.candidates.get(component);
    if (candidate === undefined) return [`I2: ${shortOf(image)} passed (${name}), and ${component} has no candidate`];
    const byOverride = truth.snapshots.get(candidate.snapshot ?? "")?.type === "override";
    if (byOverride || !truth.isOlder(candidate.image, image)) return [];
    return [`I2: ${shortOf(image)} passed (${name}), and the candidate of ${component} is ${shortOf(candidate.image)}`];
  });
}

/** I2: what is candidate is promoted, or its composite failed. */
function notPromoted(stage: Stage, owner: OwnerId, list: ListReading): readonly string[] {
  const candidates = textOf(candidatesOf(list));
  if (candidates === textOf(list.promoted.content) || list.candidates.size === 0) return [];
  const composites = [...stage.truth.snapshots.values()].filter(
    (each) => each.type === "composite" && each.owner === owner && textOf(each.content) === candidates,
  );
  const failed = composites.some((each) => stage.truth.surelyFailedOnce(each));
  return failed
    ? []
    : [
        `I2: the candidates of ${owner} are ${candidates} at revision ${list.revision}, ${textOf(list.promoted.content)} is promoted, and no composite of them failed`,
      ];
}

/** Rule 13. */
function strangers({ server }: Stage, owner: OwnerId, list: ListReading): readonly string[] {
  const present = componentsOf(server, owner);
  const gone = [...list.candidates.keys()].filter((component) => !present.has(component));
  return gone.map((component) => `rule 13: ${component} is gone, and still candidate of ${owner}`);
}

function unreleased({ server, truth, now }: Stage, histories: Histories, owner: OwnerId): readonly string[] {
  return (histories.get(owner)?.promotions ?? []).flatMap((promotion) => {
    if (server.get(types.snapshot, promotion.snapshot, namespace) === undefined) return [];
    const missing = dueReleases(truth, promotion, { owner, now: now() }).filter(
      (plan) => !truth.releases.has(`${promotion.snapshot}/${plan}`),
    );
    return missing.map((plan) => `rule 10: ${promotion.snapshot} was promoted, and has no Release by ${plan}`);
  });
}

/** I5. */
function unexplained({ server }: Stage, histories: Histories): readonly string[] {
  return server.all(types.snapshot, namespace).flatMap((snapshot) => {
    const problem = stillOpen(snapshot) ?? unsaid(snapshot) ?? untrue(snapshot, histories);
    return problem === undefined ? [] : [problem];
  });
}

/** What a Snapshot still waits for, in words. */
export function stillOpen(snapshot: ApiObject): string | undefined {
  const { name } = snapshot.metadata;
  const open = entriesOf(snapshot).filter((entry) => !isFinalStatus(entry.status) && !wasWithdrawn(snapshot, entry));
  if (open.length > 0) return `I6: ${name} waits for ${open.map(({ scenario }) => scenario).join(", ")}`;
  const testing = conditionOf(snapshot, conditionTypes.integrationStatus);
  return testing?.reason === "InProgress" ? `I5: ${name} still says InProgress: ${testing.message}` : undefined;
}

/** What had not begun when something newer stopped the tests is never begun. */
function wasWithdrawn(snapshot: ApiObject, { testPipelineRunName: run }: EntryReading): boolean {
  const told = [conditionTypes.promoted, conditionTypes.integrationStatus].map((type) => conditionOf(snapshot, type));
  return run === undefined && told.some((each) => ["Canceled", "NewerPromoted"].includes(each?.reason ?? ""));
}

function unsaid(snapshot: ApiObject): string | undefined {
  const told = conditionOf(snapshot, conditionTypes.promoted);
  if (told !== undefined && told.status !== "Unknown" && told.message !== "") return undefined;
  const said = told === undefined ? "nothing" : `${told.status} ${told.reason}: ${told.message}`;
  const of = `${typeOf(snapshot)} of ${ownerOf(snapshot)}, ${textOf(contentOf(snapshot))}`;
  return `I5: ${snapshot.metadata.name} (${of}) says ${said}`;
}

function untrue(snapshot: ApiObject, histories: Histories): string | undefined {
  const { name } = snapshot.metadata;
  const says = conditionOf(snapshot, conditionTypes.promoted)?.status === "True";
  const history = histories.get(ownerOf(snapshot));
  const is = history?.promotions.some((promotion) => promotion.snapshot === name) ?? false;
  // Who deletes a list before its Snapshots were told takes from the operator what only the list knew.
  const isForgotten = !says && history?.wasLost === true;
  return says === is || isForgotten
    ? undefined
    : `I5: ${name} says that it ${says ? "was" : "was not"} promoted, and it ${is ? "was" : "was not"}`;
}

/** A finished run that is still held can never be pruned. */
function heldRuns({ server }: Stage): readonly string[] {
  return server.all(types.pipelineRun, namespace).flatMap((run) => {
    const isOver = stateOf(run) !== "running" || run.metadata.deletionTimestamp !== undefined;
    const held = (run.metadata.finalizers ?? []).length > 0;
    return isOver && held ? [`I6: run ${run.metadata.name} is over and still held`] : [];
  });
}

/** I4: every build has its Snapshot, or a word why not; a re-run that was asked for is taken. */
function unanswered({ server, truth, workload }: Stage): readonly string[] {
  const pending = server.all(types.snapshot, namespace).flatMap((snapshot) => {
    const asked = labelOf(snapshot, labels.run);
    return asked === undefined ? [] : [`I6: the re-run of ${asked} on ${snapshot.metadata.name} is still asked for`];
  });
  const builds = workload.builds.flatMap(({ short, component, outcome }) => {
    const isKnown = truth.heldBuilds.has(short) || server.get(types.pipelineRun, short, namespace) !== undefined;
    if (outcome !== "succeeded" || !isKnown) return [];
    const made = truth.snapshotsOfBuild(short);
    const without = workload.owners.filter(
      ({ id, components }) => components.includes(component) && !truth.wasRemoved(component, id) && !made.has(id),
    );
    return without.map(({ id }) => `I4: build ${short} has no Snapshot of ${id}`);
  });
  return [...pending, ...builds];
}
