import { buildNumberOf } from "./cast.ts";
import { withEntry, withMember, type Ghost } from "./ghost.ts";
import type { Effect, Verdict, Violation } from "./invariants.ts";
import {
  candidatesText,
  contentOf,
  isMember,
  readList,
  releasedBy,
  requiredScenarios,
  textOf,
  typeOf,
  type CandidateReading,
  type ListReading,
} from "./readings.ts";
import { all, find, type World } from "./world.ts";

/** Checks a candidate list that an operator has just written (I1, I3, rules 4, 10 and 13). `isSure`: whoever wrote it knew
 * all there was to know. */
export function listWritten({ before, after }: Effect, ghost: Ghost, isSure: boolean): Verdict {
  const list = readList(after);
  if (list === undefined)
    return { ghost, violation: regression("the operator wrote a candidate list that nobody can read") };
  const remembered = remember(after, list, ghost);
  const known = { ...ghost, overridden: remembered.overridden };
  const violation =
    revisionWentBack(list, readList(before), ghost) ??
    wronglyPromoted(after, list, known) ??
    testLeftOut(after, list, { ghost, isSure }) ??
    (isSure ? removedIsPromoted(after, list, ghost) : undefined) ??
    evaluatedTwice(list, ghost) ??
    buildWentBack(list, ghost) ??
    candidateDropped(after, list, ghost);
  return { ghost: remembered, ...(violation === undefined ? {} : { violation }) };
}

function regression(why: string): Violation {
  return { invariant: "I3 no regression", why };
}

function untested(why: string): Violation {
  return { invariant: "I1 tested", why };
}

function revisionWentBack(list: ListReading, before: ListReading | undefined, ghost: Ghost): Violation | undefined {
  const revision = String(list.revision);
  if (list.revision < ghost.revision)
    return regression(`the list goes back from revision ${String(ghost.revision)} to ${revision}`);
  if (before?.revision === list.revision && candidatesText(before) !== candidatesText(list))
    return regression(`revision ${revision} was ${candidatesText(before)} and now is ${candidatesText(list)}`);
  return undefined;
}

/** The same promotion may come to stand for a later revision. */
function isNewPromotion({ promoted }: ListReading, { ledger }: Ghost): boolean {
  return promoted.snapshot !== ledger.snapshot || promoted.revision < ledger.revision;
}

function wronglyPromoted(world: World, list: ListReading, ghost: Ghost): Violation | undefined {
  if (!isNewPromotion(list, ghost)) return undefined;
  const { promoted } = list;
  const name = promoted.snapshot ?? "the start";
  const { snapshot: last = "the start", revision } = ghost.ledger;
  if (promoted.revision <= revision)
    return regression(
      `${name} is promoted at revision ${String(promoted.revision)}, and ${last} already was at ${String(revision)}`,
    );
  return notTested(world, name, promoted) ?? releasesMissing(world, ghost) ?? contentWentBack(world, list, ghost);
}

function notTested(world: World, name: string, { content }: ListReading["promoted"]): Violation | undefined {
  const snapshot = find(world, "snapshots", name);
  if (snapshot === undefined) return untested(`what is promoted, ${name}, is no Snapshot`);
  if (textOf(contentOf(snapshot)) !== textOf(content))
    return untested(`the ledger holds ${textOf(content)}, and Snapshot ${name} is ${textOf(contentOf(snapshot))}`);
  return undefined;
}

/** Rule 10. */
function releasesMissing(world: World, { ledger, promoted }: Ghost): Violation | undefined {
  const { snapshot } = ledger;
  if (snapshot === undefined || !promoted.has(snapshot)) return undefined;
  if (all(world, "releases").some((release) => releasedBy(release) === snapshot)) return undefined;
  const why = `the next promotion is committed, and Snapshot ${snapshot} has no Release yet`;
  return { invariant: "rule 10 promotion order", why };
}

/** Whoever is behind does not know what a person has just changed about the scenarios. */
function testLeftOut(
  world: World,
  list: ListReading,
  { ghost, isSure }: { readonly ghost: Ghost; readonly isSure: boolean },
): Violation | undefined {
  if (!isNewPromotion(list, ghost)) return undefined;
  const { snapshot: name = "the start" } = list.promoted;
  const missing = requiredScenarios(world).find(
    (scenario) => !ghost.passed.has(`${name}/${scenario}`) && (isSure || !ghost.changedScenarios.has(scenario)),
  );
  if (missing === undefined) return undefined;
  return untested(`${name} is promoted, and its required scenario ${missing} never passed`);
}

