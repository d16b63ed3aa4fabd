import { superseding } from "../../src/domain/promotion-policy.ts";
import { isFinal, isPassing, type ScenarioEntry } from "../../src/domain/test-status.ts";
import { differences, type CandidateList } from "../../src/domain/candidate-list.ts";
import type { Change } from "../../src/runtime/store.ts";
import type { CandidateListRecord } from "../../src/cache/candidate-list.ts";
import type { ReleaseRecord } from "../../src/cache/release.ts";
import { contentText, listed, nameOfImage, namesOf, shortDigest } from "./image-names.ts";
import type { Happening, Timeline } from "./timeline.ts";
import { callName, isConcluded, type RunView, type SnapshotView } from "./view.ts";
import { imagesOf, listOf, snapshotNamed, type World } from "./world.ts";

type Told = Omit<Happening, "version">;

/** Tells the timeline of everything that changes in the world. */
export function narrate(world: World, timeline: Timeline): void {
  const tell = (version: string | undefined, happenings: readonly Told[]): void => {
    for (const happening of happenings) timeline.happened({ ...happening, version: version ?? "0" });
  };
  world.runs.subscribe((change) => tell(change.after?.resourceVersion, aboutBuild(change)));
  world.snapshots.subscribe((change) => tell(change.after?.resourceVersion, aboutSnapshot(world, change)));
  world.releases.subscribe((change) => tell(change.after?.resourceVersion, aboutRelease(world, change)));
  world.lists.subscribe((change) => tell(change.after?.resourceVersion, aboutList(world, change)));
}

function aboutBuild({ before, after }: Change<RunView>): readonly Told[] {
  if (after?.role !== "build") return [];
  const { name: subject, component = "" } = after;
  const started: Told = { label: "build", subject, text: `of Component ${component} started`, many: "builds started" };
  const image = shortDigest(after.image ?? "no image");
  const finished: Told = { label: "build", subject, text: `finished: image ${image}`, many: "builds finished" };
  return [
    ...(before === undefined ? [started] : []),
    ...(before?.state !== "succeeded" && after.state === "succeeded" ? [finished] : []),
  ];
}

function aboutSnapshot(world: World, { before, after }: Change<SnapshotView>): readonly Told[] {
  if (after === undefined) return [];
  return [
    ...(before === undefined ? aboutCreation(world, after) : []),
    ...aboutTests(before, after),
    ...(isConcluded(after) && !(before && isConcluded(before)) ? aboutConclusion(after) : []),
    ...(before && isConcluded(before) && before.composite !== after.composite ? aboutComposite(after) : []),
  ];
}

/** More images than this are counted, not named. */
const restMax = 4;

function aboutCreation(world: World, snapshot: SnapshotView): readonly Told[] {
  const { name, type, component, images, madeFrom, application } = snapshot;
  const revision = `GCL revision ${String(madeFrom)}`;
  const subject = callName(snapshot);
  if (type === "composite") {
    const text = `a new Snapshot made from ${revision}: ${contentText(images, promotedImages(world, application))}`;
    return [{ label: "composite", subject, text, many: "composite Snapshots created" }];
  }
  if (type !== "component") {
    const text = `${type} Snapshot, made by a person: ${contentText(images)}`;
    return [{ label: "override", subject, text, many: "override Snapshots created" }];
  }
  const rest = namesOf(new Map([...images].filter(([each]) => each !== component)));
  const text = `${name} (component): ${subject} + ${rest.length > restMax ? `${String(rest.length)} others` : rest.join(", ")} from ${revision}`;
  return [{ label: "snapshot", subject, text, many: "component Snapshots created for" }];
}

function aboutTests(before: SnapshotView | undefined, after: SnapshotView): readonly Told[] {
  const subject = callName(after);
  const text = testsText(after.tests);
  if (text !== undefined && text !== (before && testsText(before.tests)))
    return [{ label: "tests", subject, text, many: `all required tests ${allPassed(after) ? "passed" : "ended"} for` }];
  const isStarted = (view: SnapshotView | undefined): boolean => view?.promoted?.reason === "TestsRunning";
  if (!isStarted(after) || isStarted(before)) return [];
  const names = after.tests.map((entry) => `${entry.scenario}${optionalMark(entry)}`);
  return [{ label: "tests", subject, text: `started: ${names.join(", ")}`, many: "tests started for" }];
}

function testsText(tests: readonly ScenarioEntry[]): string | undefined {
  const required = tests.filter(({ isOptionalScenario }) => isOptionalScenario !== true);
  if (required.length === 0 || !required.every(({ status }) => isFinal(status))) return undefined;
  return tests.map((entry) => `${entry.scenario} ${mark(entry)}${optionalMark(entry)}`).join("  ");
}

