import { ledgerKey } from "../../src/api/candidate-list.ts";
import { conditionTypes } from "../../src/api/conditions.ts";
import { annotations, labels, pipelineTypes } from "../../src/api/labels.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { findList, ownerName, shortOf } from "./cast.ts";
import { all, find, type World } from "./world.ts";

/** The candidate list as plain JSON, read without any of the code under test. */
export interface ListReading {
  readonly revision: number;
  readonly promoted: {
    readonly snapshot: string | undefined;
    readonly revision: number;
    readonly content: Readonly<Record<string, string>>;
  };
  readonly candidates: Readonly<Record<string, CandidateReading>>;
  readonly committed: RawLedger["committed"];
}

export interface CandidateReading {
  readonly image: string;
  readonly snapshot: string | undefined;
  readonly revision: number;
  readonly build: string | undefined;
}

/** The list of the owner under test; undefined when there is none, or nobody can read it. */
export function readList(world: World): ListReading | undefined {
  const map = findList(world);
  return map === undefined ? undefined : read(map);
}

const remembered = new WeakMap<KubeObject, { readonly list: ListReading | undefined }>();

function read(map: KubeObject): ListReading | undefined {
  const known = remembered.get(map);
  if (known !== undefined) return known.list;
  const list = parse((map as { data?: Readonly<Record<string, string>> }).data ?? {});
  remembered.set(map, { list });
  return list;
}

interface RawCandidate {
  readonly image: string;
  readonly snapshot?: string;
  readonly revision: number;
  readonly build?: { readonly pipelineRun: string };
}

interface RawLedger {
  readonly revision: number;
  readonly promoted: {
    readonly snapshot?: string;
    readonly revision: number;
    readonly content: Readonly<Record<string, string>>;
  };
  readonly committed: readonly { readonly snapshot: string; readonly revision: number }[];
}

function parse(data: Readonly<Record<string, string>>): ListReading | undefined {
  try {
    const { revision, promoted, committed } = JSON.parse(data[ledgerKey] ?? "") as RawLedger;
    const candidates = Object.entries(data).flatMap(([component, text]): [string, CandidateReading][] => {
      if (component === ledgerKey) return [];
      const { image, snapshot, revision: at, build } = JSON.parse(text) as RawCandidate;
      return [
        [withoutVersion(component), { image: shortOf(image), snapshot, revision: at, build: build?.pipelineRun }],
      ];
    });
    return {
      revision,
      promoted: { snapshot: promoted.snapshot, revision: promoted.revision, content: shortened(promoted.content) },
      candidates: Object.fromEntries(candidates),
      committed,
    };
  } catch {
    // Nonsense is what some configurations put there.
    return undefined;
  }
}

function shortened(content: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(content).map(([component, image]) => [withoutVersion(component), shortOf(image)]),
  );
}

/** A ComponentGroup's list says with each Component which version of it is meant: there is one of each here. */
function withoutVersion(key: string): string {
  return key.replace(/[_@].*$/, "");
}

/** A content as text, the same for equal contents: `a1 b0`. */
export function textOf(content: Readonly<Record<string, string>>): string {
  return Object.values(content).sort().join(" ");
}

export function candidatesText(list: ListReading): string {
  return Object.values(list.candidates)
    .map(({ image }) => image)
    .sort()
    .join(" ");
}

/** What a Snapshot holds, by Component. */
export function contentOf(snapshot: KubeObject): Readonly<Record<string, string>> {
  const { spec } = snapshot as { spec?: { components?: readonly { name: string; containerImage: string }[] } };
  return Object.fromEntries(
    (spec?.components ?? []).map(({ name, containerImage }) => [name, shortOf(containerImage)]),
  );
}

