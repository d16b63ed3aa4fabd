import { conditionTypes } from "../../../../src/api/conditions.ts";
import { finalizers, labels } from "../../../../src/api/labels.ts";
import type { ApiObject } from "../../apiserver/json.ts";
import type { SimulatedApiServer } from "../../apiserver/server.ts";
import type { CommittedWrite } from "../../apiserver/write-log.ts";
import { namespace, types } from "../definitions.ts";
import type { GroundTruth } from "../ground-truth.ts";
import { componentsOf, ownerOf } from "../owners.ts";
import { conditionOf, entriesOf, isFinalStatus, labelOf, stateOf } from "../readings.ts";
import type { PlannedOwner } from "../workload.ts";
import { hold } from "./broken.ts";
import type { Histories } from "./ledger.ts";

/** What is told is true, stays told, and is told before what it is about may go. */
export function watchTelling(
  server: SimulatedApiServer,
  truth: GroundTruth,
  {
    histories,
    owners,
    rivals,
  }: { readonly histories: Histories; readonly owners: readonly PlannedOwner[]; readonly rivals: boolean },
): (write: CommittedWrite) => void {
  const wasPromoted = (name: string): boolean =>
    [...histories.values()].some(({ promotions }) => promotions.some(({ snapshot }) => snapshot === name));
  // Who deletes a list before its Snapshots were told takes from the operator what only the list knew.
  const isForgotten = (snapshot: ApiObject): boolean => histories.get(ownerOf(snapshot))?.wasLost ?? false;

  const snapshotTold = (before: ApiObject, after: ApiObject, at: number): void => {
    const { name } = after.metadata;
    outcomesStay({ before, after, at }, truth);
    const [was, is] = [conditionOf(before, conditionTypes.promoted), conditionOf(after, conditionTypes.promoted)];
    if (is === undefined || (was?.status === is.status && was.reason === is.reason)) return;
    hold(
      "told what was committed",
      is.status !== "True" || wasPromoted(name),
      () => `${name} is told that it was promoted, and it was not`,
    );
    hold(
      "told what was committed",
      is.status !== "False" || !wasPromoted(name) || isForgotten(after),
      () => `${name} was promoted, and is told ${is.reason}`,
    );
  };
  const runTold = (before: ApiObject, after: ApiObject | undefined, at: number): void => {
    const held = (run: ApiObject | undefined): boolean =>
      run?.metadata.finalizers?.includes(finalizers.pipelineRun) ?? false;
    if (!held(before) || held(after)) return;
    // Of two that both lead, one may not know yet that an outcome is awaited.
    if (labelOf(before, labels.pipelinesType) === "test")
      return rivals ? undefined : testLetGo({ server, truth, at }, before);
    buildLetGo({ server, truth, owners }, before);
  };
  return ({ plural, before, after, identity, at }) => {
    if (!identity.startsWith("operator") || before === undefined) return;
    if (plural === "snapshots" && after !== undefined) snapshotTold(before, after, at);
    if (plural === "pipelineruns") runTold(before, after, at);
  };
}

/** An outcome is only replaced by a later attempt's. */
function outcomesStay(write: { before: ApiObject; after: ApiObject; at: number }, truth: GroundTruth): void {
  const { before, after, at } = write;
  const now = new Map(entriesOf(after).map((entry) => [entry.scenario, entry]));
  for (const { scenario, status, attempt = 1 } of entriesOf(before)) {
    if (!isFinalStatus(status)) continue;
    const entry = now.get(scenario);
    hold(
      "outcomes stay",
      entry !== undefined || !truth.isSettled(scenario, at),
      () => `${after.metadata.name} forgets the outcome of ${scenario}`,
    );
    const stays = entry === undefined || entry.status === status || (entry.attempt ?? 1) > attempt;
    hold(
      "outcomes stay",
      stays,
      () => `${scenario} on ${after.metadata.name} goes from ${status} to ${entry?.status} in attempt ${attempt}`,
    );
  }
}

function testLetGo(
  { server, truth, at }: { readonly server: SimulatedApiServer; readonly truth: GroundTruth; readonly at: number },
  run: ApiObject,
): void {
  const { name } = run.metadata;
  const snapshot = server.get(types.snapshot, labelOf(run, labels.snapshot) ?? "", namespace);
  if (snapshot === undefined || snapshot.metadata.deletionTimestamp !== undefined) return;
  const told = entriesOf(snapshot);
  const awaited = told.find(
    ({ testPipelineRunName, status }) => testPipelineRunName === name && !isFinalStatus(status),
  );
  hold(
    "written before let go",
    awaited === undefined,
    () => `run ${name} may be pruned, and ${snapshot.metadata.name} still waits for it`,
  );
  const scenario = labelOf(run, labels.scenario) ?? "";
  const isKnown = told.some((entry) => entry.scenario === scenario) || !truth.isSettled(scenario, at);
  hold(
    "written before let go",
    isKnown,
    () => `run ${name} may be pruned, and ${snapshot.metadata.name} says nothing of it`,
  );
}

interface Wanting {
  readonly server: SimulatedApiServer;
  readonly truth: GroundTruth;
  readonly owners: readonly PlannedOwner[];
}

function buildLetGo({ server, truth, owners }: Wanting, run: ApiObject): void {
  const { name } = run.metadata;
  const build = truth.builds.get(name)?.planned;
  if (build === undefined || stateOf(run) !== "succeeded" || build.outcome !== "succeeded") return;
  const made = truth.snapshotsOfBuild(name);
  for (const { id } of owners.filter(({ components }) => components.includes(build.component))) {
    // A Component that has just come back may be missing in a cache; whoever removed it wanted its builds gone.
    if (truth.wasRemoved(build.component, id)) continue;
    const isWanted = componentsOf(server, id).has(build.component);
    hold(
      "I2 no lost build",
      !isWanted || made.has(id),
      () => `build ${name} may be pruned before it has a Snapshot of ${id}`,
    );
  }
}
