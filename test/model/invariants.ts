import { annotations } from "../../src/api/labels.ts";
import { parseTestStatus } from "../../src/cache/test-status.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { isListName } from "./cast.ts";
import type { Configuration } from "./configuration.ts";
import { recalled, withEntry, type Ghost } from "./ghost.ts";
import type { Kind } from "./kinds.ts";
import { listWritten } from "./list-invariants.ts";
import {
  buildOf,
  candidatesText,
  contentOf,
  isMember,
  madeFrom,
  promotedOf,
  readList,
  readRun,
  releasedBy,
  snapshotsOf,
  testedBy,
  testOrder,
  textOf,
  typeOf,
  type ConditionReading,
} from "./readings.ts";
import { all, find, type World } from "./world.ts";

/** A broken invariant: which, and why, in words. */
export interface Violation {
  readonly invariant: string;
  readonly why: string;
}

/** One write, as it has just taken effect. */
export interface Effect {
  readonly kind: Kind;
  readonly name: string;
  readonly before: World;
  readonly after: World;
}

export interface Onlooker {
  readonly configuration: Configuration;
  readonly ghost: Ghost;
}

export interface Verdict {
  readonly ghost: Ghost;
  readonly violation?: Violation;
}

type Found = { readonly violation?: Violation };
type Check = (effect: Effect, is: KubeObject, onlooker: Onlooker) => Found | Verdict;

/** Checks every write of an operator the moment it took effect (I1, I3, I4 and what must come before what). */
export function afterWrite(effect: Effect, onlooker: Onlooker): Verdict {
  const { ghost } = onlooker;
  const { kind, name, before, after } = effect;
  const is = find(after, kind, name);
  if (is === undefined) return kind === "snapshots" ? snapshotCollected(effect, onlooker) : { ghost };
  const check = (find(before, kind, name) === undefined ? whenCreated : whenChanged)[kind];
  return { ghost, ...check?.(effect, is, onlooker) };
}

const whenCreated: Readonly<Partial<Record<Kind, Check>>> = {
  pipelineruns: runCreated,
  snapshots: snapshotCreated,
  releases: (_, is, onlooker) => releaseCreated(is, onlooker),
  configmaps: listChanged,
};

const whenChanged: Readonly<Partial<Record<Kind, Check>>> = {
  pipelineruns: runChanged,
  snapshots: snapshotTold,
  configmaps: listChanged,
};

/** What is deleted as history has been told its verdict, and neither the list nor a Release names it. */
function snapshotCollected({ before, after, name }: Effect, { ghost }: Onlooker): Verdict {
  const snapshot = find(before, "snapshots", name);
  if (snapshot === undefined) return { ghost };
  const build = buildOf(snapshot);
  const known = build === undefined ? ghost : { ...ghost, collected: withEntry(ghost.collected, build, name) };
  const why = objectionToCollecting(after, snapshot);
  return {
    ghost: known,
    ...(why === undefined ? {} : broken("kept while needed", `Snapshot ${name} is deleted, ${why}`)),
  };
}

function objectionToCollecting(world: World, snapshot: KubeObject): string | undefined {
  const { name } = snapshot.metadata;
  const told = promotedOf(snapshot);
  if (told === undefined || told.status === "Unknown") return "and was never told what became of it";
  const list = readList(world);
  const named = list === undefined ? [] : [...Object.values(list.candidates), ...list.committed, list.promoted];
  if (named.some((each) => each.snapshot === name)) return "and the candidate list names it";
  return all(world, "releases").some((release) => releasedBy(release) === name) ? "and a Release names it" : undefined;
}

/** One operator that is never behind knows what it does. */
export function isAlone({ operators, budgets }: Configuration): boolean {
  return operators === 1 && budgets.lags === 0;
}

function broken(invariant: string, why: string): Found {
  return { violation: { invariant, why } };
}

