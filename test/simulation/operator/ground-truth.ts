import { conditionTypes } from "../../../src/api/conditions.ts";
import { finalizers, labels } from "../../../src/api/labels.ts";
import type { ApiObject } from "../apiserver/json.ts";
import type { CommittedWrite } from "../apiserver/write-log.ts";
import { shortOf } from "./manifests.ts";
import { nameOf, ownerOf, type OwnerId } from "./owners.ts";
import { conditionOf, contentOf, labelOf, typeOf, type Content } from "./readings.ts";
import { isPass, type PlannedBuild, type TestResult } from "./workload.ts";

/** A test as it was really played. */
export interface PlayedTest {
  readonly run: string;
  readonly result: TestResult | "deleted";
  readonly images: string;
}

/** When something was there; times are those of the virtual clock. */
interface Existence {
  readonly since: number;
  until: number;
}

export interface ScenarioTruth extends Existence {
  readonly name: string;
  readonly owner: OwnerId;
  readonly optional: boolean;
  readonly contexts: readonly string[];
}

export interface PlanTruth extends Existence {
  readonly name: string;
  readonly owner: OwnerId;
  readonly auto: boolean;
}

export interface SnapshotTruth {
  readonly name: string;
  readonly uid: string;
  readonly owner: OwnerId;
  readonly type: string;
  readonly build: string | undefined;
  /** The Component that was built, as its owner's candidate list names it. */
  readonly component: string | undefined;
  readonly isPush: boolean;
  readonly content: Content;
  readonly createdAt: number;
}

/** Objects older than this are surely in every cache that works. */
export const staleMaxMs = 150_000;

/** What is known without asking the operator. */
export class GroundTruth {
  readonly builds = new Map<
    string,
    { readonly planned: PlannedBuild; readonly createdAt: number; startedAt: number }
  >();
  readonly scenarios: ScenarioTruth[] = [];
  readonly plans: PlanTruth[] = [];
  /** By name; a name is used once, unless an operator that leads no more makes again what was collected meanwhile. */
  readonly snapshots = new Map<string, SnapshotTruth>();
  readonly #remade = new Set<string>();
  readonly #removed = new Set<string>();
  /** Attempts that people asked for, by Snapshot and scenario. */
  readonly reruns = new Map<string, number>();
  readonly releases = new Set<string>();
  /** Owners of which somebody deleted a Snapshot. */
  readonly forgotten = new Set<OwnerId>();
  /** Builds that the operator knew before they could be pruned. */
  readonly heldBuilds = new Set<string>();
  readonly #played = new Map<string, PlayedTest[]>();

  /** The owners for which a build got its Snapshot. */
  snapshotsOfBuild(name: string): ReadonlySet<OwnerId> {
    const made = [...this.snapshots.values()].filter(({ type, build }) => type === "component" && build === name);
    return new Set(made.map(({ owner }) => owner));
  }

  played(snapshot: string, scenario: string): readonly PlayedTest[] {
    return this.#played.get(`${snapshot}/${scenario}`) ?? [];
  }

  play(snapshot: string, scenario: string, test: PlayedTest): void {
    this.#played.set(`${snapshot}/${scenario}`, [...this.played(snapshot, scenario), test]);
  }

  /** Somebody removes a Component, from one owner or altogether. */
  remove(component: string, from?: OwnerId): void {
    this.#removed.add(from === undefined ? nameOf(component) : `${from}/${component}`);
  }

  /** Whether a Component was ever removed from an owner. */
  wasRemoved(component: string, from: OwnerId): boolean {
    return this.#removed.has(nameOf(component)) || this.#removed.has(`${from}/${component}`);
  }

  /** Takes in a write, before the invariants look at it. */
  learn(write: CommittedWrite): void {
    const { before, after } = write;
    if (after === undefined) return;
    switch (write.plural) {
      case "snapshots":
        if (before === undefined) this.#learnSnapshot(after, write.at);
        if (!write.identity.startsWith("operator")) this.#learnRerun(before, after);
        return;
      case "pipelineruns":
        if (after.metadata.finalizers?.includes(finalizers.pipelineRun)) this.heldBuilds.add(write.name);
        return;
      case "releases": {
        const { snapshot, releasePlan } = after["spec"] as { snapshot: string; releasePlan: string };
        this.releases.add(`${snapshot}/${releasePlan}`);
      }
    }
  }