function contentWentBack(world: World, { promoted }: ListReading, ghost: Ghost): Violation | undefined {
  const name = promoted.snapshot ?? "the start";
  for (const [component, image] of Object.entries(ghost.ledger.content)) {
    const mayChange = ghost.overridden.has(component) || ghost.removed.has(component);
    if (mayChange || !isMember(world, component)) continue;
    const next = promoted.content[component];
    if (next === undefined)
      return regression(`Component ${component} is missing from ${name}, and ${image} had been promoted`);
    if (buildNumberOf(next) < buildNumberOf(image))
      return regression(`${name} brings ${next}, and ${image} had been promoted`);
  }
  return undefined;
}

/** What is gone must not ship. */
function removedIsPromoted(world: World, list: ListReading, ghost: Ghost): Violation | undefined {
  if (!isNewPromotion(list, ghost)) return undefined;
  const { snapshot = "the start", content } = list.promoted;
  const gone = Object.keys(content).find((component) => !isMember(world, component));
  if (gone === undefined) return undefined;
  return { invariant: "rule 13 removal", why: `${snapshot} is promoted and holds Component ${gone}, which is gone` };
}

function evaluatedTwice({ candidates }: ListReading, ghost: Ghost): Violation | undefined {
  for (const { snapshot = "", revision, image } of Object.values(candidates)) {
    const first = ghost.adopted.get(snapshot) ?? revision;
    if (first === revision) continue;
    const why = `Snapshot ${snapshot} brought ${image} at revision ${String(first)}, and again at ${String(revision)}`;
    return { invariant: "rule 4 evaluated once", why };
  }
  return undefined;
}

function buildWentBack({ candidates }: ListReading, ghost: Ghost): Violation | undefined {
  for (const [component, candidate] of Object.entries(candidates)) {
    const mark = ghost.marks.get(component) ?? 0;
    if (numberOf(candidate) < mark && !ghost.removed.has(component))
      return regression(
        `${candidate.image} becomes candidate of ${component}, and the newer build ${component}${String(mark)} already was`,
      );
  }
  return undefined;
}

function candidateDropped(world: World, { candidates }: ListReading, ghost: Ghost): Violation | undefined {
  const dropped = [...ghost.marks.keys()].find(
    (component) => candidates[component] === undefined && !ghost.removed.has(component) && isMember(world, component),
  );
  if (dropped === undefined) return undefined;
  return {
    invariant: "I2 no lost build",
    why: `the candidate of Component ${dropped} is dropped, and the Component is there`,
  };
}

function numberOf({ build }: CandidateReading): number {
  return build === undefined ? 0 : buildNumberOf(build);
}

function remember(world: World, list: ListReading, ghost: Ghost): Ghost {
  const { snapshot, revision, content } = list.promoted;
  const isKnown = snapshot === undefined || ghost.promoted.has(snapshot);
  return {
    ...ghost,
    ...rememberCandidates(world, list, ghost),
    adopted: rememberAdopted(list, ghost),
    promoted: isKnown ? ghost.promoted : withEntry(ghost.promoted, snapshot, revision),
    revision: Math.max(list.revision, ghost.revision),
    ledger: { snapshot, revision, content },
  };
}

function rememberCandidates(world: World, list: ListReading, ghost: Ghost): Pick<Ghost, "marks" | "overridden"> {
  const { candidates } = list;
  let { marks, overridden } = ghost;
  for (const component of overriddenWithin(world, list)) overridden = withMember(overridden, component);
  for (const [component, candidate] of Object.entries(candidates)) {
    if (numberOf(candidate) > (marks.get(component) ?? 0)) marks = withEntry(marks, component, numberOf(candidate));
    const source = find(world, "snapshots", candidate.snapshot ?? "");
    if (source !== undefined && typeOf(source) === "override") overridden = withMember(overridden, component);
  }
  return { marks, overridden };
}

/** What an override brought counts, although a build took its place within the same commit. */
function overriddenWithin(world: World, { committed }: ListReading): readonly string[] {
  return committed.flatMap(({ snapshot }) => {
    const source = find(world, "snapshots", snapshot);
    return source !== undefined && typeOf(source) === "override" ? Object.keys(contentOf(source)) : [];
  });
}

/** What a newer build replaced within the same commit was candidate as well. */
function rememberAdopted({ candidates, committed }: ListReading, ghost: Ghost): Ghost["adopted"] {
  let { adopted } = ghost;
  for (const { snapshot, revision } of [...Object.values(candidates), ...committed])
    if (snapshot !== undefined && !adopted.has(snapshot)) adopted = withEntry(adopted, snapshot, revision);
  return adopted;
}
