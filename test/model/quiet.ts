import type { KubeObject } from "../../src/kube/object.ts";
import { buildNumberOf, componentOf, findList, ownerName } from "./cast.ts";
import type { Ghost } from "./ghost.ts";
import type { Violation } from "./invariants.ts";
import {
  buildOf,
  candidatesText,
  compositeNamed,
  isMember,
  madeFrom,
  mirrorOf,
  promotedOf,
  readList,
  readRun,
  requiredScenarios,
  snapshotsOf,
  testOrder,
  textOf,
  typeOf,
  type ListReading,
} from "./readings.ts";
import { all, find, type World } from "./world.ts";

/** Checks a world in which the operator has nothing left to do and no test is running (I2, I5): no build was lost, what is
 * due was made, and everybody was told. */
export function whenQuiet(world: World, ghost: Ghost): Violation | undefined {
  const list = readList(world);
  if (list === undefined && findList(world) !== undefined) return unexplained(world, () => undefined);
  return (
    unexplained(world, (snapshot) => toldWrongly(world, snapshot, ghost)) ??
    lostBuild(world, list, ghost) ??
    (list === undefined ? undefined : (unpromoted(world, list) ?? unmirrored(world, list))) ??
    unreleased(world, ghost)
  );
}

function unexplained(world: World, more: (snapshot: KubeObject) => Violation | undefined): Violation | undefined {
  for (const snapshot of snapshotsOf(world)) {
    const { name } = snapshot.metadata;
    const promoted = promotedOf(snapshot);
    if (promoted === undefined || promoted.reason === "" || promoted.message === "")
      return { invariant: "I5 explained", why: `all is quiet, and nothing tells what became of Snapshot ${name}` };
    const violation = more(snapshot);
    if (violation !== undefined) return violation;
  }
  return undefined;
}

type Check = (world: World, snapshot: KubeObject, ghost: Ghost) => Violation | undefined;

function toldWrongly(world: World, snapshot: KubeObject, ghost: Ghost): Violation | undefined {
  for (const check of [stillWaiting, toldOtherwise, rerunLost, rerunMissed, carrierUnnamed]) {
    const violation = (check satisfies Check)(world, snapshot, ghost);
    if (violation !== undefined) return violation;
  }
  return undefined;
}

function stillWaiting(_: World, snapshot: KubeObject): Violation | undefined {
  const told = promotedOf(snapshot);
  if (told?.status !== "Unknown") return undefined;
  return {
    invariant: "I5 explained",
    why: `all is quiet, and Snapshot ${nameOf(snapshot)} is still told ${told.reason}`,
  };
}

function toldOtherwise(_: World, snapshot: KubeObject, ghost: Ghost): Violation | undefined {
  const told = promotedOf(snapshot);
  const isPromoted = ghost.promoted.has(nameOf(snapshot));
  if (isPromoted === (told?.status === "True")) return undefined;
  const why = `Snapshot ${nameOf(snapshot)} is told ${String(told?.reason)}, and was ${isPromoted ? "" : "not "}promoted`;
  return { invariant: "I5 explained", why };
}

function hasPassed(world: World, name: string, ghost: Ghost): boolean {
  const isPassed = (scenario: string): boolean => ghost.latest.get(`${name}/${scenario}`) === true;
  return requiredScenarios(world).every(isPassed) && !hasFailed(name, ghost);
}

/** Whether the latest run of a scenario failed that was required, if only at some time: a verdict is for good. */
function hasFailed(name: string, { everRequired, latest }: Ghost): boolean {
  return [...everRequired].some((scenario) => latest.get(`${name}/${scenario}`) === false);
}

function rerunLost(_: World, snapshot: KubeObject, ghost: Ghost): Violation | undefined {
  const name = nameOf(snapshot);
  if (promotedOf(snapshot)?.reason !== "TestsFailed" || hasFailed(name, ghost)) return undefined;
  const why = `Snapshot ${name} is told TestsFailed for good, and the latest run of every required scenario passed`;
  return { invariant: "I2 no lost build", why };
}

function rerunMissed(world: World, snapshot: KubeObject, ghost: Ghost): Violation | undefined {
  const name = nameOf(snapshot);
  if (ghost.reruns.get(name) !== 1 || ghost.askedEarly.has(name)) return undefined;
  // What is overtaken before it has begun, or while it runs, is stopped (rule 7).
  if (promotedOf(snapshot)?.reason === "NewerPromoted") return undefined;
  const missed = requiredScenarios(world).find(
    (scenario) =>
      ghost.runs.get(`${name}/${scenario}`) === 1 &&
      !ghost.changedScenarios.has(scenario) &&
      // What runs after a scenario that failed is not run.
      !testOrder(world).has(scenario),
  );
  if (missed === undefined) return undefined;
  const why = `a person asked to run Snapshot ${name} again, and ${missed} was not run a second time`;
  return { invariant: "I4 once", why };
}

