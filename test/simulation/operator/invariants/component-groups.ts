import { conditionTypes } from "../../../../src/api/conditions.ts";
import { labels, pipelineTypes } from "../../../../src/api/labels.ts";
import { objectOf, textOf, type ApiObject } from "../../apiserver/json.ts";
import type { SimulatedApiServer } from "../../apiserver/server.ts";
import type { CommittedWrite } from "../../apiserver/write-log.ts";
import { namespace, types } from "../definitions.ts";
import { shortOf } from "../manifests.ts";
import type { GroundTruth } from "../ground-truth.ts";
import { listedBy } from "../owners.ts";
import { conditionOf, entriesOf, isFinalStatus, labelOf, type ListReading } from "../readings.ts";
import type { PlannedOwner } from "../workload.ts";
import { hold } from "./broken.ts";

/** Once nothing moves any more: a ComponentGroup says in its status what is candidate, and whether all of it can be kept to. */
export function unmirrored(
  { server }: { readonly server: SimulatedApiServer },
  name: string,
  list: ListReading | undefined,
): readonly string[] {
  const group = server.get(types.componentGroup, name, namespace);
  const status = objectOf(group?.["status"]);
  const told =
    conditionOf(group, conditionTypes.groupValid) === undefined ? [`I5: ${name} says nothing of itself`] : [];
  if (list === undefined) return told;
  const entries = Array.isArray(status["globalCandidateList"]) ? status["globalCandidateList"].map(objectOf) : [];
  const says = new Map(entries.map((each) => [keyOf(each), textOf(each["lastPromotedImage"])]));
  const is = new Map(
    listedBy(server, name).map((component) => [component, list.candidates.get(component)?.image ?? ""]),
  );
  const isSame = says.size === is.size && [...is].every(([component, image]) => says.get(component) === image);
  return isSame ? told : [...told, `status: ${name} says that ${tell(says)} is candidate, and ${tell(is)} is`];
}

function tell(images: ReadonlyMap<string, string>): string {
  return `{${[...images].map(([component, image]) => `${component}: ${shortOf(image) || "none"}`).join(", ")}}`;
}

function keyOf(entry: ReturnType<typeof objectOf>): string {
  return `${textOf(entry["name"])}@${textOf(entry["version"])}`;
}

/** The order of tests: none begins before those that it runs after have their outcome, as far as these test the Snapshot. */
export function watchTestOrder(
  server: SimulatedApiServer,
  truth: GroundTruth,
  owners: readonly PlannedOwner[],
): (write: CommittedWrite) => void {
  return (write) => {
    const run = testMade(write);
    if (run === undefined) return;
    const [scenario = "", name = ""] = [labelOf(run, labels.scenario), labelOf(run, labels.snapshot)];
    // Who asks for a re-run of what came before changes its outcome, and not what followed from it.
    if (truth.wasRerun(name)) return;
    const owner = truth.snapshots.get(name)?.owner;
    const parents = owners.find(({ id }) => id === owner)?.graph.get(scenario) ?? [];
    const snapshot = server.get(types.snapshot, name, namespace);
    for (const parent of parents) inOrder({ snapshot, run, scenario }, parent);
  };
}

/** The test run that a write of the operator's begins. */
function testMade({ plural, before, after, identity }: CommittedWrite): ApiObject | undefined {
  const isMade = plural === "pipelineruns" && before === undefined && identity.startsWith("operator");
  return isMade && labelOf(after, labels.pipelinesType) === pipelineTypes.test ? after : undefined;
}

interface Begun {
  readonly snapshot: ApiObject | undefined;
  readonly run: ApiObject;
  readonly scenario: string;
}

/** A parent that does not test the Snapshot has no entry, and is not waited for. */
function inOrder(
  { snapshot, run, scenario }: Begun,
  parent: { readonly name: string; readonly failFast: boolean },
): void {
  const entry = entriesOf(snapshot).find((each) => each.scenario === parent.name);
  if (entry === undefined) return;
  const { name } = run.metadata;
  hold(
    "order of tests",
    isFinalStatus(entry.status),
    () => `${name} of ${scenario} begins while ${parent.name}, which it runs after, is ${entry.status}`,
  );
  hold(
    "order of tests",
    !parent.failFast || ["TestPassed", "TestWarning"].includes(entry.status),
    () => `${name} of ${scenario} begins although ${parent.name} is ${entry.status}`,
  );
}
