import type { BuildOrder } from "./build-order.ts";
import type { Candidate, ComponentImage, Content, Source } from "./candidate-list.ts";
import { componentKey } from "./component-key.ts";
import { composeComponentSnapshot, leftOut } from "./compose-snapshot.ts";
import { composePullSpec } from "./image-reference.ts";
import { componentSnapshotName } from "./names.ts";
import type { Owner } from "./owner.ts";

/** A build PipelineRun as far as its Snapshot needs it. */
export interface BuildFacts {
  readonly name: string;
  readonly uid: string;
  readonly state: "running" | "succeeded" | "failed";
  readonly deleting: boolean;
  /** Our finalizer is on it. */
  readonly held: boolean;
  /** Tekton Chains has dealt with it. */
  readonly signed: boolean;
  /** The annotation that names its Snapshot. */
  readonly snapshot?: string;
  /** The label that names its Component. */
  readonly component?: string;
  readonly order: BuildOrder;
  readonly results: ReadonlyMap<string, string>;
  /** The annotation that names the Component's version, which makes it a build for ComponentGroups. */
  readonly version?: string;
  /** Directory of the sources, as the build says it or else the Component. */
  readonly context?: string;
}

export interface BuildWorld {
  readonly build: BuildFacts;
  /** The Component that the label names; absent when it was not found. */
  readonly component?: { readonly name: string };
  /** What its image is for: the Component's Application or, of a build with a version, the ComponentGroups with it. */
  readonly owners: readonly BuildOwner[];
  /** The Snapshots that an earlier look, or upstream, made for this build. */
  readonly existing: readonly { readonly owner: Owner; readonly name: string }[];
  readonly requireSignature: boolean;
}

/** An Application or a ComponentGroup, as far as a build's Snapshot needs it. */
export interface BuildOwner {
  readonly owner: Owner;
  readonly exists: boolean;
  /** The keys of its Components. */
  readonly components: ReadonlySet<string>;
  readonly candidates: ReadonlyMap<string, Candidate>;
}

/** A component Snapshot to be made. */
export interface NewSnapshot {
  readonly owner: Owner;
  readonly name: string;
  readonly content: Content;
  /** Keys of the Components that have no image yet. */
  readonly leftOut: readonly string[];
}

export type BuildDecision =
  /** Hold the run until its image is in a Snapshot. */
  | { readonly kind: "hold" }
  /** Nothing of the run is needed any more. */
  | { readonly kind: "letGo" }
  | { readonly kind: "wait"; readonly reason: string }
  /** Somebody has to mend something; the message goes on the build PipelineRun. */
  | { readonly kind: "refuse"; readonly message: string }
  | { readonly kind: "link"; readonly snapshots: readonly string[] }
  | {
      readonly kind: "create";
      /** Name of the Component. */
      readonly built: string;
      /** One for each owner that has none yet. */
      readonly snapshots: readonly NewSnapshot[];
      /** Those that are there already. */
      readonly existing: readonly string[];
    };

/** What a build PipelineRun needs now: exactly one component Snapshot for each owner, or a word to its author why it gets none. */
export function planBuild(world: BuildWorld): BuildDecision {
  const { build } = world;
  if (build.snapshot !== undefined || build.state === "failed") return { kind: "letGo" };
  if (build.state === "running") return planRunning(build);
  const existing = world.existing.map(({ name }) => name);
  if (existing.length > 0 && ownersWithout(world).length === 0) return { kind: "link", snapshots: existing };
  if (world.requireSignature && !build.signed)
    return { kind: "wait", reason: "Tekton Chains has not signed the build yet" };
  return planSnapshot(world);
}

function planRunning({ deleting, held }: BuildFacts): BuildDecision {
  if (deleting) return { kind: "letGo" };
  return held ? { kind: "wait", reason: "the build is running" } : { kind: "hold" };
}

/** Two ComponentGroups with the same Component have a Snapshot each. For an Application there is one, even if the Component
 * has moved to another since. */
function ownersWithout({ build, owners, existing }: BuildWorld): readonly BuildOwner[] {
  if (build.version === undefined && existing.length > 0) return [];
  return owners.filter(
    ({ owner }) => !existing.some((each) => each.owner.kind === owner.kind && each.owner.name === owner.name),
  );
}

function planSnapshot(world: BuildWorld): BuildDecision {
  const { build, component } = world;
  if (build.component === undefined)
    return refuse(`PipelineRun ${build.name} has no label appstudio.openshift.io/component`);
  if (component === undefined)
    return refuse(`Component ${build.component} of pipelinerun ${build.name} does not exist`);
  const objection = objectionToOwners(world, component.name);
  if (objection !== undefined) return refuse(objection);
  const missing = requiredResults.find((name) => !build.results.has(name));
  if (missing !== undefined) return refuse(`Missing info ${missing} from pipelinerun ${build.name}`);
  const result = (name: RequiredResult): string => (build.results.get(name) ?? "").trim();
  const image = composePullSpec(result("IMAGE_URL"), result("IMAGE_DIGEST"));
  if (image.kind === "malformed") {
    return refuse(
      `${result("IMAGE_URL")}@${result("IMAGE_DIGEST")} is invalid container image digest from component ${component.name}\n${image.problem}`,
    );
  }
  const source: Source = {
    url: result("CHAINS-GIT_URL"),
    revision: result("CHAINS-GIT_COMMIT"),
    ...(build.context === undefined ? {} : { context: build.context }),
  };
  const built = { component: component.name, image: { image: image.pullSpec, source } };
  return {
    kind: "create",
    built: component.name,
    snapshots: ownersWithout(world).map((owner) => newSnapshot(build, owner, built)),
    existing: world.existing.map(({ name }) => name),
  };
}

function objectionToOwners({ build, owners }: BuildWorld, component: string): string | undefined {
  if (build.version !== undefined && owners.length === 0)
    return `No ComponentGroup contains Component ${component} in version ${build.version}`;
  const missing = owners.find(({ exists }) => !exists);
  return missing && `${missing.owner.kind} ${missing.owner.name} of Component ${component} does not exist`;
}

function newSnapshot(
  build: BuildFacts,
  { owner, components, candidates }: BuildOwner,
  { component, image }: { readonly component: string; readonly image: ComponentImage },
): NewSnapshot {
  const key = owner.kind === "Application" ? component : componentKey(component, build.version);
  const content = composeComponentSnapshot(candidates, components, { component: key, image });
  const name = componentSnapshotName(owner, key, build.uid);
  return { owner, name, content, leftOut: leftOut(content, components) };
}

const requiredResults = ["IMAGE_URL", "IMAGE_DIGEST", "CHAINS-GIT_URL", "CHAINS-GIT_COMMIT"] as const;
type RequiredResult = (typeof requiredResults)[number];

function refuse(message: string): BuildDecision {
  return { kind: "refuse", message };
}
