import { conditionTypes } from "../../../../src/api/conditions.ts";
import { labels } from "../../../../src/api/labels.ts";
import type { ApiObject } from "../../apiserver/json.ts";
import { namespace, types } from "../definitions.ts";
import {
  applicationOf,
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
import type { PlannedApplication } from "../workload.ts";
import { ungrouped } from "./groups.ts";
import { dueReleases, type Histories } from "./ledger.ts";

/** Everything that is wrong once nothing moves any more (I2, I5, and what must have happened by then). */
export function problemsAtQuiet(stage: Stage, histories: Histories): readonly string[] {
  return [
    ...stage.workload.applications.flatMap((application) => problemsOf(stage, histories, application)),
    ...unexplained(stage, histories),
    ...heldRuns(stage),
    ...unanswered(stage),
  ];
}

function problemsOf(stage: Stage, histories: Histories, { name }: PlannedApplication): readonly string[] {
  const configMap = stage.server.get(types.configMap, `${name}-gcl`, namespace);
  const list = configMap && readList(configMap);
  if (configMap !== undefined && list === undefined) return [`I7: ${name}-gcl is still unreadable`];
  return [
    ...lostBuilds(stage, name, list),
    ...(list === undefined ? [] : [...notPromoted(stage, name, list), ...strangers(stage, name, list)]),
    ...unreleased(stage, histories, name),
    ...ungrouped(stage, name),
  ];
}

/** I2: the newest build of each Component that passed is candidate, unless an override took its place. */
function lostBuilds(stage: Stage, application: string, list: ListReading | undefined): readonly string[] {
  const { truth, server } = stage;
  const passed = [...truth.snapshots.values()].filter((snapshot) => {
    const isBuild = snapshot.type === "component" && snapshot.application === application && snapshot.isPush;
    const { component = "" } = snapshot;
    const isThere =
      !truth.removedComponents.has(component) && server.get(types.component, component, namespace) !== undefined;
    return isBuild && isThere && truth.surelyPassed(snapshot);
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
function notPromoted(stage: Stage, application: string, list: ListReading): readonly string[] {
  const candidates = textOf(candidatesOf(list));
  if (candidates === textOf(list.promoted.content) || list.candidates.size === 0) return [];
  const composites = [...stage.truth.snapshots.values()].filter(
    (each) => each.type === "composite" && each.application === application && textOf(each.content) === candidates,
  );
  const failed = composites.some((each) => stage.truth.surelyFailedOnce(each));
  return failed
    ? []
    : [
        `I2: the candidates of ${application} are ${candidates} at revision ${list.revision}, ${textOf(list.promoted.content)} is promoted, and no composite of them failed`,
      ];
}

/** Rule 13. */
function strangers({ server }: Stage, application: string, list: ListReading): readonly string[] {
  const gone = [...list.candidates.keys()].filter(
    (component) => server.get(types.component, component, namespace) === undefined,
  );
  return gone.map((component) => `rule 13: ${component} is gone, and still candidate of ${application}`);
}

function unreleased({ server, truth, now }: Stage, histories: Histories, application: string): readonly string[] {
  return (histories.get(application)?.promotions ?? []).flatMap((promotion) => {
    if (server.get(types.snapshot, promotion.snapshot, namespace) === undefined) return [];
    const missing = dueReleases(truth, promotion, { application, now: now() }).filter(
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

function stillOpen(snapshot: ApiObject): string | undefined {
  const { name } = snapshot.metadata;
  const open = entriesOf(snapshot).filter((entry) => !isFinalStatus(entry.status) && !wasWithdrawn(snapshot, entry));
  if (open.length > 0) return `I6: ${name} waits for ${open.map(({ scenario }) => scenario).join(", ")}`;
  const testing = conditionOf(snapshot, conditionTypes.integrationStatus);
  return testing?.reason === "InProgress" ? `I5: ${name} still says InProgress: ${testing.message}` : undefined;
}

/** What had not begun when something newer stopped the tests is never begun. */
function wasWithdrawn(snapshot: ApiObject, { testPipelineRunName: run }: EntryReading): boolean {
  const reason = conditionOf(snapshot, conditionTypes.promoted)?.reason ?? "";
  return run === undefined && ["Canceled", "NewerPromoted"].includes(reason);
}

function unsaid(snapshot: ApiObject): string | undefined {
  const told = conditionOf(snapshot, conditionTypes.promoted);
  if (told !== undefined && told.status !== "Unknown" && told.message !== "") return undefined;
  const said = told === undefined ? "nothing" : `${told.status} ${told.reason}: ${told.message}`;
  const of = `${typeOf(snapshot)} of ${applicationOf(snapshot)}, ${textOf(contentOf(snapshot))}`;
  return `I5: ${snapshot.metadata.name} (${of}) says ${said}`;
}

function untrue(snapshot: ApiObject, histories: Histories): string | undefined {
  const { name } = snapshot.metadata;
  const says = conditionOf(snapshot, conditionTypes.promoted)?.status === "True";
  const history = histories.get(applicationOf(snapshot));
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
    if (outcome !== "succeeded" || truth.removedComponents.has(component) || !isKnown) return [];
    const has = [...truth.snapshots.values()].some(
      (snapshot) => snapshot.type === "component" && shortOf(snapshot.content.get(component) ?? "") === short,
    );
    return has ? [] : [`I4: build ${short} has no Snapshot`];
  });
  return [...pending, ...builds];
}