function allPassed({ tests }: SnapshotView): boolean {
  return tests.every(({ status, isOptionalScenario }) => isOptionalScenario === true || isPassing(status));
}

function mark({ status }: ScenarioEntry): string {
  if (!isFinal(status)) return "…";
  return isPassing(status) ? "✓" : "✗";
}

function optionalMark({ isOptionalScenario }: ScenarioEntry): string {
  return isOptionalScenario === true ? " (optional)" : "";
}

function aboutConclusion(snapshot: SnapshotView): readonly Told[] {
  const { type, promoted } = snapshot;
  const subject = callName(snapshot);
  if (promoted?.status === "True") {
    const text =
      type !== "composite"
        ? "it equals the GCL, so the second phase is skipped"
        : "tested in full, so the second phase is over";
    return [{ label: "complete", subject, text, many: "Snapshots complete" }];
  }
  if (promoted?.reason === "SupersededByComposite") return [aboutSuperseded(snapshot, promoted.message)];
  const { reason = "", message = "" } = promoted ?? {};
  return [{ label: "refused", subject, text: `${reason}: ${message}`, many: reason }];
}

function aboutSuperseded(snapshot: SnapshotView, message: string): Told {
  const { revision, composite } = snapshot;
  const why = message.replace(superseding, "").replace(/\. Candidate since revision .*$/, "");
  const carrier = composite === undefined ? "" : ` → ${composite}`;
  const text = `the GCL changed meanwhile${notTestedWith(why)}; in revision ${String(revision)}${carrier}`;
  return { label: "superseded", subject: callName(snapshot), text, many: "the GCL changed during their tests" };
}

/** ". Not tested with: x, y" becomes ": not tested with x, y", as far as that is easily read. */
function notTestedWith(why: string): string {
  const prefix = ". Not tested with: ";
  return why.startsWith(prefix) ? `: not tested with ${listed(why.slice(prefix.length).split(", "))}` : "";
}

function aboutComposite(snapshot: SnapshotView): readonly Told[] {
  const text = `is carried on by ${snapshot.composite ?? "nothing"}`;
  return [
    { label: "superseded", subject: callName(snapshot), text, many: `carried on by ${snapshot.composite ?? ""}` },
  ];
}

function aboutRelease(world: World, { before, after }: Change<ReleaseRecord>): readonly Told[] {
  if (after === undefined || before !== undefined) return [];
  const snapshot = snapshotNamed(world, after.snapshot);
  const subject = snapshot === undefined ? after.snapshot : callName(snapshot);
  const text = `Release ${after.key.name} through ${after.releasePlan}`;
  return [{ label: "release", subject, text, many: "Releases created" }];
}

function aboutList(world: World, { before, after }: Change<CandidateListRecord>): readonly Told[] {
  if (after?.parsed.kind !== "list") return [];
  const now = after.parsed.list;
  const then = before?.parsed.kind === "list" ? before.parsed.list : undefined;
  return [...aboutRevision(then, now), ...aboutPromotion(world, then, now)];
}

function aboutRevision(then: CandidateList | undefined, now: CandidateList): readonly Told[] {
  if (now.revision === (then?.revision ?? 0)) return [];
  // Where nothing was written yet, what was promoted is what the Components started from.
  const base = then?.candidates ?? new Map([...now.candidates].filter(([, { revision }]) => revision === 0));
  const changes = differences(now.candidates, base).map((component) => {
    const image = now.candidates.get(component)?.image ?? "";
    return `${component} is ${nameOfImage(component, image)} now`;
  });
  const gone = [...base.keys()].filter((component) => !now.candidates.has(component)).map((name) => `${name} is gone`);
  const subject = `revision ${String(now.revision)}`;
  return [{ label: "GCL", subject, text: listed([...changes, ...gone]), many: "the GCL changed" }];
}

function aboutPromotion(world: World, then: CandidateList | undefined, now: CandidateList): readonly Told[] {
  const { snapshot: name, content, revision } = now.ledger;
  if (name === undefined || name === then?.ledger.snapshot) return [];
  const snapshot = snapshotNamed(world, name);
  const subject = snapshot === undefined ? name : callName(snapshot);
  const before = then === undefined ? startingImages(now) : imagesOf(then.ledger.content);
  const text = `at GCL revision ${String(revision)}, tested together: ${contentText(imagesOf(content), before)}`;
  return [{ label: "promoted", subject, text, many: "promotions" }];
}

/** What the Components started from, as far as the first version of a list still holds it. */
function startingImages({ candidates }: CandidateList): ReadonlyMap<string, string> {
  return imagesOf(new Map([...candidates].filter(([, { revision }]) => revision === 0)));
}

function promotedImages(world: World, application: string): ReadonlyMap<string, string> {
  return imagesOf(listOf(world, application)?.ledger.content ?? new Map());
}