export interface ConditionReading {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export function promotedOf(snapshot: KubeObject): ConditionReading | undefined {
  const { status } = snapshot as { status?: { conditions?: readonly ConditionReading[] } };
  return status?.conditions?.find(({ type }) => type === conditionTypes.promoted);
}

export function compositeNamed(snapshot: KubeObject): string | undefined {
  return (snapshot as { status?: { candidateList?: { composite?: string } } }).status?.candidateList?.composite;
}

export function typeOf(snapshot: KubeObject): string {
  return snapshot.metadata.labels?.[labels.snapshotType] ?? "";
}

/** The revision a composite was made from. */
export function madeFrom(snapshot: KubeObject): number {
  return Number(snapshot.metadata.annotations?.[annotations.candidateListRevision]);
}

/** The build a component Snapshot is for, as stories name it. */
export function buildOf(snapshot: KubeObject): string | undefined {
  return snapshot.metadata.labels?.[labels.buildPipelineRun]?.replace("build-", "");
}

/** The Snapshots of the owner under test. */
export function snapshotsOf(world: World): readonly KubeObject[] {
  return all(world, "snapshots").filter((snapshot) => {
    const { application, componentGroup } = (snapshot as { spec?: Owned }).spec ?? {};
    return (application ?? componentGroup) === ownerName;
  });
}

interface Owned {
  readonly application?: string;
  readonly componentGroup?: string;
}

interface Group extends KubeObject {
  readonly spec: {
    readonly components: readonly { readonly name: string }[];
    readonly testGraph?: Readonly<Record<string, readonly { readonly name: string }[]>>;
  };
  readonly status?: { readonly globalCandidateList?: readonly { readonly lastPromotedImage?: string }[] };
}

function groupOf(world: World): Group | undefined {
  return find(world, "componentgroups", ownerName) as Group | undefined;
}

/** Whether a Component exists and, where there is a ComponentGroup, is in it. */
export function isMember(world: World, component: string): boolean {
  const group = groupOf(world);
  const isListed = group === undefined || group.spec.components.some(({ name }) => name === component);
  return isListed && find(world, "components", component) !== undefined;
}

/** Which scenarios run after which. */
export function testOrder(world: World): ReadonlyMap<string, readonly string[]> {
  const graph = Object.entries(groupOf(world)?.spec.testGraph ?? {});
  return new Map(graph.map(([scenario, parents]) => [scenario, parents.map(({ name }) => name)]));
}

/** What a ComponentGroup's status says of its candidates; undefined where there is none. */
export function mirrorOf(world: World): string | undefined {
  const group = groupOf(world);
  if (group === undefined) return undefined;
  const images = (group.status?.globalCandidateList ?? []).flatMap(({ lastPromotedImage }) => lastPromotedImage ?? []);
  return images.map(shortOf).sort().join(" ");
}

export interface RunReading {
  readonly name: string;
  readonly isTest: boolean;
  readonly state: "running" | "passed" | "failed";
  readonly held: boolean;
  /** Of a test run. */
  readonly snapshot: string;
  readonly scenario: string;
}

export function readRun(run: KubeObject): RunReading {
  const own = run.metadata.labels ?? {};
  const { status } = run as { status?: { conditions?: readonly { type: string; status: string }[] } };
  const ended = status?.conditions?.find(({ type }) => type === "Succeeded")?.status;
  return {
    name: run.metadata.name,
    isTest: own[labels.pipelinesType] === pipelineTypes.test,
    state: ended === "True" ? "passed" : ended === "False" ? "failed" : "running",
    held: (run.metadata.finalizers ?? []).length > 0,
    snapshot: own[labels.snapshot] ?? "",
    scenario: own[labels.scenario] ?? "",
  };
}

/** What a test run was told to test. */
export function testedBy(run: KubeObject): Readonly<Record<string, string>> {
  const { spec } = run as { spec?: { params?: readonly { name: string; value: string }[] } };
  const param = spec?.params?.find(({ name }) => name === "SNAPSHOT")?.value ?? "{}";
  return contentOf({ metadata: run.metadata, spec: JSON.parse(param) as object } as KubeObject);
}

/** The Snapshot that a Release is for. */
export function releasedBy(release: KubeObject): string {
  return (release as { spec?: { snapshot?: string } }).spec?.snapshot ?? "";
}

/** The scenarios that have to pass, by name. */
export function requiredScenarios(world: World): readonly string[] {
  return all(world, "integrationtestscenarios")
    .filter((scenario) => !isOptional(scenario))
    .map(({ metadata }) => metadata.name);
}

export function isOptional({ metadata }: KubeObject): boolean {
  return metadata.labels?.[labels.optional] === "true";
}