function runCreated({ after: world }: Effect, run: KubeObject, { ghost }: Onlooker): Verdict {
  const { snapshot, scenario, isTest, name } = readRun(run);
  if (!isTest) return { ghost };
  const id = `${snapshot}/${scenario}`;
  const made = (ghost.runs.get(id) ?? 0) + 1;
  const after = { ...ghost, runs: withEntry(ghost.runs, id, made) };
  const attempts = 1 + (ghost.reruns.get(snapshot) ?? 0);
  if (made > attempts) {
    const why = `${name} is run number ${String(made)} of scenario ${scenario} on Snapshot ${snapshot}, which has ${String(attempts)} attempt(s)`;
    return { ghost: after, ...broken("I4 once", why) };
  }
  const tested = find(world, "snapshots", snapshot);
  const early = begunEarly(world, tested, scenario);
  if (early !== undefined && ghost.reruns.size === 0)
    return { ghost: after, ...broken("order of tests", `${name} of ${scenario} begins before ${early} has passed`) };
  const isSame = tested !== undefined && textOf(testedBy(run)) === textOf(contentOf(tested));
  const found = isSame ? {} : broken("I1 tested", `${name} does not test the content of Snapshot ${snapshot}`);
  return { ghost: after, ...found };
}

/** The scenario that another runs after, if that has not passed. */
function begunEarly(world: World, tested: KubeObject | undefined, scenario: string): string | undefined {
  const entries = parseTestStatus(tested?.metadata.annotations?.[annotations.testStatus]);
  return testOrder(world)
    .get(scenario)
    ?.filter((parent) => find(world, "integrationtestscenarios", parent) !== undefined)
    .find((parent) => entries.find((entry) => entry.scenario === parent)?.status !== "TestPassed");
}

/** A run's finalizer may only go when what the run says is written down. */
function runChanged({ before, after, name }: Effect, is: KubeObject): Found {
  const was = find(before, "pipelineruns", name);
  const run = readRun(is);
  if (was === undefined || !readRun(was).held || run.held) return {};
  return run.isTest ? testRunLetGo(after, run) : buildLetGo(after, run);
}

function testRunLetGo(world: World, run: ReturnType<typeof readRun>): Found {
  const snapshot = find(world, "snapshots", run.snapshot);
  const entries = parseTestStatus(snapshot?.metadata.annotations?.[annotations.testStatus]);
  const entry = entries.find(({ testPipelineRunName }) => testPipelineRunName === run.name);
  // The tests of a composite that was overtaken are stopped: nobody waits for them.
  const isOvertaken = snapshot !== undefined && promotedOf(snapshot)?.reason === "NewerPromoted";
  if (entry?.status !== "InProgress" || isOvertaken) return {};
  const why = `run ${run.name} may be pruned, and Snapshot ${run.snapshot} still waits for its outcome`;
  return broken("I2 no lost build", why);
}

function buildLetGo(world: World, run: ReturnType<typeof readRun>): Found {
  const short = run.name.replace("build-", "");
  const isNeeded = run.state === "passed" && isMember(world, short.replace(/\d+$/, ""));
  const hasSnapshot = all(world, "snapshots").some((snapshot) => buildOf(snapshot) === short);
  if (!isNeeded || hasSnapshot) return {};
  return broken("I2 no lost build", `build ${short} may be pruned before it has a Snapshot`);
}

function snapshotCreated(effect: Effect, made: KubeObject, onlooker: Onlooker): Found {
  if (typeOf(made) === "composite") return compositeCreated(effect, made, onlooker);
  const { name } = made.metadata;
  if (isAlone(onlooker.configuration) && onlooker.ghost.collected.has(buildOf(made) ?? ""))
    return broken("I4 once", `Snapshot ${name} is made again, after it was deleted as history`);
  const twin = snapshotsOf(effect.before).find(
    (other) => typeOf(other) === typeOf(made) && buildOf(other) === buildOf(made),
  );
  if (twin === undefined) return {};
  return broken("I4 once", `build ${String(buildOf(made))} has two Snapshots: ${twin.metadata.name} and ${name}`);
}