  #learnSnapshot(made: ApiObject, at: number): void {
    const name = labelOf(made, labels.buildPipelineRun);
    const build = this.builds.get(name ?? "");
    if (this.snapshots.has(made.metadata.name)) this.#remade.add(made.metadata.name);
    this.snapshots.set(made.metadata.name, {
      name: made.metadata.name,
      uid: made.metadata.uid ?? "",
      owner: ownerOf(made),
      type: typeOf(made),
      build: name,
      component: build?.planned.component,
      isPush: typeOf(made) !== "group" && build?.planned.pullRequest !== true,
      content: contentOf(made),
      createdAt: at,
    });
  }

  #learnRerun(before: ApiObject | undefined, after: ApiObject): void {
    const asked = labelOf(after, labels.run);
    if (asked === undefined || asked === labelOf(before, labels.run)) return;
    const key = `${after.metadata.name}/${asked}`;
    this.reruns.set(key, (this.reruns.get(key) ?? 0) + 1);
  }

  /** Whether a scenario is there, and surely in every cache. */
  isSettled(scenario: string, now: number): boolean {
    return this.scenarios.some(
      ({ name, since, until }) => name === scenario && until === Infinity && (since === 0 || since < now - staleMaxMs),
    );
  }

  wasRerun(snapshot: string): boolean {
    return [...this.reruns.keys()].some((key) => key.startsWith(`${snapshot}/`));
  }

  attemptsMax(snapshot: string, scenario: string): number {
    return 1 + (this.reruns.get(`${snapshot}/${scenario}`) ?? 0) + (this.reruns.get(`${snapshot}/all`) ?? 0);
  }

  /** Scenarios that a Snapshot must have passed for sure: what came or went lately may be seen late. */
  surelyRequired(snapshot: SnapshotTruth, now: number): readonly ScenarioTruth[] {
    return this.scenarios.filter(
      (scenario) =>
        scenario.owner === snapshot.owner &&
        !scenario.optional &&
        (scenario.since === 0 || scenario.since < snapshot.createdAt - staleMaxMs) &&
        scenario.until > now &&
        applies(scenario.contexts, snapshot),
    );
  }

  /** Everything that may ever have been required of a Snapshot has passed, as far as it was played last. */
  surelyPassed(snapshot: SnapshotTruth): boolean {
    const concerned = this.scenarios.filter(
      (each) => each.owner === snapshot.owner && !each.optional && applies(each.contexts, snapshot),
    );
    return concerned.every(({ name }) => {
      const last = this.played(snapshot.name, name).at(-1);
      return last !== undefined && last.result !== "deleted" && isPass(last.result);
    });
  }

  /** Whether a Snapshot failed, and was made and tested again by an operator that leads no more: its build had its verdict. */
  wasRemadeAfterFailure(snapshot: SnapshotTruth): boolean {
    return this.#remade.has(snapshot.name) && this.surelyFailedOnce(snapshot);
  }

  surelyFailedOnce(snapshot: SnapshotTruth): boolean {
    return this.scenarios.some(({ name }) =>
      this.played(snapshot.name, name).some(({ result }) => result === "deleted" || !isPass(result)),
    );
  }

  /** Whether the first image is of an older build; false when nobody can tell. */
  isOlder(image: string, than: string): boolean {
    const [one, other] = [shortOf(image), shortOf(than)];
    const [a, b] = [this.builds.get(one), this.builds.get(other)];
    if (a !== undefined && b !== undefined) return compare(a, b) < 0;
    return one.endsWith(".0") && b !== undefined;
  }
}

type BuildTruth = GroundTruth["builds"] extends Map<string, infer T> ? T : never;

function compare(a: BuildTruth, b: BuildTruth): number {
  const [first, second] = [a.planned.sequence, b.planned.sequence];
  if (first !== undefined && second !== undefined && first !== second) return first - second;
  return a.createdAt - b.createdAt || a.startedAt - b.startedAt || (a.planned.short < b.planned.short ? -1 : 1);
}

/** Whether a scenario tests a Snapshot, written down a second time. */
export function applies(
  contexts: readonly string[],
  snapshot: Pick<SnapshotTruth, "type" | "component" | "isPush" | "content">,
): boolean {
  const { type, component, isPush, content } = snapshot;
  const holds = new Set(["application", type, isPush ? "push" : "pull_request"]);
  if (type === "component") holds.add(`component_${nameOf(component ?? "")}`);
  if (type === "composite") for (const each of content.keys()) holds.add(`component_${nameOf(each)}`);
  return contexts.length === 0 || contexts.some((context) => holds.has(context));
}

export function isToldPromoted(snapshot: ApiObject | undefined): boolean {
  return conditionOf(snapshot, conditionTypes.promoted)?.status === "True";
}