function carrierUnnamed(world: World, snapshot: KubeObject, ghost: Ghost): Violation | undefined {
  if (promotedOf(snapshot)?.reason !== "SupersededByComposite" || compositeNamed(snapshot) !== undefined)
    return undefined;
  const since = ghost.adopted.get(nameOf(snapshot)) ?? Number.POSITIVE_INFINITY;
  const carrier = compositesOf(world).find((other) => madeFrom(other) >= since);
  if (carrier === undefined) return undefined;
  const why = `Snapshot ${nameOf(snapshot)} is superseded and not told by what: ${nameOf(carrier)} carries it on`;
  return { invariant: "I5 explained", why };
}

function nameOf({ metadata }: KubeObject): string {
  return metadata.name;
}

function compositesOf(world: World): readonly KubeObject[] {
  return snapshotsOf(world).filter((snapshot) => typeOf(snapshot) === "composite");
}

/** Every build that ended well has a Snapshot, and the newest one that passed is candidate. */
function lostBuild(world: World, list: ListReading | undefined, ghost: Ghost): Violation | undefined {
  for (const run of all(world, "pipelineruns").map(readRun)) {
    const short = run.name.replace("build-", "");
    const component = componentOf(short);
    const isOfConcern = component in ghost.ledger.content || isMember(world, component);
    if (run.isTest || run.state !== "passed" || !isOfConcern || isElsewhere(world, component, ghost)) continue;
    const violation = notCandidate(world, short, { list, ghost });
    if (violation !== undefined) return violation;
  }
  return undefined;
}

/** A Component that is gone, or another Application's. */
function isElsewhere(world: World, component: string, ghost: Ghost): boolean {
  const object = find(world, "components", component) as { spec?: { application?: string } } | undefined;
  return ghost.removed.has(component) || (object?.spec?.application ?? ownerName) !== ownerName;
}

function notCandidate(
  world: World,
  short: string,
  { list, ghost }: { readonly list: ListReading | undefined; readonly ghost: Ghost },
): Violation | undefined {
  const lost = "I2 no lost build";
  const snapshot = snapshotsOf(world).find((each) => typeOf(each) === "component" && buildOf(each) === short);
  const name = snapshot === undefined ? ghost.collected.get(short) : nameOf(snapshot);
  if (name === undefined) return { invariant: lost, why: `all is quiet, and build ${short} has no Snapshot` };
  const candidate = list?.candidates[componentOf(short)];
  if (!hasPassed(world, name, ghost) || buildNumberOf(candidate?.build ?? "0") >= buildNumberOf(short))
    return undefined;
  const why = `all is quiet, ${short} passed its component phase, and the candidate of ${componentOf(short)} is ${candidate?.image ?? "none"}`;
  return { invariant: lost, why };
}

/** The ledger is what the list is, unless what the list is has failed. */
function unpromoted(world: World, list: ListReading): Violation | undefined {
  const [candidates, promoted] = [candidatesText(list), textOf(list.promoted.content)];
  if (candidates === promoted || candidates === "") return undefined;
  const composite = snapshotsOf(world).find(
    (snapshot) => typeOf(snapshot) === "composite" && madeFrom(snapshot) === list.revision,
  );
  if (composite === undefined)
    return {
      invariant: "I2 no lost build",
      why: `all is quiet, the list is ${candidates}, ${promoted} is promoted, and revision ${String(list.revision)} has no composite`,
    };
  const reason = promotedOf(composite)?.reason;
  return reason === "TestsFailed"
    ? undefined
    : {
        invariant: "I2 no lost build",
        why: `all is quiet, the list is ${candidates}, ${promoted} is promoted, and its composite ${composite.metadata.name} says ${String(reason)}`,
      };
}

/** A ComponentGroup's status says what the list is. */
function unmirrored(world: World, list: ListReading): Violation | undefined {
  const said = mirrorOf(world);
  if (said === undefined || said === candidatesText(list)) return undefined;
  const why = `all is quiet, the list is ${candidatesText(list)}, and the group's status says ${said}`;
  return { invariant: "I5 explained", why };
}

function unreleased(world: World, ghost: Ghost): Violation | undefined {
  for (const name of ghost.promoted.keys()) {
    const releases = all(world, "releases").filter(
      (release) => (release as { spec?: { snapshot?: string } }).spec?.snapshot === name,
    );
    if (releases.length !== 1)
      return {
        invariant: "I4 once",
        why: `promoted Snapshot ${name} has ${String(releases.length)} Releases through one ReleasePlan`,
      };
    if ((releases[0] as { status?: { automated?: boolean } }).status?.automated !== true)
      return { invariant: "I4 once", why: `the Release of ${name} does not say that it is automated` };
  }
  return undefined;
}