function compositeCreated({ before, after }: Effect, made: KubeObject, { configuration, ghost }: Onlooker): Found {
  const { name } = made.metadata;
  const others = snapshotsOf(before);
  const [content, revision] = [textOf(contentOf(made)), madeFrom(made)];
  const twin = others.find((other) => typeOf(other) === "composite" && madeFrom(other) === revision);
  if (twin !== undefined)
    return broken("I4 once", `revision ${String(revision)} has two composites: ${twin.metadata.name} and ${name}`);
  const list = readList(after);
  if (list?.revision === revision && candidatesText(list) !== content) {
    const why = `composite ${name} holds ${content}, and revision ${String(revision)} of the list is ${candidatesText(list)}`;
    return broken("I1 tested", why);
  }
  if (!isAlone(configuration)) return {};
  if (content === textOf(ghost.ledger.content))
    return broken("rule 5 composites", `composite ${name} holds ${content}, which is promoted already`);
  const tested = others.find((other) => adoptedAt(other, ghost) === revision && textOf(contentOf(other)) === content);
  if (tested !== undefined)
    return broken(
      "rule 4 comparison",
      `composite ${name} tests what Snapshot ${tested.metadata.name} passed with already`,
    );
  // One that was overtaken is stopped, and nobody waits for it.
  const current = others.filter((other) => !(madeFrom(other) < ghost.ledger.revision));
  return coalesced(current, name, configuration);
}

function adoptedAt(snapshot: KubeObject, ghost: Ghost): number | undefined {
  return typeOf(snapshot) === "composite" ? undefined : ghost.adopted.get(snapshot.metadata.name);
}

/** Rule 6. A re-run brings an old composite back, and a list that was lost forgets which it made. */
function coalesced(others: readonly KubeObject[], name: string, { coalesce, budgets }: Configuration): Found {
  if (!coalesce || budgets.reruns > 0 || budgets.listDeletions > 0) return {};
  const inTesting = others.find(
    (other) =>
      typeOf(other) === "composite" &&
      other.metadata.annotations?.[annotations.testStatus]?.includes("InProgress") === true,
  );
  if (inTesting === undefined) return {};
  return broken("rule 6 coalescing", `composite ${name} is made while ${inTesting.metadata.name} is in testing`);
}

/** What is told must have been committed. */
function snapshotTold({ before, name }: Effect, is: KubeObject, onlooker: Onlooker): Verdict {
  const was = find(before, "snapshots", name);
  const [said, told] = [was && promotedOf(was), promotedOf(is)];
  if (told === undefined || (said?.status === told.status && said.reason === told.reason))
    return { ghost: onlooker.ghost };
  const isSuperseded = told.reason === "SupersededByComposite";
  if (isSuperseded) {
    const ghost = recalled(onlooker.ghost, name, "adopted");
    const why = `Snapshot ${name} is told that a composite carries it on, and its images never became candidates`;
    return { ghost, ...(ghost.adopted.has(name) ? {} : broken("I2 no lost build", why)) };
  }
  const ghost = told.status === "True" ? recalled(onlooker.ghost, name, "promoted") : onlooker.ghost;
  return { ghost, ...toldOtherwise(name, told, ghost.promoted.has(name)) };
}

function toldOtherwise(name: string, { status, reason }: ConditionReading, isPromoted: boolean): Found {
  if (status === "True" && !isPromoted)
    return broken("I1 tested", `Snapshot ${name} is told to be promoted, which was never committed`);
  if (status === "False" && isPromoted)
    return broken("I5 explained", `Snapshot ${name} was promoted, and is told ${reason}`);
  return {};
}

function releaseCreated(release: KubeObject, onlooker: Onlooker): Verdict {
  const snapshot = releasedBy(release);
  const ghost = recalled(onlooker.ghost, snapshot, "promoted");
  if (ghost.promoted.has(snapshot)) return { ghost };
  return { ghost, ...broken("I1 tested", `Snapshot ${snapshot} is released, and was never committed as promoted`) };
}

function listChanged(effect: Effect, _: KubeObject, onlooker: Onlooker): Verdict {
  if (!isListName(effect.name)) return { ghost: onlooker.ghost };
  return listWritten(effect, onlooker.ghost, isAlone(onlooker.configuration));
}
