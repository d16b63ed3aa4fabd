import { annotations, labels } from "../../../../src/api/labels.ts";
import type { ApiObject } from "../../apiserver/json.ts";
import type { CommittedWrite } from "../../apiserver/write-log.ts";
import type { GroundTruth } from "../ground-truth.ts";
import { shortOf } from "../manifests.ts";
import { ownerOf } from "../owners.ts";
import { contentOf, labelOf, membersOf, textOf, typeOf } from "../readings.ts";
import { hold } from "./broken.ts";
import type { Histories } from "./ledger.ts";

/** I4: nothing is made twice, and nothing that should not be. */
export function watchCreations(
  truth: GroundTruth,
  histories: Histories,
  { rivals }: { readonly rivals: boolean },
): (write: CommittedWrite) => void {
  const made = new Map<string, string>();
  const once = (what: string, name: string): void => {
    const twin = made.get(what);
    hold("I4 once", twin === undefined, () => `${what} is made twice: ${twin} and ${name}`);
    made.set(what, name);
  };
  const revivable = new Set<string>();
  const runs = new Map<string, number>();
  const runNames = new Set<string>();

  const groupMade = (snapshot: ApiObject): void => {
    const { name } = snapshot.metadata;
    const members = membersOf(snapshot);
    once(`the group Snapshot of ${members.map((each) => each.buildPipelineRun).join(" and ")}`, name);
    hold("I4 once", members.length >= 2, () => `group Snapshot ${name} puts ${members.length} build(s) together`);
    const held = contentOf(snapshot);
    for (const { component, buildPipelineRun: build } of members) {
      const isOfRequest = truth.builds.get(build)?.planned.pullRequest === true;
      hold("I1 tested", isOfRequest, () => `group Snapshot ${name} holds ${build}, which no pull request built`);
      const image = held.get(component) ?? "";
      hold("I1 tested", shortOf(image) === build, () => `group Snapshot ${name} holds ${image} for build ${build}`);
    }
  };
  const snapshotMade = (snapshot: ApiObject): void => {
    const { name } = snapshot.metadata;
    const isRevived = revivable.has(name);
    if (typeOf(snapshot) === "component" && !isRevived)
      once(`the Snapshot of build ${labelOf(snapshot, labels.buildPipelineRun)} in ${ownerOf(snapshot)}`, name);
    if (typeOf(snapshot) === "group" && !isRevived) groupMade(snapshot);
    if (typeOf(snapshot) !== "composite") return;
    const revision = Number(snapshot.metadata.annotations?.[annotations.candidateListRevision]);
    const history = histories.get(ownerOf(snapshot));
    if (history?.wasLost === true) return;
    once(`the composite of revision ${revision} of ${ownerOf(snapshot)}`, name);
    const held = history?.revisions.get(revision);
    const text = textOf(contentOf(snapshot));
    hold(
      "I1 tested",
      held === text,
      () => `composite ${name} holds ${text}, and revision ${revision} of the list is ${held}`,
    );
  };
  const runMade = (run: ApiObject): void => {
    const [snapshot = "", scenario = ""] = [labelOf(run, labels.snapshot), labelOf(run, labels.scenario)];
    // Of two that both lead, one may know so little that it makes a run again which the other has let go: the same run, which
    // ends the same. No name can prevent that.
    if (rivals && runNames.has(run.metadata.name)) return;
    runNames.add(run.metadata.name);
    const count = (runs.get(`${snapshot}/${scenario}`) ?? 0) + 1;
    runs.set(`${snapshot}/${scenario}`, count);
    const most = truth.attemptsMax(snapshot, scenario);
    hold(
      "I4 once",
      count <= most,
      () => `${run.metadata.name} is run number ${count} of ${scenario} on ${snapshot}, which has ${most} attempt(s)`,
    );
  };
  const releaseMade = (release: ApiObject): void => {
    const { snapshot, releasePlan } = release["spec"] as { snapshot: string; releasePlan: string };
    once(`the Release of ${snapshot} by ${releasePlan}`, release.metadata.name);
    const known = truth.snapshots.get(snapshot);
    const promoted = [...histories.values()].some(({ promotions }) =>
      promotions.some((each) => each.snapshot === snapshot),
    );
    hold(
      "I4 released once promoted",
      promoted || known?.type === "",
      () => `${snapshot} is released and was never promoted`,
    );
  };
  return (write) => {
    const { plural, name, before, after, identity } = write;
    if (mayComeBack(write, rivals)) revivable.add(name);
    if (!identity.startsWith("operator") || before !== undefined || after === undefined) return;
    if (plural === "snapshots") snapshotMade(after);
    if (plural === "pipelineruns") runMade(after);
    if (plural === "releases") releaseMade(after);
  };
}

/** What a person deletes before its build names it is made again. And of two that both lead, one may not have heard what the other
 * had told before it deleted a Snapshot as history. */
function mayComeBack({ plural, after, identity }: CommittedWrite, rivals: boolean): boolean {
  return plural === "snapshots" && after === undefined && (rivals || !identity.startsWith("operator"));
}
